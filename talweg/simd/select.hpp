#pragma once
#include <string_view>

/// Branch-free helpers for update rules. A NaN goes in and a NaN comes out: none of them hides one.
namespace talweg::simd {

/// +1, -1, or x itself when it is 0 or NaN.
template <class T> T sign(T x) { return x > 0 ? T(1) : (x < 0 ? T(-1) : x); }

/// The larger of a and b; b when it is NaN.
template <class T> T larger(T a, T b) { return a > b ? a : b; }

/// x moved into [low, high]; a NaN stays.
template <class T> T clamp(T x, T low, T high) { return x < low ? low : (x > high ? high : x); }

/// x itself. A number type that writes down what is computed with it gives this part of a formula a line and a name.
template <class T> T called(std::string_view, T x) { return x; }

}  // namespace talweg::simd
