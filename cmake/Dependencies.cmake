# Everything that is looked for outside this tree, in one place. Found here, in the root's scope, so that each folder
# sees the same targets. Tests, benchmarks and the command add their own needs beside their targets.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(FastFloat REQUIRED)

option(TALWEG_USE_ONEDNN "Matrix products by oneDNN where it is installed, otherwise by the built-in kernel" ON)
if(TALWEG_USE_ONEDNN)
  find_package(OneDNN MODULE QUIET)
endif()
if(OneDNN_FOUND)
  message(STATUS "Matrix products: oneDNN (${OneDNN_LIBRARY})")
else()
  message(STATUS "Matrix products: the built-in kernel (install libdnnl-dev for faster ones)")
endif()
