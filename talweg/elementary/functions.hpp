#pragma once
#include "talweg/base/export.hpp"

/// Calls of_one(name) and of_two(name) for all of them.
#define TALWEG_ELEMENTARY_FUNCTIONS(of_one, of_two)                                                                   \
  of_one(exp) of_one(exp2) of_one(expm1) of_one(log) of_one(log2) of_one(log10) of_one(log1p) of_one(sin) of_one(cos) \
      of_one(tan) of_one(asin) of_one(acos) of_one(atan) of_one(sinh) of_one(cosh) of_one(tanh) of_one(erf)           \
          of_one(cbrt) of_two(pow) of_two(atan2) of_two(hypot)

/// The functions of formulas, for one number at a time. Each gives the same bits on every processor and from every
/// compiler, which those of the C library do not: theirs use a fused multiply-add where there is one. Zeros, infinities
/// and NaN are as in Annex F of C99. Behind each stands the largest error found over 10⁷ random arguments and those
/// that are hard, in units in the last place (tests/elementary/: MPFR has looked at all that functions of 64 bits did
/// not show to be smaller).
namespace talweg::elementary {

TALWEG_API double exp(double x);              ///< 0.76    ///< 0.76
TALWEG_API double exp2(double x);             ///< 0.75   ///< 0.75
TALWEG_API double expm1(double x);            ///< 0.75
TALWEG_API double log(double x);              ///< 0.64    ///< 0.64
TALWEG_API double log2(double x);             ///< 0.68   ///< 0.68
TALWEG_API double log10(double x);            ///< 0.63
TALWEG_API double log1p(double x);            ///< 0.66
TALWEG_API double sin(double x);              ///< 0.82    ///< 0.82
TALWEG_API double cos(double x);              ///< 0.84    ///< 0.84
TALWEG_API double tan(double x);              ///< 0.93    ///< 0.93
TALWEG_API double asin(double x);             ///< 0.68   ///< 0.68
TALWEG_API double acos(double x);             ///< 0.66   ///< 0.66
TALWEG_API double atan(double x);             ///< 0.74   ///< 0.74
TALWEG_API double sinh(double x);             ///< 0.84   ///< 0.84
TALWEG_API double cosh(double x);             ///< 0.63   ///< 0.63
TALWEG_API double tanh(double x);             ///< 0.58   ///< 0.58
TALWEG_API double erf(double x);              ///< 0.92    ///< 0.92
TALWEG_API double cbrt(double x);             ///< 0.50   ///< 0.50
TALWEG_API double pow(double x, double y);    ///< 0.76
TALWEG_API double atan2(double y, double x);  ///< 0.75
TALWEG_API double hypot(double x, double y);  ///< 0.74

/// For code that is compiled for single numbers and for lanes (lanes.hpp): Calls::exp(x).
struct Calls {
#define TALWEG_CALL(name) \
  static double name(double x) { return elementary::name(x); }
#define TALWEG_CALL_OF_TWO(name) \
  static double name(double x, double y) { return elementary::name(x, y); }
  TALWEG_ELEMENTARY_FUNCTIONS(TALWEG_CALL, TALWEG_CALL_OF_TWO)
#undef TALWEG_CALL
#undef TALWEG_CALL_OF_TWO
};

}  // namespace talweg::elementary
