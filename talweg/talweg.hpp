#pragma once
/// The one header of the library: minimise functions by any method, build and train networks, read model files.
#include "talweg/api/factorization_model.hpp"
#include "talweg/api/model.hpp"
#include "talweg/autodiff/differences.hpp"
#include "talweg/autodiff/scalar.hpp"
#include "talweg/base/error.hpp"
#include "talweg/least_squares.hpp"
#include "talweg/nn/nn.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/deterministic/linear_cg.hpp"
#include "talweg/optim/first_order/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/optim/minimize_exact.hpp"
#include "talweg/optim/minimizer.hpp"
#include "talweg/train/network_file.hpp"
#include "talweg/train/network_optimizer.hpp"
#include "talweg/train/terms/terms.hpp"

namespace talweg {

/// Minimises generic code: minimize([](auto x) { return x[0] * x[0]; }, {3.0}, Adam{}). The gradient is exact.
template <class F>
requires(!std::convertible_to<F, Function> && autodiff::ScalarFunction<F>) Result
    minimize(F f, std::vector<double> x0, const Method& method, const Options& options = {}) {
  auto g = differentiable(std::move(f));
  return minimize_exact(
      g, [g](std::span<const double> x) mutable { return g.rounding(x); }, std::move(x0), method, options);
}

/// The same by the method that serves where none is named: minimize([](auto x) { … }, {3.0}).
template <class F>
requires(!std::convertible_to<F, Function> && autodiff::ScalarFunction<F>) Result
    minimize(F f, std::vector<double> x0, const Options& options = {}) {
  return minimize(std::move(f), std::move(x0), Method::usual(options), options);
}

/// For a clear message: a function that gives values only has no gradient to go by.
template <class F>
requires(!std::convertible_to<F, Function> && !autodiff::ScalarFunction<F> && autodiff::ValueFunction<F>) Result
    minimize(F, std::vector<double>, auto&&...) {
  static_assert(!sizeof(F),
                "f gives values only: write its gradient, take `auto x` to have it derived, or pass differences(f)");
  return {};
}

}  // namespace talweg
