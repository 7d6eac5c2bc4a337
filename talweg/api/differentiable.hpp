#pragma once
#include <type_traits>
#include <utility>
#include <vector>

#include "talweg/autodiff/scalar.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {

/// Code that is generic over its number type and writes no gradient itself.
template <class F>
concept GenericObjective =
    !std::is_invocable_v<F&, std::span<const double>, std::span<double>> && autodiff::ScalarFunction<F>;

/// Minimises a generic lambda with exact gradients by the tape:
///     talweg::minimize([](auto x) { return (1 - x[0]) * (1 - x[0]); }, {3}, talweg::Adam{})
/// Code that computes values only, in double, is wrapped by hand: minimize(talweg::differences(f), …).
template <class F>
requires GenericObjective<F> Result minimize(F f, std::vector<double> x0, const Method& method,
                                             const Options& options = {}) {
  Options exact = options;
  exact.check_gradient = false;
  return minimize(Function(differentiable(std::move(f))), std::move(x0), method, exact);
}

}  // namespace talweg
