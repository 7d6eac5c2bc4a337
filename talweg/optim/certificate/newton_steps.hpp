#pragma once
#include <span>
#include <vector>

#include "talweg/optim/certificate/hessian.hpp"
#include "talweg/optim/certificate/precision.hpp"

namespace talweg::certificate {

/// A step of Newton's method must shrink N to this share for another to be tried with the same H. Without it five of
/// seven bad starts are accepted wrongly.
inline constexpr double contraction = 1e-2;

/// Steps of Newton's method from one point with the Hessian measured there, and what they tell of it.
class NewtonSteps {
 public:
  NewtonSteps(Evaluator& f, const Point& from, std::span<const double> lengths)
      : f_(f), from_(from), lengths_(lengths), precision_{f} {}

  /// Chord steps: Newton's method with the same H, while it contracts. `noise` is that of f; a rise of up to `nothing`
  /// is none: where a gradient has an error, as one of differences has, f has its least value beside the point at which
  /// the gradient vanishes.
  void make(const Hessian& h, double noise, double nothing);
  /// None were made.
  bool none() const { return first_step.empty(); }
  void forget() { first_step.clear(); }
  /// Whether they took away all but a nothing of N: then the curvature is the true one.
  bool shrank() const;
  /// Whether N shrank as it does where the measured curvature is the true one. The stiff directions alone may shrink it
  /// once: in a curved valley the next step then gains nothing, unless rounding is all that is left.
  bool contracted();
  /// `best` at a part of the first step where f falls visibly, if there is one.
  void backtrack();

  Point best;  ///< at the end
  double decrement = 0, first_decrement = 0;
  std::vector<double> first_step;
  bool fell = false;  ///< f fell on the way

 private:
  bool holds_there();
  double size(std::size_t i) const;
  bool far(std::span<const double> d) const;
  double hidden_by_x() const;

  Evaluator& f_;
  const Point& from_;
  std::span<const double> lengths_;
  Precision precision_;
  const Hessian* h_ = nullptr;
  std::vector<double> newton_;
  bool contracts_ = false;  ///< the last step tried shrank N
};

}  // namespace talweg::certificate
