#pragma once
#include <span>
#include <string>

#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/evaluator.hpp"

namespace talweg::constrained {

/// λ_i − ρ c_i, at least 0 for an inequality: what the multiplier becomes, and the weight of row i in the gradient of
/// L.
double next_multiplier(const AugmentedLagrangian::State& s, const Constraint& constraint, double c, std::size_t i);

/// L and its gradient (n) from f, its gradient and the constraints at one point. `weights` (m) is working storage.
double augment(const AugmentedLagrangian::State& s, std::span<const Constraint> constraints, const Point& p,
               const Values& values, std::span<double> weights, std::span<double> gradient);

/// L as the inner search sees it. Keeps the user's f and constraints at the points that the search may end at: its
/// latest and its lowest trial.
class AugmentedFunction {
 public:
  AugmentedFunction(Evaluator& f, const AugmentedLagrangian::State& s, AugmentedLagrangian::State::Scratch& room)
      : f_(f), s_(s), constraints_(f.options().constraints), room_(room) {}

  double operator()(std::span<const double> x, std::span<double> gradient);
  /// Moves the record of x to the state.
  void settle(std::span<const double> x, Point& at, Values& values);
  const std::string& defect() const { return defect_; }  ///< of a constraint, if one was not finite

 private:
  Evaluator& f_;
  const AugmentedLagrangian::State& s_;
  std::span<const Constraint> constraints_;
  AugmentedLagrangian::State::Scratch& room_;
  double latest_value_ = HUGE_VAL, lowest_value_ = HUGE_VAL;
  bool any_ = false;
  std::string defect_;
};

}  // namespace talweg::constrained
