#pragma once

/// TALWEG_CLONES before a function compiles it for three instruction sets and picks one at load time. With contraction
/// off (-ffp-contract=off) and no reassociation all three compute the same bits: lanes are independent elements.
/// What such a function calls must be TALWEG_INLINE, otherwise it is compiled for the oldest set alone.
/// clang 19 refuses clones of templates, and sanitizers do not survive the resolvers: there, one plain version.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(TALWEG_NO_CLONES)
#define TALWEG_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define TALWEG_CLONES
#endif
#define TALWEG_INLINE [[gnu::always_inline]] inline
