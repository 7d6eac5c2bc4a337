#pragma once
#include <cmath>
#include <optional>
#include <string>

#include "talweg/optim/certificate/certificate.hpp"
#include "talweg/optim/certificate/journey.hpp"
#include "talweg/optim/certificate/metric.hpp"
#include "talweg/optim/evaluator.hpp"

namespace talweg::certificate {

/// A step nominates its point when it promises at most this share of the fall so far, and moves each variable by at
/// most this share of its journey: tolerance² · 1e4 and tolerance · 100, that is 1e-12 and 1e-6. Tighter ones cost 5 %
/// more evaluations, looser ones save 10 % and have more questions refused.
inline constexpr double fall_factor = 1e4, step_factor = 100;
/// A variable whose share in the promise is so small a part of the fall may move as it likes: symmetry keeps some at 0,
/// and rounding moves them.
inline constexpr double idle_share = 1e-20;

/// A point of which a run believes that it is a solution.
struct Question {
  const Point& at;
  const Journey& journey;
  double tolerance = 0;             ///< of the test without units
  bool absolute = false;            ///< an absolute test of the gradient holds: only a descent speaks against it
  bool stalled = false;             ///< the method finds no lower point
  bool insists = false;             ///< it was asked before, and has come back
  bool faint = false;               ///< when it was, curvature was too small for differences on one side
  double stuck_at = HUGE_VAL;       ///< where no other will follow: the decrement at the first of a long row
  const Journey* former = nullptr;  ///< where the journey has begun anew: the one before
  double renewed_at = 0;            ///< and the decrement then
  double promise = HUGE_VAL;        ///< the fall that its model still expects, if it has one
  bool polish = true;               ///< points beside it may be the answer: steps of Newton's method end the run
};

/// What curvature says of it.
struct Finding {
  /// converged, converged_at_precision, line_search_failed: the run ends, at `to` if there is one. running: it goes on,
  /// from `to` if there is one.
  Status status = Status::running;
  Certificate certificate;
  std::optional<Point> to;
  std::optional<Metric> metric;  ///< the variables in which to go on
  bool faint = false;            ///< curvature is too small somewhere for differences on one side
  bool anew = false;             ///< the run goes on, and so far it has come nowhere: the journey begins anew
  /// What the method has learnt and won is of no use here: it took for little what is not, because its model is wrong,
  /// or beside the way from a bad start.
  bool restart = false;
  double decrement = 0;  ///< the fall still to be had, as Newton's method has it, at the end of the question
  std::string why;       ///< a sentence for the message, where the ending needs one
};

/// The model's own step only nominates a point: it is small, too, where the model is wrong. Here the Hessian is
/// measured on the variables that their bounds leave free, and steps of Newton's method are made with it:
///   converged               the Newton decrement N, the fall still to be had, is at most tolerance² · (f(x0) − f), and
///   a
///                           step shrinks it to 1e-6 of itself: the measured curvature is the true one
///   converged_at_precision  N is below the rounding of f
/// Where f curves downwards, or falls on one side of a point without curvature, the run goes on from there (`to`);
/// where N is larger, it goes on from the Newton step, in variables in which H is the identity (`metric`).
/// `Question::insists` asks for less where Newton's method contracts slowly (degenerate minima, such as that of x⁴).
Finding certify(Evaluator& f, const Question& question);

/// "x has not settled …": of a variable that a step would still move by so much, however far one looks.
std::string not_settled(const Options& options, std::size_t variable, double step);

}  // namespace talweg::certificate
