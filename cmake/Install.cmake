# `cmake --install`: the library, its public headers in their folders, and what find_package(talweg CONFIG) and pkg-config
# read. A static library passes on what it must be linked with; nothing else of ours reaches a consumer.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/talweg)

install(TARGETS talweg EXPORT talweg-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT talweg-targets NAMESPACE talweg:: DESTINATION ${package_dir})

include(PublicHeaders)
public_headers(headers talweg/talweg.hpp talweg/training.hpp talweg/extend.hpp talweg/version.hpp)
foreach(header ${headers})
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
endforeach()

get_target_property(talweg_type talweg TYPE)
set(TALWEG_STATIC OFF)
set(TALWEG_PKGCONFIG_PRIVATE "")
if(talweg_type STREQUAL "STATIC_LIBRARY")
  set(TALWEG_STATIC ON)
  set(TALWEG_PKGCONFIG_PRIVATE " -lz -pthread")
  if(OneDNN_FOUND)
    string(PREPEND TALWEG_PKGCONFIG_PRIVATE " -ldnnl")
    install(FILES ${PROJECT_SOURCE_DIR}/cmake/FindOneDNN.cmake DESTINATION ${package_dir})
  endif()
endif()
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/talweg-config.cmake.in
                              ${PROJECT_BINARY_DIR}/talweg-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/talweg-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/talweg-config.cmake ${PROJECT_BINARY_DIR}/talweg-config-version.cmake
        DESTINATION ${package_dir})

# The .pc file finds its prefix from where it lies, so that `cmake --install --prefix P` may name any P.
file(RELATIVE_PATH TALWEG_PKGCONFIG_UP /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" TALWEG_PKGCONFIG_UP "${TALWEG_PKGCONFIG_UP}")
configure_file(${PROJECT_SOURCE_DIR}/cmake/talweg.pc.in ${PROJECT_BINARY_DIR}/talweg.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/talweg.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
