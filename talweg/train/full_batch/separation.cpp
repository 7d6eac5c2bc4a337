#include "talweg/train/full_batch/separation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

namespace talweg::train {

namespace {

/// A fit drives rows without limit to margins beyond these (log odds); those that hold it stay below one of them.
constexpr std::array margins{6.0, 9.0, 12.0};
constexpr double least_gain = 1;       ///< log odds that the direction has brought the best row, at least
constexpr double rounding = 1e-7;      ///< of a product of standardised rows of which nothing is left
constexpr double most_products = 1e9;  ///< about a second

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Rows standardised, with a 1 behind: sizes of columns must not decide what counts as dependent.
class Standardised {
 public:
  explicit Standardised(const Examples<double>& rows)
      : rows_(rows),
        inputs_(rows.is_sparse() ? rows.sparse.width : rows.inputs),
        mean_(inputs_),
        scale_(inputs_),
        x_(inputs_ + 1) {
    for (std::size_t r = 0; r < rows.rows; ++r) {
      raw(r);
      for (std::size_t c = 0; c < inputs_; ++c) mean_[c] += (x_[c] - mean_[c]) / static_cast<double>(r + 1);
    }
    for (std::size_t r = 0; r < rows.rows; ++r) {
      raw(r);
      for (std::size_t c = 0; c < inputs_; ++c) scale_[c] = std::max(scale_[c], std::abs(x_[c] - mean_[c]));
    }
  }
  std::span<const double> operator()(std::size_t r) {
    raw(r);
    for (std::size_t c = 0; c < inputs_; ++c) x_[c] = scale_[c] > 0 ? (x_[c] - mean_[c]) / scale_[c] : 0;
    x_.back() = 1;
    return x_;
  }
  /// The same weights on such rows: (outputs, inputs + 1).
  std::vector<double> weights(std::span<const double> w, std::size_t outputs) const {
    std::vector<double> v(outputs * (inputs_ + 1));
    for (std::size_t k = 0; k < outputs; ++k) {
      double& bias = v[k * (inputs_ + 1) + inputs_] = w[inputs_ * outputs + k];
      for (std::size_t c = 0; c < inputs_; ++c) {
        v[k * (inputs_ + 1) + c] = w[c * outputs + k] * scale_[c];
        bias += w[c * outputs + k] * mean_[c];
      }
    }
    return v;
  }

 private:
  void raw(std::size_t r) {
    if (!rows_.is_sparse()) {
      std::copy_n(rows_.x.begin() + static_cast<std::ptrdiff_t>(r * inputs_), inputs_, x_.begin());
      return;
    }
    const auto& s = rows_.sparse;
    for (std::size_t c = 0; c < inputs_; ++c) x_[c] = s.shift.empty() ? 0 : -s.shift[c];
    for (std::size_t k = s.starts[r]; k < s.starts[r + 1]; ++k) x_[s.columns[k]] += s.value(k);
  }

  const Examples<double>& rows_;
  std::size_t inputs_;
  std::vector<double> mean_, scale_, x_;
};

/// Calls f(z) for every z with z·v = how much likelier (log odds) weights v hold a row's class than another one.
template <class F>
void each_difference(Standardised& x, const Examples<double>& rows, std::size_t outputs, const F& f) {
  std::vector<double> z;
  for (std::size_t r = 0; r < rows.rows; ++r) {
    const auto row = x(r);
    const auto truth = static_cast<std::size_t>(rows.truth[r]);
    for (std::size_t k = 0; k < std::max<std::size_t>(outputs, 2); ++k) {
      if (k == truth) continue;
      z.assign(outputs * row.size(), 0);
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (outputs == 1) {
          z[c] = truth == 1 ? row[c] : -row[c];
        } else {
          z[truth * row.size() + c] = row[c];
          z[k * row.size() + c] = -row[c];
        }
      }
      if (!f(std::span<double>(z))) return;
    }
  }
}

/// The span of vectors, as far as they are independent.
class Span {
 public:
  explicit Span(std::size_t size) : outside_(size) {
    // Any vector that no vector of the data is orthogonal to by accident.
    for (std::size_t i = 0; i < size; ++i)
      outside_[i] = 0.5 + std::fmod(static_cast<double>(i + 1) * std::numbers::phi, 1.0);
  }
  bool is_everything() const { return basis_.size() == outside_.size(); }
  /// One product for a vector that lies in the span, as nearly all do; z is used up.
  void add(std::span<double> z) {
    const double length = std::sqrt(dot(z, z));
    if (std::abs(dot(z, outside_)) <= rounding * length * std::sqrt(dot(outside_, outside_))) return;
    take_out(z);
    const double left = std::sqrt(dot(z, z));
    if (left <= rounding * length) return;
    for (double& v : z) v /= left;
    basis_.emplace_back(z.begin(), z.end());
    take_out(outside_);
  }
  /// Leaves of v what is orthogonal to the span; twice, for the rounding.
  void take_out(std::span<double> v) const {
    for (int pass = 0; pass < 2; ++pass)
      for (const auto& b : basis_) {
        const double share = dot(b, v);
        for (std::size_t i = 0; i < v.size(); ++i) v[i] -= share * b[i];
      }
  }

 private:
  std::vector<std::vector<double>> basis_;  ///< orthonormal
  std::vector<double> outside_;             ///< orthogonal to it
};

}  // namespace

bool is_separated(const Examples<double>& rows, std::span<const double> parameters, std::size_t outputs) {
  const auto size = static_cast<double>(parameters.size());
  if (static_cast<double>(rows.rows * outputs) * size + size * size * size > most_products) return false;
  Standardised x(rows);
  const std::vector<double> end = x.weights(parameters, outputs);
  for (const double margin : margins) {
    // The rows that hold the fit: what is orthogonal to all of them is free to grow.
    Span holding(end.size());
    each_difference(x, rows, outputs, [&](std::span<double> z) {
      if (dot(z, end) > margin) return true;
      holding.add(z);
      return !holding.is_everything();
    });
    if (holding.is_everything()) return false;  // beyond a larger margin there are more rows still
    std::vector<double> direction = end;
    holding.take_out(direction);
    double best = 0, worst = 0;
    each_difference(x, rows, outputs, [&](std::span<double> z) {
      const double gain = dot(z, direction);
      best = std::max(best, gain), worst = std::min(worst, gain);
      return true;
    });
    if (best >= least_gain && -worst <= 10 * rounding * best) return true;
  }
  return false;
}

}  // namespace talweg::train
