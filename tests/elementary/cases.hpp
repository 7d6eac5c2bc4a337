#pragma once
#include <mpfr.h>

#include <cmath>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "talweg/base/random.hpp"

/// All functions of talweg/elementary, each with its measure and with the arguments that are put to it.
namespace talweg::elementary::testing {

struct Arguments {
  double x = 0, y = 0;
};

/// A way to draw arguments: uniform over a range, or over its exponents.
using Draw = std::function<Arguments(Random&)>;

struct Case {
  std::string_view name;
  std::function<double(double, double)> value;  ///< the second argument is there for functions of two
  /// The same for n arguments, in lanes.
  void (*lanes)(const double* x, const double* y, double* out, std::size_t n);
  int (*exact)(mpfr_t, const mpfr_t, const mpfr_t);
  long double (*nearly_exact)(long double, long double);  ///< of the C library
  bool two = false;
  double bound = 1;  ///< units in the last place: what functions.hpp says
  std::vector<Draw> draws;
  std::vector<Arguments> hard;  ///< where it is hard to be right, and where one way of computing meets another
};

std::span<const Case> all_cases();

inline void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

}  // namespace talweg::elementary::testing
