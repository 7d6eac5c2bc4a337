#pragma once
#include "talweg/elementary/error_function.hpp"
#include "talweg/elementary/exponential.hpp"
#include "talweg/elementary/functions.hpp"
#include "talweg/elementary/inverse.hpp"
#include "talweg/elementary/logarithm.hpp"
#include "talweg/elementary/power.hpp"
#include "talweg/elementary/trigonometric.hpp"

namespace talweg::elementary {

/// The functions inside a loop that the compiler turns into vector code, for code that takes Calls or Lanes. Every lane
/// has the bits of a call, but for the sines and tangents of `far` arguments: the loop that meets one computes it again
/// by Calls.
struct Lanes {
  static bool far(double angle) { return !(magnitude(angle) <= kernels::largest_angle); }

#define TALWEG_KERNEL(name) \
  TALWEG_ELEMENTARY static double name(double x) { return kernels::name(x); }
#define TALWEG_KERNEL_OF_TWO(name) \
  TALWEG_ELEMENTARY static double name(double x, double y) { return kernels::name(x, y); }
  TALWEG_ELEMENTARY_FUNCTIONS(TALWEG_KERNEL, TALWEG_KERNEL_OF_TWO)
#undef TALWEG_KERNEL
#undef TALWEG_KERNEL_OF_TWO
};

}  // namespace talweg::elementary
