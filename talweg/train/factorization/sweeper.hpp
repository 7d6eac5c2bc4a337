#pragma once
#include <memory>
#include <span>

#include "talweg/optim/spec.hpp"
#include "talweg/train/factorization/sweep.hpp"

namespace talweg::train {

/// A rule in its form for single ratings: only the rows of the rating's user and item are touched.
template <class T> class Sweeper {
 public:
  virtual ~Sweeper() = default;
  virtual std::size_t slots() const = 0;
  virtual T start(std::size_t slot, T x) const = 0;  ///< of a slot before the first step
  /// Updates for the ratings in their order by the coefficients of `context`; the sum of squared errors, each before
  /// its update. May run for several blocks at once.
  virtual double sweep(const StepContext& context, std::span<const Rated<T>> ratings, T* users, T* items,
                       const RowShape& shape, const Decay<T>& decay, bool biases) const = 0;
};

/// nullptr for a rule, or a setting of it, that has no such form: sgd, adagrad, rmsprop and adam have one.
template <class T> std::unique_ptr<Sweeper<T>> make_sweeper(const FirstOrder& method);

extern template std::unique_ptr<Sweeper<float>> make_sweeper<float>(const FirstOrder&);
extern template std::unique_ptr<Sweeper<double>> make_sweeper<double>(const FirstOrder&);

}  // namespace talweg::train
