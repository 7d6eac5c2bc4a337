#pragma once
/// What the shared library offers: everything else in it is hidden, and may change without a word.
#if defined(__GNUC__)
#define TALWEG_API __attribute__((visibility("default")))
#else
#define TALWEG_API
#endif
