# Flags shared by every target of this tree. Consumers of the installed library inherit none of them but C++20.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)  # talweg/base/export.hpp says what is not
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(talweg_flags INTERFACE)
# -fno-math-errno and -fno-trapping-math let loops with sqrt and selects vectorise; neither changes a result.
# -ffp-contract=off keeps updates bit-identical over lane widths (no fused multiply-add on some machines only).
target_compile_definitions(talweg_flags INTERFACE TALWEG_LIBRARY)
target_compile_options(talweg_flags INTERFACE -Wall -Wextra -Wshadow -Wpedantic -fno-math-errno -fno-trapping-math
                                              -ffp-contract=off)
# Vectors are returned by functions that are always inlined (simd/pack.hpp): no calling convention is involved.
target_compile_options(talweg_flags INTERFACE -Wno-psabi)
# GCC 12 warns of impossible overlaps in inlined std::string code (its bugs 105329 and 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(talweg_flags INTERFACE -Wno-restrict)
endif()
# What a program does not call is left out of it, function by function and not file by file.
target_compile_options(talweg_flags INTERFACE -ffunction-sections -fdata-sections)
target_link_options(talweg_flags INTERFACE -Wl,--gc-sections)
# A tenth of the relocations' size, where linker and C library know it (glibc 2.36): 0.11 MB of a command of 5.30.
include(CheckCXXSourceRuns)
if(NOT CMAKE_CROSSCOMPILING AND NOT TALWEG_SANITIZE)
  set(CMAKE_REQUIRED_FLAGS "-fPIE -pie")
  set(CMAKE_REQUIRED_LINK_OPTIONS "-Wl,-z,pack-relative-relocs")
  check_cxx_source_runs("int x; int* volatile p = &x; int main() { return *p; }" TALWEG_PACKED_RELOCATIONS)
  unset(CMAKE_REQUIRED_FLAGS)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
  if(TALWEG_PACKED_RELOCATIONS)
    target_link_options(talweg_flags INTERFACE -Wl,-z,pack-relative-relocs)
  endif()
endif()
# Of what is released; sanitizers check the same and more.
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
if(TALWEG_HARDEN AND NOT TALWEG_SANITIZE)
  target_compile_options(talweg_flags INTERFACE
                         $<$<CONFIG:Release,RelWithDebInfo>:-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_link_options(talweg_flags INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
  endif()
endif()
if(TALWEG_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "TALWEG_BUILD_FUZZERS needs clang: configure with -DCMAKE_CXX_COMPILER=clang++")
  endif()
  target_compile_options(talweg_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(TALWEG_SANITIZE)
  target_compile_options(talweg_flags INTERFACE -fsanitize=${TALWEG_SANITIZE} -fno-omit-frame-pointer
                                                -fno-sanitize-recover=all)
  target_link_options(talweg_flags INTERFACE -fsanitize=${TALWEG_SANITIZE})
  # Function clones are chosen by resolvers that run before a sanitizer is ready.
  target_compile_definitions(talweg_flags INTERFACE TALWEG_NO_CLONES)
endif()

# Rooms that make and read texts: for size; under sanitizers not optimised at all, which took a third of their time.
set(TALWEG_TEXT_OPTIONS $<$<CONFIG:Release>:-Os>)
if(TALWEG_SANITIZE)
  set(TALWEG_TEXT_OPTIONS -O0)
endif()
