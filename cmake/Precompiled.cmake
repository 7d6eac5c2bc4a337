# Standard headers read once and not in each file: with clang that is a sixth to a half of the time of a file. For whole
# builds from nothing; not for daily work, since it hides a missing #include.
option(TALWEG_PRECOMPILE "Precompile the standard headers (clang and Ninja only)" OFF)
if(TALWEG_PRECOMPILE AND NOT (CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_GENERATOR MATCHES "Ninja"))
  message(FATAL_ERROR "TALWEG_PRECOMPILE needs clang and Ninja: -DCMAKE_CXX_COMPILER=clang++ -G Ninja")
endif()
set(TALWEG_STANDARD_HEADERS
    <algorithm> <array> <chrono> <cmath> <concepts> <cstdint> <cstring> <filesystem> <functional> <limits> <map> <memory>
    <numeric> <optional> <ranges> <span> <string> <string_view> <tuple> <utility> <variant> <vector>)

# talweg_precompile(TARGET [HEADERS...]): the standard headers and these for all files of the target.
function(talweg_precompile target)
  if(TALWEG_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${TALWEG_STANDARD_HEADERS} ${ARGN})
  endif()
endfunction()

# talweg_precompile_for(NAME OPTIONS FILES...): headers of their own for files that are compiled with these options, since
# what was precompiled with others does not fit.
function(talweg_precompile_for name options)
  if(NOT TALWEG_PRECOMPILE)
    return()
  endif()
  set(headers talweg_headers_${name})
  file(CONFIGURE OUTPUT ${headers}.cpp CONTENT "" @ONLY)
  add_library(${headers} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${headers}.cpp)
  target_link_libraries(${headers} PRIVATE talweg_flags Threads::Threads)
  target_compile_options(${headers} PRIVATE ${options})
  talweg_precompile(${headers})
  set(precompiled ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${headers}.dir/cmake_pch.hxx.pch)
  set_property(SOURCE ${ARGN} PROPERTY SKIP_PRECOMPILE_HEADERS ON)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS -include-pch ${precompiled})
  set_property(SOURCE ${ARGN} APPEND PROPERTY OBJECT_DEPENDS ${precompiled})
endfunction()
