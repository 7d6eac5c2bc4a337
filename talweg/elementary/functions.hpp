#pragma once
#include "talweg/base/export.hpp"

/// The functions of formulas, for one number at a time. Each gives the same bits on every processor and from every
/// compiler, which those of the C library do not: theirs use a fused multiply-add where there is one. Zeros, infinities
/// and NaN are as in Annex F of C99. Behind each stands the largest error that was found against MPFR over 10⁷ random
/// arguments and those that are hard (tests/elementary/), in units in the last place.
#define TALWEG_ELEMENTARY_FUNCTIONS(of_one, of_two)                                                                   \
  of_one(exp) of_one(exp2) of_one(expm1) of_one(log) of_one(log2) of_one(log10) of_one(log1p) of_one(sin) of_one(cos) \
      of_one(tan) of_one(asin) of_one(acos) of_one(atan) of_one(sinh) of_one(cosh) of_one(tanh) of_one(erf)           \
          of_one(cbrt) of_two(pow) of_two(atan2) of_two(hypot)
namespace talweg::elementary {

TALWEG_API double exp(double x);
TALWEG_API double exp2(double x);
TALWEG_API double expm1(double x);
TALWEG_API double log(double x);
TALWEG_API double log2(double x);
TALWEG_API double log10(double x);
TALWEG_API double log1p(double x);
TALWEG_API double sin(double x);
TALWEG_API double cos(double x);
TALWEG_API double tan(double x);
TALWEG_API double asin(double x);
TALWEG_API double acos(double x);
TALWEG_API double atan(double x);
TALWEG_API double sinh(double x);
TALWEG_API double cosh(double x);
TALWEG_API double tanh(double x);
TALWEG_API double erf(double x);
TALWEG_API double cbrt(double x);
TALWEG_API double pow(double x, double y);
TALWEG_API double atan2(double y, double x);
TALWEG_API double hypot(double x, double y);

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
