#include "talweg/optim/certificate/convergence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "talweg/optim/certificate/constrained.hpp"

namespace talweg::certificate {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Once refused: tolerance² and tolerance, over the recent journey.
constexpr double strict_factor = 1;
/// Iterations without a fall, as a number and as a share of those made, after which a loss stands still.
constexpr std::int64_t still_iterations = 10;
constexpr double still_share = 0.1;
/// A method without a model is asked again when it has fallen by this share of what was left, or made twice the
/// iterations.
constexpr double asked_share = 0.9;
constexpr double progress_share = 0.1;  ///< of the decrement that the first of a row of questions found
constexpr double fallen_share = 2;      ///< and this one of what the last question found: the run falls by itself
constexpr int most_in_all = 200;
/// Of the tolerance, for a journey that began anew: the whole of it would take as many iterations again.
constexpr double renewed_power = 0.75;

}  // namespace

void Convergence::begin(const Options& options, const MethodTraits& traits, const Point& start) {
  tolerance_ = options.tolerance;
  gradient_tolerance_ = options.gradient_tolerance;
  scale_free_ = options.scale_free();
  models_ = traits.models;
  // A rule, and gradient descent, shall show what they do themselves.
  checks_ = options.check_curvature;
  polishes_ = traits.models || traits.constraints;
  bounds_ = options.bounds;
  detours_ = traits.constraints && !options.constraints.empty();
  journey_.begin(start.x, start.f, detours_);
  record_ = start.f;
}

void Convergence::see(const Point& at) { journey_.see(at.x, at.f); }

bool Convergence::nominates(const Point& at, const Proposal& proposal) {
  const double norm = gradient_norm(at.x, at.g, bounds_);
  if (gradient_tolerance_ && norm <= *gradient_tolerance_) return true;
  if (!scale_free_) return false;
  if (norm == 0) return true;
  // A loss that stands still is no evidence by itself: where nobody looks at curvature, a rule goes on.
  if (!models_) return checks_ && still(at);
  if (refused_ && journey_.iterations() >= 2 * asked_iteration_ + still_iterations) return true;
  return journey_.iterations() > 0 && !proposal.empty() && within_reach(at, proposal);
}

bool Convergence::within_reach(const Point& at, const Proposal& p) const {
  const double promise = p.promise(), fall = all_questions_ > 0 ? journey_.recent_fall(at.f) : journey_.fall(at.f);
  if (!refused_ && promise <= epsilon * std::abs(at.f)) return true;
  const double share = refused_ ? strict_factor : fall_factor;
  if (!(promise <= share * tolerance_ * tolerance_ * fall)) return false;
  const double part = (former_ ? std::sqrt(tolerance_) : tolerance_) * (refused_ ? strict_factor : step_factor);
  for (std::size_t i = 0; i < at.x.size(); ++i) {
    const double d = std::abs(p.first * p.direction[i]);
    if (d <= 4 * epsilon * std::abs(at.x[i]) || std::abs(at.g[i]) * d <= idle_share * fall) continue;
    if (!(d <= part * (refused_ ? journey_.recent_range(i) : journey_.range(i)))) return false;
  }
  return true;
}

/// Whether f has stopped falling. Steps made short by a small rate are no evidence; that is for the certificate to see.
bool Convergence::still(const Point& at) {
  const std::int64_t now = journey_.iterations();
  const double least = std::max(tolerance_ * tolerance_ * journey_.fall(record_), 16 * epsilon * std::abs(at.f));
  if (at.f < record_ - least) {
    record_ = at.f;
    record_iteration_ = now;
  }
  const auto patience = std::max<std::int64_t>(still_iterations, std::llround(still_share * static_cast<double>(now)));
  if (now - record_iteration_ < patience) return false;
  if (all_questions_ == 0) return true;
  return asked_value_ - at.f >= asked_share * asked_decrement_ || now >= 2 * asked_iteration_;
}

Finding Convergence::ask(Evaluator& f, const Point& at, bool stalled, double promise) {
  const bool absolute = gradient_tolerance_ && gradient_norm(at.x, at.g, bounds_) <= *gradient_tolerance_;
  return note(at, certify(f, question(at, {.absolute = absolute, .stalled = stalled, .promise = promise})));
}

Finding Convergence::ask(Evaluator& f, const Point& at, std::span<const double> multipliers) {
  return note(at, certify_constrained(f, question(at, {.stalled = true}), multipliers));
}

Question Convergence::question(const Point& at, const Circumstances& how) const {
  return {.at = at,
          .journey = journey_,
          .tolerance = tolerance_,
          .absolute = how.absolute,
          .stalled = how.stalled,
          .insists = refused_ || !polishes_ || detours_,
          .faint = faint_,
          .stuck_at = questions_ + 1 >= most_questions ? row_decrement_ : HUGE_VAL,
          .former = former_ ? &*former_ : nullptr,
          .renewed_at = renewed_at_,
          .promise = how.promise,
          .polish = polishes_};
}

Finding Convergence::note(const Point& at, Finding found) {
  // Where questions leave far less to be had than those before, the run gets on.
  const bool nearer = found.decrement > 0 && found.decrement <= progress_share * row_decrement_;
  // So does one that has fallen by more than what the last question left: there is a way, and no end of it yet.
  const bool fell =
      detours_ && questions_ > 0 && asked_decrement_ > 0 && asked_value_ - at.f > fallen_share * asked_decrement_;
  const bool gets_on = nearer || fell;
  questions_ = gets_on && all_questions_ < most_in_all ? 0 : questions_ + 1;
  if (gets_on || questions_ == 1) row_decrement_ = found.decrement;
  ++all_questions_;
  refused_ = found.status == Status::running && !found.to;
  faint_ = found.faint;
  asked_value_ = at.f;
  asked_decrement_ = found.decrement;
  if (found.anew) {
    const Point& from = found.to ? *found.to : at;
    if (!former_) tolerance_ = std::pow(tolerance_, renewed_power);
    former_ = std::exchange(journey_, {});
    renewed_at_ = found.decrement;
    journey_.begin(from.x, from.f, detours_);
    record_ = from.f;
    record_iteration_ = 0;
  }
  asked_iteration_ = journey_.iterations();
  return found;
}

}  // namespace talweg::certificate
