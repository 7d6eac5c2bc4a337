#pragma once
#include <type_traits>

#include "talweg/optim/certificate/certify.hpp"

namespace talweg::certificate {

/// Decides when a run has converged: watches its journey, notices points that look like solutions, has them certified,
/// and remembers what came of it. One for each run of `minimize`.
class Convergence {
 public:
  /// Of a run with that tolerance and method, from its complete start.
  void begin(const Options& options, const MethodTraits& traits, const Point& start);
  /// After each iteration.
  void see(const Point& at);

  /// Whether the present point should be certified: by the absolute test, by a gradient of exactly 0, by the step that
  /// the method proposes, or, for methods without a model, by a loss that has stopped falling.
  bool nominates(const Point& at, const Proposal& proposal);
  /// Certifies the point. `stalled`: the method itself can do no more; `promise` is the fall that its model expects.
  Finding ask(Evaluator& f, const Point& at, bool stalled, double promise);
  /// The same for a method that judges its first-order conditions itself, under constraints.
  Finding ask(Evaluator& f, const Point& at, std::span<const double> multipliers);
  /// Whether another question may follow: a run that is sent on again and again ends at last.
  bool patient() const { return questions_ < most_questions; }
  const Journey& journey() const { return journey_; }

  /// What has changed since `begin`; loads into one that has begun with the same options.
  template <class Self, class V> static void visit(Self& c, V&& v) {
    v(c.tolerance_), v(c.bounds_.lower), v(c.bounds_.upper);
    Journey::visit(c.journey_, v);
    bool again = c.former_.has_value();
    v(again);
    if constexpr (!std::is_const_v<Self>) c.former_ = again ? std::optional(c.journey_) : std::nullopt;
    if (again) Journey::visit(*c.former_, v);
    v(c.renewed_at_), v(c.refused_), v(c.faint_), v(c.questions_), v(c.all_questions_), v(c.record_),
        v(c.record_iteration_);
    v(c.asked_value_), v(c.asked_decrement_), v(c.row_decrement_), v(c.asked_iteration_);
  }

 private:
  static constexpr int most_questions = 20;

  struct Circumstances {
    bool absolute = false, stalled = false;
    double promise = HUGE_VAL;
  };
  Question question(const Point& at, const Circumstances& how) const;
  /// Remembers what came of it.
  Finding note(const Point& at, Finding found);
  bool within_reach(const Point& at, const Proposal& p) const;
  bool still(const Point& at);

  double tolerance_ = 0;
  std::optional<double> gradient_tolerance_;
  bool scale_free_ = false, models_ = false, polishes_ = false, detours_ = false, checks_ = true;
  Bounds bounds_;
  Journey journey_;
  std::optional<Journey> former_;  ///< until the journey began anew
  double renewed_at_ = 0;          ///< the decrement where it did
  bool refused_ = false;           ///< the last question came back without a point to go on from
  bool faint_ = false;             ///< and found curvature too small for differences on one side
  int questions_ = 0, all_questions_ = 0;
  /// Of methods without a model: f when it last fell by more than the tolerance, and when that was.
  double record_ = 0;
  std::int64_t record_iteration_ = 0;
  double asked_value_ = 0, asked_decrement_ = 0;
  double row_decrement_ = 0;  ///< where the questions that are counted began
  std::int64_t asked_iteration_ = 0;
};

}  // namespace talweg::certificate
