#pragma once

/// TALWEG_CLONES before a function compiles it for several instruction sets; the loader picks the best one. g++ on
/// x86-64 only, and only where the flags of this tree hold (TALWEG_LIBRARY): -ffp-contract=off keeps the clones
/// bit-identical, which a consumer's own flags would not. Everywhere else the function is compiled once.
/// TALWEG_HAS_CLONES is defined where that is so, for functions whose body depends on the instruction set.
#if defined(TALWEG_LIBRARY) && !defined(TALWEG_NO_CLONES) && defined(__GNUC__) && !defined(__clang__) && \
    defined(__x86_64__) && defined(__linux__)
#define TALWEG_HAS_CLONES
#define TALWEG_CLONES __attribute__((flatten, target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#elif defined(__GNUC__)
#define TALWEG_CLONES __attribute__((flatten))
#else
#define TALWEG_CLONES
#endif
