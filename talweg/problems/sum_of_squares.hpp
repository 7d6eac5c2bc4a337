#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <span>

namespace talweg::problems {

/// Adds up f = sum of r^2 and g = sum of 2 r dr/dx, one residual at a time, in the caller's gradient.
class SumOfSquares {
 public:
  struct Entry {
    std::size_t index;
    double derivative;
  };

  explicit SumOfSquares(std::span<double> gradient) : g_(gradient) { std::fill(g_.begin(), g_.end(), 0.0); }

  /// A residual whose derivatives by x_0, x_1, … are `row`; those after it are zero.
  void add(double r, std::initializer_list<double> row) { add_from(0, r, row); }
  /// A residual whose derivatives by x_first, x_first+1, … are `row`; the others are zero.
  void add_from(std::size_t first, double r, std::initializer_list<double> row) {
    value_ += r * r;
    for (double* g = g_.data() + first; const double derivative : row) *g++ += 2 * r * derivative;
  }
  void add_sparse(double r, std::initializer_list<Entry> row) {
    value_ += r * r;
    for (const auto& [index, derivative] : row) g_[index] += 2 * r * derivative;
  }
  double value() const { return value_; }

 private:
  std::span<double> g_;
  double value_ = 0;
};

}  // namespace talweg::problems
