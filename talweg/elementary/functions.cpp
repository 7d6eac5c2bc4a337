#include "talweg/elementary/functions.hpp"

#include "talweg/elementary/error_function.hpp"
#include "talweg/elementary/exponential.hpp"
#include "talweg/elementary/inverse.hpp"
#include "talweg/elementary/large_angles.hpp"
#include "talweg/elementary/logarithm.hpp"
#include "talweg/elementary/power.hpp"

namespace talweg::elementary {

double exp(double x) { return kernels::exp(x); }
double exp2(double x) { return kernels::exp2(x); }
double expm1(double x) { return kernels::expm1(x); }
double log(double x) { return kernels::log(x); }
double log2(double x) { return kernels::log2(x); }
double log10(double x) { return kernels::log10(x); }
double log1p(double x) { return kernels::log1p(x); }
double sin(double x) { return kernels::sin_of(reduced(x), x); }
double cos(double x) { return kernels::cos_of(reduced(x)); }
double tan(double x) { return kernels::tan_of(reduced(x), x); }
double asin(double x) { return kernels::asin(x); }
double acos(double x) { return kernels::acos(x); }
double atan(double x) { return kernels::atan(x); }
double sinh(double x) { return kernels::sinh(x); }
double cosh(double x) { return kernels::cosh(x); }
double tanh(double x) { return kernels::tanh(x); }
double erf(double x) { return kernels::erf(x); }
double cbrt(double x) { return kernels::cbrt(x); }
double pow(double x, double y) {
  return x > 0 && x < infinity && y == y ? kernels::positive_power(x, y) : kernels::pow(x, y);
}
double atan2(double y, double x) { return kernels::atan2(y, x); }
double hypot(double x, double y) { return kernels::hypot(x, y); }

}  // namespace talweg::elementary
