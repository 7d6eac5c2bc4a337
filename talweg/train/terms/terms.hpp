#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {

/// A mean of terms over examples. f(x, rows, g) reads x (n), writes into g (n) the gradient of the mean over these rows
/// (indices below f.examples()) and returns that mean. Where f(x, rows) can be called as well it is the mean alone, and
/// is asked for where no gradient is wanted. The same object serves stochastic methods, which ask for a few
/// rows at a time, and deterministic ones, which ask for all.
template <class F>
concept SeparableFunction = requires(const F& f, std::span<const double> x, std::span<const std::uint32_t> rows,
                                     std::span<double> g) {
  { f.examples() } -> std::convertible_to<std::size_t>;
  { f(x, rows, g) } -> std::convertible_to<double>;
};

/// The same, its type forgotten.
struct Separable {
  std::size_t count = 0;
  std::function<double(std::span<const double>, std::span<const std::uint32_t>, std::span<double>)> mean;
  bool gives_values = false;  ///< whether `mean` takes an empty gradient, and gives the value alone then

  std::size_t examples() const { return count; }
  double operator()(std::span<const double> x, std::span<const std::uint32_t> rows, std::span<double> g) const {
    return mean(x, rows, g);
  }
};

/// How a stochastic method goes over the examples. The order is a function of seed and epoch alone.
struct StochasticOptions {
  std::size_t batch_size = 32;  ///< rows of a step; 0: all
  std::int64_t epochs = 20;     ///< passes over the examples
  std::uint64_t seed = 0;
  bool shuffled = true;  ///< anew for each epoch; false: as they stand
  double max_seconds = std::numeric_limits<double>::infinity();
  Bounds bounds = {};  ///< x is moved onto the box after each step
  /// After each step: its number from 1, the mean over its rows before it, the learning rate, its rows, x (n) and the
  /// gradient (n) that it went by. Returning true stops the run.
  struct Step {
    std::int64_t step, epoch;
    double value, learning_rate;
    std::span<const std::uint32_t> rows;
    std::span<const double> x, gradient;
    std::span<const double> at;           ///< (n), where value and gradient were taken: x before, or the look-ahead
    std::function<Observations()> state;  ///< the rule's own numbers, computed when called
  };
  std::function<bool(const Step&)> on_step = {};
  /// After each epoch: its number, the mean over its examples (each at the time of its step), and x. True stops.
  std::function<bool(std::int64_t epoch, double value, std::span<const double> x)> on_epoch = {};
  struct Epoch {
    std::int64_t epoch;  ///< 0: before the first step, with the mean over all examples
    double value;        ///< the mean over its examples, each at the time of its step
    std::span<const double> x;
  };
  /// What listens to a run, where it is set. Of several, each is called, in their order; one that returns true ends the
  /// run. What they throw passes through `minimize` unchanged.
  struct Callback {
    Hook<Epoch> begin = {};
    Hook<Step> step = {};
    Hook<Epoch> epoch = {};
    Hook<Result> end = {};  ///< once, with what the run came to; nothing is left to stop
  };
  std::vector<Callback> callbacks = {};                               ///< called after the two above
  std::int64_t max_steps = std::numeric_limits<std::int64_t>::max();  ///< at least 1
};

/// Minimises a mean of terms from x0 by a first-order rule in mini-batches; the last batch of an epoch may be short,
/// and its gradient is weighted by its size. Result::value and gradient are of all examples at Result::x; after a run
/// that failed x is of the best epoch. Evaluations: calls with the rows of a step; those with all rows are counted as
/// checks. Result::function_seconds is not measured. Throws Error for wrong use; what f throws passes through.
TALWEG_API Result minimize(const Separable& f, std::vector<double> x0, const FirstOrder& rule,
                           const StochasticOptions& options);

/// The function of all its examples, for deterministic methods.
TALWEG_API Function on_all_examples(Separable f);

template <SeparableFunction F> Separable separable(F f) {
  const std::size_t count = f.examples();
  constexpr bool gives_values =
      std::is_invocable_r_v<double, const F&, std::span<const double>, std::span<const std::uint32_t>>;
  return {count,
          [f = std::move(f)](std::span<const double> x, std::span<const std::uint32_t> rows, std::span<double> g) {
            if constexpr (gives_values)
              if (g.empty()) return static_cast<double>(f(x, rows));
            return static_cast<double>(f(x, rows, g));
          },
          gives_values};
}

/// minimize(Fit{…}, x0, Adam{}, {.batch_size = 32, .epochs = 20})
template <SeparableFunction F, class M>
requires std::convertible_to<const M&, FirstOrder> Result minimize(F f, std::vector<double> x0, const M& rule,
                                                                   const StochasticOptions& options = {}) {
  return minimize(separable(std::move(f)), std::move(x0), FirstOrder(rule), options);
}

/// minimize(Fit{…}, x0, Lbfgs{}): all rows at every step.
template <SeparableFunction F, class M>
requires(!std::convertible_to<const M&, FirstOrder> && std::convertible_to<const M&, Method>) Result
    minimize(F f, std::vector<double> x0, const M& method, const Options& options = {}) {
  return minimize(on_all_examples(separable(std::move(f))), std::move(x0), Method(method), options);
}

}  // namespace talweg
