#pragma once
#include <cstddef>
#include <span>

#include "talweg/base/export.hpp"

/// Loops over whole vectors for the deterministic methods. Every sum runs over fixed lanes, so that the result
/// does not depend on the width of the processor's registers.
namespace talweg::vectors {

TALWEG_API double dot(std::span<const double> a, std::span<const double> b);
/// ||a||_2, safe from overflow and underflow.
TALWEG_API double norm(std::span<const double> a);
/// The same where a'a is known, as the sum that it is.
TALWEG_API double norm(std::span<const double> a, double squares);
/// max |a_i|; NaN or infinity where an entry is.
TALWEG_API double max_norm(std::span<const double> a);
TALWEG_API bool all_finite(std::span<const double> a);

/// out = x + a d. False when no entry moved, that is when a d is below the rounding of x.
TALWEG_API bool advance(std::span<const double> x, double a, std::span<const double> d, std::span<double> out);
/// Moves x = from + a d into the box; where a = 1 and d is bound − from, onto that bound.
TALWEG_API void enter(std::span<const double> lower, std::span<const double> upper, std::span<const double> from,
                      double a, std::span<const double> d, std::span<double> x);
/// out = a − b.
TALWEG_API void subtract(std::span<const double> a, std::span<const double> b, std::span<double> out);
/// out += a d.
TALWEG_API void add(double a, std::span<const double> d, std::span<double> out);
TALWEG_API void scale(double a, std::span<double> x);
/// out = a x.
TALWEG_API void multiply(double a, std::span<const double> x, std::span<double> out);

/// Products of a pair s = x − x_old, y = unit (g − g_old), and of these with unit g.
struct PairSums {
  double sy = 0, yy = 0, sg = 0, yg = 0;
};
/// Writes s and y (n). In the same pass, for each column c: with_y = c'y and with_g = unit c'g.
TALWEG_API PairSums make_pair(std::span<const double> x, std::span<const double> x_old, std::span<const double> g,
                              std::span<const double> g_old, double unit, double* s, double* y,
                              std::span<const double* const> columns, std::span<double> with_y,
                              std::span<double> with_g);

/// d = a z + b d; returns d'g.
TALWEG_API double mix(double a, std::span<const double> z, double b, std::span<double> d, std::span<const double> g);

/// dots[j] = columns[j]'g.
TALWEG_API void dots(std::span<const double* const> columns, std::span<const double> g, std::span<double> dots);

/// d = a g + Σ coefficients[j] columns[j], in one pass; returns d'g.
TALWEG_API double combine(double a, std::span<const double> g, std::span<const double* const> columns,
                          std::span<const double> coefficients, std::span<double> d);

}  // namespace talweg::vectors
