#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "talweg/autodiff/operation.hpp"
#include "talweg/base/text.hpp"
#include "talweg/tensor/tensor.hpp"

namespace talweg::autodiff {

/// How far an operation's backward lies from central differences.
struct GradientReport {
  double worst = 0;  ///< the largest |analytic − numeric| / max(1, |numeric|)
  int operand = 0;   ///< where that was
  std::int64_t index = 0;
  double analytic = 0, numeric = 0;
  bool adds = true;   ///< backward adds to what was there (the += convention)
  bool skips = true;  ///< with one gradient left out the others are the same

  std::string to_string() const {
    return text::cat("operand ", operand, ", element ", index, ": backward gives ", analytic, ", differences ", numeric,
                     adds ? "" : "; backward does not add", skips ? "" : "; leaving one gradient out changes another");
  }
};

namespace detail {

template <Operation Op> struct Checked {
  const Op& op;
  std::span<Tensor<double>> operands;
  Pool pool{1};

  Shapes shapes() const {
    Shapes out;
    for (std::size_t i = 0; i < operands.size(); ++i) out[i] = operands[i].shape();
    return out;
  }
  Operands<double> views() const {
    Operands<double> out;
    for (std::size_t i = 0; i < operands.size(); ++i) out[i] = std::as_const(operands[i]).view();
    return out;
  }
  /// Σ w_i·y_i with fixed weights w of all sizes and signs: its gradient needs every dy.
  static double weight(std::int64_t i) { return std::cos(1.0 + 2.3 * double(i)); }
  double value() {
    Tensor<double> y(op.shape(shapes())), saved({std::max<std::int64_t>(1, op.saved(shapes()))});
    op.template forward<double>(pool, views(), y.view(), saved.data());
    double sum = 0;
    for (std::int64_t i = 0; i < y.size(); ++i) sum += weight(i) * y[i];
    return sum;
  }
  /// The gradients on top of `before` everywhere; that of operand `without` is not asked for.
  std::vector<Tensor<double>> gradients(double before, int without) {
    Tensor<double> y(op.shape(shapes())), saved({std::max<std::int64_t>(1, op.saved(shapes()))});
    op.template forward<double>(pool, views(), y.view(), saved.data());
    Tensor<double> dy(y.shape());
    for (std::int64_t i = 0; i < y.size(); ++i) dy[i] = weight(i);
    std::vector<Tensor<double>> out;
    Gradients<double> dx;
    for (int i = 0; i < Op::differentiable; ++i) {
      out.emplace_back(operands[std::size_t(i)].shape());
      out.back().fill(before);
    }
    for (int i = 0; i < Op::differentiable; ++i)
      if (i != without) dx[std::size_t(i)] = out[std::size_t(i)].view();
    op.template backward<double>(pool, views(), std::as_const(y).view(), saved.data(), std::as_const(dy).view(), dx);
    return out;
  }
};

}  // namespace detail

/// Compares backward with central differences of forward at `operands`, away from kinks. The step h = 6e-6·max(1, |x|)
/// balances the truncation h²·f'''/6 ≈ 1e-11 and the rounding 1e-16·|f|/h ≈ 1e-10, so a sound backward stays under 1e-8
/// for values of the size of 10.
template <Operation Op> GradientReport check_gradient(const Op& op, std::span<Tensor<double>> operands) {
  detail::Checked<Op> checked{op, operands};
  GradientReport report;
  const auto analytic = checked.gradients(0, -1), shifted = checked.gradients(1, -1);
  for (int k = 0; k < Op::differentiable; ++k) {
    Tensor<double>& x = operands[std::size_t(k)];
    const Tensor<double>& gradient = analytic[std::size_t(k)];
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const double at = x[i], h = 6e-6 * std::max(1.0, std::abs(at));
      x[i] = at + h;
      const double above = checked.value();
      x[i] = at - h;
      const double below = checked.value();
      x[i] = at;
      const double numeric = (above - below) / (2 * h);
      const double error = std::abs(gradient[i] - numeric) / std::max(1.0, std::abs(numeric));
      if (!(error <= report.worst)) {
        report.worst = std::isnan(error) ? INFINITY : error;
        report.operand = k, report.index = i, report.analytic = gradient[i], report.numeric = numeric;
      }
      // 1 + g rounds at the size of 1 + |g|, and a kernel may sum in another order: 1e-12 is far above both.
      if (!(std::abs(shifted[std::size_t(k)][i] - 1 - gradient[i]) <= 1e-12 * (1 + std::abs(gradient[i]))))
        report.adds = false;
    }
    const auto others = checked.gradients(0, k);
    for (int j = 0; j < Op::differentiable; ++j)
      if (j != k && !(others[std::size_t(j)] == analytic[std::size_t(j)])) report.skips = false;
  }
  return report;
}

}  // namespace talweg::autodiff
