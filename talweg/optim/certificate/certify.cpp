#include "talweg/optim/certificate/certify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/optim/certificate/bad_start.hpp"
#include "talweg/optim/certificate/by_products.hpp"
#include "talweg/optim/certificate/falls.hpp"
#include "talweg/optim/certificate/follows.hpp"
#include "talweg/optim/certificate/jumps.hpp"
#include "talweg/optim/certificate/lengths.hpp"
#include "talweg/optim/certificate/newton_steps.hpp"
#include "talweg/optim/certificate/straight.hpp"
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg::certificate {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Up to so many variables the whole Hessian is measured: of functions whose gradient is exact and cheap, and of
/// others.
constexpr std::size_t whole_exact = 50, whole_given = 10;
/// Least eigenvalue, in the metric of a unit diagonal, that forward differences may settle: they cost half.
constexpr double plain_curvature = 1e-3;
/// Where truncation hides curvature, steps so much shorter, so many times.
constexpr double refinement = 1e-2;
constexpr int most_refinements = 3;
constexpr double retreat = 1e-4;
constexpr int most_retreats = 4;
/// A second journey on which f has not fallen by this share of N, in so many iterations, leads nowhere.
constexpr double stagnation = 0.1;
constexpr std::int64_t enough_iterations = 10;
/// N still at this share of what it was many questions ago.
constexpr double stuck = 0.5;
constexpr std::size_t most_suspects = 5;

/// Newton's steps may lead so far, in lengths of a variable: on Watson's functions they do, in flat directions.
constexpr double strayed_lengths = 100;

/// One question on its way to an answer.
class Certifier {
 public:
  Certifier(Evaluator& f, const Question& q)
      : f_(f),
        q_(q),
        n_(q.at.x.size()),
        lengths_(natural_lengths(q.at, q.journey, f.bounds())),
        steps_(f, q.at, lengths_) {}

  Finding answer() {
    const Options& o = f_.options();
    std::vector<std::size_t> free = free_variables(q_.at, f_.bounds());
    if (!o.check_curvature) return believe(q_);
    if (free.empty()) {  // a corner of the box: f rises along every edge by first order
      out_.certificate = {Certificate::Kind::minimum, std::numeric_limits<double>::quiet_NaN(), 0};
      return end(Status::converged);
    }
    const std::size_t k = free.size();
    const Evaluations& spent = f_.evaluations();
    const std::int64_t pays = o.exact_gradient ? 2 * most_products : spent.function / 2 - spent.check;
    const bool paid = k <= whole_exact && static_cast<std::int64_t>(k) <= pays;
    if (!(k <= (o.exact_gradient ? whole_exact : whole_given) || paid))
      return certify_by_products(f_, q_, free, lengths_, pays);
    if (!plain(free)) measure(free);
    return judge();
  }
  /// Whether the method is to begin anew where it goes on.
  bool restarts() const { return !steps_.none() && start().misled(steps_.first_decrement, steps_.best.f); }

 private:
  /// Whether half the cost is enough: forward differences show curvature well above 0, and Newton steps with them
  /// contract. At an inflection they would show the curvature beside it.
  bool plain(const std::vector<std::size_t>& free) {
    if (q_.absolute || q_.faint || at_rest(free)) return false;
    h_ = measure_hessian(f_, q_.at, free, lengths_, Differences::forward);
    if (h_.spectrum.values.empty() || !(h_.least() > std::max(h_.doubt, plain_curvature))) return false;
    if (!h_.suspects.empty() && !f_.options().exact_gradient) return false;
    steps_.make(h_, q_.stalled ? h_.noise : 0, negligible());
    if (steps_.contracted()) return true;
    steps_.forget();
    return false;
  }

  bool at_rest(const std::vector<std::size_t>& free) const {
    return std::all_of(free.begin(), free.end(), [&](std::size_t i) { return q_.at.g[i] == 0; });
  }

  /// Central differences. A bad start leaves lengths at which f is no parabola, and a valley may be narrower than that
  /// error: then once more with shorter steps.
  void measure(const std::vector<std::size_t>& free) {
    h_ = measure_hessian(f_, q_.at, free, lengths_, Differences::central);
    std::vector<double> lengths = lengths_;
    // Or at which f is not finite.
    for (int again = 0; again < most_retreats && h_.spectrum.values.empty(); ++again) {
      for (double& v : lengths) v *= retreat;
      h_ = measure_hessian(f_, q_.at, free, lengths, Differences::central);
    }
    for (int again = 0; again < most_refinements; ++again) {
      if (h_.spectrum.values.empty() || h_.vanishing || !(h_.truncation >= h_.doubt && h_.least() <= h_.doubt)) return;
      for (double& v : lengths) v *= refinement;
      Hessian finer = measure_hessian(f_, q_.at, free, lengths, Differences::central);
      if (finer.spectrum.values.empty() || !(finer.doubt < h_.doubt)) return;
      h_ = std::move(finer);
    }
  }

  Finding judge() {
    if (h_.spectrum.values.empty()) return believe(q_);  // f is not finite around the point
    if (!follows()) return contradiction();
    out_.certificate.checked = static_cast<std::int64_t>(h_.size());
    if (!h_.kinked) out_.certificate.smallest_curvature = h_.curvature(0);
    out_.faint = h_.least() <= h_.doubt;
    if ((out_.to = fall_along_straight(f_, q_, h_, lengths_))) return std::move(out_);
    if (h_.least() < -h_.doubt) {
      out_.certificate.kind = h_.most() < -h_.doubt ? Certificate::Kind::maximum : Certificate::Kind::saddle;
      if (escape()) return std::move(out_);
    }
    const bool positive = h_.least() > h_.doubt && !h_.vanishing && !h_.kinked;
    out_.certificate.kind = positive ? Certificate::Kind::minimum : Certificate::Kind::flat;
    if (q_.absolute) {
      const bool sure = positive && !(at_rest(h_.free) && jumps());
      return sure ? end(Status::converged) : end_if_level(Status::converged);
    }

    if (steps_.none()) steps_.make(h_, q_.stalled ? h_.noise : 0, negligible());
    const Precision precision{f_, q_.stalled ? noise_there() : 0};
    const double rounding = precision.rounding(steps_.best);
    const double won = q_.journey.fall(steps_.best.f), fall = yardstick(won);
    const bool contracted = steps_.contracted();
    if (!q_.polish) steps_.decrement = steps_.first_decrement;  // what the steps led to is evidence, and no more
    out_.decrement = steps_.decrement;
    if (q_.polish && strayed()) {
      out_.to = steps_.best;
      out_.anew = true;
      return std::move(out_);
    }
    if (steps_.decrement <= q_.tolerance * q_.tolerance * fall && contracted)
      return doubtful() && steps_.decrement > rounding ? begin_anew() : finish_as(positive, Status::converged);
    const bool sure = contracted || q_.insists || q_.stalled;
    if (steps_.decrement <= rounding ||
        (steps_.decrement <= precision.coarse_rounding(steps_.best) && !steps_.fell && sure)) {
      // A plateau promises as little: the method is to look further before it is believed.
      if (!positive && q_.polish && !q_.insists && !q_.stalled && steps_.decrement > 0) return std::move(out_);
      return finish_as(positive, steps_.decrement == 0 ? Status::converged : Status::converged_at_precision);
    }
    if (q_.insists && degenerate()) return look_ahead();
    if (crawls()) return finish(Status::converged);
    return go_on();
  }

  /// Whether the steps led to where the Hessian was not measured: the point there is a start, and no solution yet.
  bool strayed() const {
    return fell_visibly(q_.at.f, steps_.best.f) && std::ranges::any_of(h_.free, [&](std::size_t i) {
             return std::abs(steps_.best.x[i] - q_.at.x[i]) > strayed_lengths * lengths_[i];
           });
  }

  /// The noise of f was measured where the steps began: where they have led far down, it is less.
  double noise_there() const {
    const double here = std::abs(q_.at.f), there = std::abs(steps_.best.f);
    return there < here ? h_.noise * (there / here) : h_.noise;
  }

  /// What the decrement is measured by. A method that takes nothing from the steps stands where it stood: then what was
  /// won from a bad start counts for no more than f changes by over the ways of the variables.
  double yardstick(double won) const {
    if (!q_.polish) {
      std::vector<double> ways = lengths_;
      for (std::size_t i = 0; i < n_; ++i)
        ways[i] = std::max(ways[i], std::sqrt(q_.journey.range(i)) * std::sqrt(q_.journey.recent_range(i)));
      return std::min(won, h_.swing(ways));
    }
    return won;
  }

  /// Of a function whose gradient was given.
  bool follows() {
    if (f_.options().exact_gradient) return true;
    const std::size_t some = std::min(h_.suspects.size(), most_suspects);
    for (const std::size_t j : std::span(h_.suspects).first(some))
      if (contradicts(f_, q_.at, j, lengths_[j])) return false;
    return true;
  }

  std::vector<double> sizes() const { return present_lengths(steps_.best, lengths_); }
  BadStart start() const { return {q_, h_.swing(lengths_), h_.swing(sizes())}; }
  bool started_badly(double power) const { return start().shows(power, q_.journey, steps_.best.f); }
  /// Newton's steps from afar have led to where the curvature may be another: a start, and no solution yet.
  bool doubtful() const {
    return q_.polish && !q_.former && started_badly(surely_bad) &&
           steps_.first_decrement > nominating(q_) * h_.swing(lengths_);
  }
  /// What is little beside the way so far has to be so beside another that begins here.
  Finding begin_anew() {
    if (!(steps_.best.f < q_.at.f) && !steps_.none()) steps_.backtrack();
    if (q_.polish && steps_.best.f < q_.at.f) out_.to = steps_.best;
    out_.certificate.kind = Certificate::Kind::flat;
    out_.anew = true;
    return std::move(out_);
  }

  const Journey& whole_way() const { return q_.former ? *q_.former : q_.journey; }

  /// What is beyond the tolerance: of the way so far, or of what curvature makes of f where that is less.
  double negligible() const {
    const double way = std::min(q_.journey.fall(q_.at.f), h_.swing(present_lengths(q_.at, lengths_)));
    return q_.tolerance * q_.tolerance * way;
  }
  Finding end(Status status) {
    out_.status = status;
    return std::move(out_);
  }
  Finding end_if_level(Status status) {
    if (auto lower = fall_around(q_.at)) {
      out_.to = std::move(lower);
      return std::move(out_);
    }
    return end(status);
  }
  /// At a point where curvature is positive, as far as it was measured, or is not.
  Finding finish_as(bool positive, Status status) {
    return positive && (steps_.shrank() || !jumps()) ? finish(status) : finish_if_level(status);
  }
  /// Where no step of Newton's method has shown that the curvature is the true one, the gradient may jump there, though
  /// rounding hides it from f.
  bool jumps() {
    if (!jumps_between(f_, q_.at, h_)) return false;
    out_.certificate = {Certificate::Kind::flat, std::numeric_limits<double>::quiet_NaN(), out_.certificate.checked};
    return true;
  }
  /// The same at the end of the Newton steps. What is nothing beside the way from a bad start may be much where the run
  /// stands: beside the sizes of the variables there.
  Finding finish(Status status) {
    const double way = std::min(q_.journey.recent_fall(q_.at.f), h_.swing(sizes()));
    const double nothing = polished * q_.tolerance * q_.tolerance * way;
    if (q_.polish && steps_.best.x != q_.at.x && !(steps_.first_decrement <= nothing)) out_.to = steps_.best;
    return end(status);
  }
  Finding finish_if_level(Status status) {
    if (auto lower = fall_around(steps_.best)) {
      out_.to = std::move(lower);
      return std::move(out_);
    }
    return finish(status);
  }

  /// Where curvature is 0 within rounding, f is tried on all sides.
  std::optional<Point> fall_around(const Point& p) {
    std::vector<std::vector<double>> flat;
    for (std::size_t k = 0; k < h_.size(); ++k)
      if (std::abs(h_.spectrum.values[k]) <= h_.doubt || k == 0) flat.push_back(h_.direction(k, n_));
    std::vector<double> reach = lengths_;
    for (std::size_t i = 0; i < n_; ++i) reach[i] = std::max(reach[i], whole_way().range(i));
    // A fall that is nothing beside the recent way is none: on the way to an infimum at infinity f falls for ever.
    // Beside the way from a bad start everything is nothing.
    const bool bad = start().shows(bad_in_any_order, whole_way(), p.f);
    return Falls(f_, p, reach).around(flat, bad ? 0 : q_.tolerance * q_.tolerance * whole_way().recent_fall(p.f));
  }

  /// Along the direction of most negative curvature, to where f has fallen.
  bool escape() {
    const std::vector<double> d = h_.direction(0, n_);
    Falls falls(f_, q_.at, lengths_);
    const double fall = q_.journey.fall(q_.at.f), unit = falls.unit(d);
    // In the metric of H the fall is ½|λ|t². Before there is a journey, the variables' own lengths must do.
    double most = fall > 0 ? std::sqrt(escape_fall * fall / std::abs(h_.least())) : unit;
    out_.to = falls.along(d, most, escape_shrink, escape_times);
    if (!out_.to && most < unit) out_.to = falls.along(d, unit, escape_shrink, escape_times);
    return out_.to.has_value();
  }

  /// Newton's method contracts slowly at a minimum of higher order, but what is left is nothing beside the recent way.
  bool degenerate() {
    // A second journey that leads nowhere leaves the verdict to the first.
    const bool ended = q_.former && q_.journey.iterations() >= enough_iterations &&
                       q_.journey.fall(steps_.best.f) <= stagnation * q_.renewed_at;
    const Journey& journey = ended ? *q_.former : q_.journey;
    const double fall = journey.recent_fall(steps_.best.f);
    if (!(steps_.decrement <= q_.tolerance * q_.tolerance * fall)) return false;
    unsettled_.clear();
    const double part = q_.former ? std::sqrt(q_.tolerance) : q_.tolerance;
    for (const std::size_t i : h_.free) {
      const double d = std::abs(steps_.first_step[i]);
      if (d <= part * journey.recent_range(i) || d <= 4 * epsilon * std::abs(steps_.best.x[i])) continue;
      // Of a method that has stalled no step is left to be compared.
      if (!q_.stalled && !(d * std::abs(steps_.best.g[i]) <= idle_share * fall)) return false;
      if (d > step_factor * q_.tolerance * journey.range(i)) unsettled_.push_back(i);
    }
    return true;
  }

  /// Slow contraction is that of a minimum of higher order, of a slope towards infinity, or of the long way back from a
  /// bad start: of e^x − x far from 0 and of e^−x every digit is the same. What lies ahead tells them apart: f that
  /// falls as far as one can look has its least value at infinity. Otherwise the run goes on from the lowest point
  /// seen, its journey begins anew, and what is little beside the old one has to be so beside the new.
  Finding look_ahead() {
    out_.certificate.kind = Certificate::Kind::flat;
    std::vector<double> d(n_, 0.0);
    for (const std::size_t i : unsettled_) d[i] = steps_.first_step[i];
    Falls::Outlook outlook;
    if (!unsettled_.empty()) outlook = Falls(f_, steps_.best, lengths_).ahead(d);
    if (outlook.endless) {
      const std::size_t i = unsettled_.front();
      out_.why = not_settled(f_.options(), i, d[i]);
      return finish(Status::converged);
    }
    const bool last = q_.former || q_.stalled;
    if (!outlook.lowest && last && start().slow(steps_.decrement, steps_.best.f, steps_.first_step, q_.at.g))
      return begin_anew();
    if (!outlook.lowest && q_.stalled && q_.polish) {
      if (!(steps_.best.f < q_.at.f)) steps_.backtrack();
      if (fell_visibly(q_.at.f, steps_.best.f)) outlook.lowest = steps_.best;
    }
    if (!outlook.lowest && q_.stalled && !q_.polish && started_badly(perhaps_bad)) {
      steps_.backtrack();
      if (fell_visibly(q_.at.f, steps_.best.f)) return end(Status::line_search_failed);
    }
    if (!outlook.lowest && last) return finish_if_level(Status::converged);
    if (q_.polish) out_.to = std::move(outlook.lowest);
    out_.anew = true;
    return std::move(out_);
  }

  /// Sent on again and again without gain, where little is to be had beside the whole way and the recent one.
  bool crawls() const {
    const Journey& way = whole_way();
    return steps_.decrement > stuck * q_.stuck_at && !start().shows(perhaps_bad, way, steps_.best.f) &&
           steps_.decrement <= q_.tolerance * q_.tolerance * way.fall(steps_.best.f) &&
           steps_.decrement <= q_.tolerance * way.recent_fall(steps_.best.f);
  }

  /// Whether the measured curvature promises as little as the method's own model did: then the model is right, and the
  /// method needs no help, but more patience.
  bool agrees() const {
    const double fall = q_.journey.fall(q_.at.f);
    if (!(steps_.first_decrement <= fall_factor * q_.tolerance * q_.tolerance * fall)) return false;
    return std::all_of(h_.free.begin(), h_.free.end(), [&](std::size_t i) {
      const double d = std::abs(steps_.first_step[i]);
      return d <= step_factor * q_.tolerance * q_.journey.range(i) || d <= 4 * epsilon * std::abs(q_.at.x[i]) ||
             d * std::abs(q_.at.g[i]) <= idle_share * fall;
    });
  }

  /// From the Newton step, or as far along it as f falls.
  Finding go_on() {
    if (!q_.stalled && !q_.insists && agrees()) return std::move(out_);
    const bool lower = steps_.best.f < q_.at.f;
    if (!lower && !steps_.none()) steps_.backtrack();
    if (steps_.best.f < q_.at.f && q_.polish) {
      out_.to = steps_.best;
      const bool box = !f_.bounds().empty();
      if (h_.size() == n_ || box)
        out_.metric = box ? diagonal_metric(h_, steps_.best.x, lengths_) : whole_metric(h_, steps_.best.x);
      return std::move(out_);
    }
    if (q_.stalled && q_.insists) out_.status = Status::line_search_failed;
    return std::move(out_);
  }

  Evaluator& f_;
  const Question& q_;
  const std::size_t n_;
  std::vector<double> lengths_;
  Hessian h_;
  Finding out_;

  NewtonSteps steps_;
  std::vector<std::size_t> unsettled_;  ///< variables that a step would still move far
};

}  // namespace

std::string not_settled(const Options& options, std::size_t variable, double step) {
  return text::cat(variable_name(options, variable), " has not settled (a step would still move it by ",
                   text::brief(std::abs(step), 3), "): the least value is approached, and perhaps never reached");
}

Finding certify(Evaluator& f, const Question& question) {
  Certifier certifier(f, question);
  Finding found = certifier.answer();
  found.restart = certifier.restarts();
  return found;
}

}  // namespace talweg::certificate
