#pragma once
#include "talweg/elementary/trigonometric.hpp"

namespace talweg::elementary {

/// Of x > largest_angle: Payne & Hanek 1983, in whole numbers. Infinity and NaN give NaN.
kernels::Angle reduced_large(double x);

/// The angle of |x|, whatever it is.
inline kernels::Angle reduced(double x) {
  const double a = magnitude(x);
  return a <= kernels::largest_angle ? kernels::reduced(a) : reduced_large(a);
}

}  // namespace talweg::elementary
