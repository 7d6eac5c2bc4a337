#include "talweg/optim/certificate/certify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/optim/certificate/falls.hpp"
#include "talweg/optim/certificate/follows.hpp"
#include "talweg/optim/certificate/lengths.hpp"
#include "talweg/optim/certificate/products.hpp"
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg::certificate {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Up to so many variables the whole Hessian is measured: of functions whose gradient is exact and cheap, and of
/// others.
constexpr std::size_t whole_exact = 50, whole_given = 10;
/// Of more variables, so many products at most; of functions that are given, what half of the evaluations so far pays
/// for.
constexpr std::int64_t most_products = 20, fewest_products = 3;

/// A step of Newton's method must shrink N to this share for another to be tried with the same H, and to `settled` in
/// all. Without it five of seven bad starts are accepted wrongly.
constexpr double contraction = 1e-2, settled = 1e-6;
constexpr int most_steps = 6;
/// Newton steps within this share of x change no curvature. Behind longer ones a look in a distance of `probe` must
/// show the share `held` of it.
constexpr double near = 1e-4, probe = 1e-6, held = 0.8;
/// Least eigenvalue, in the metric of a unit diagonal, that forward differences may settle: they cost half.
constexpr double plain_curvature = 1e-3;
/// Where truncation hides curvature, steps so much shorter, so many times.
constexpr double refinement = 1e-2;
constexpr int most_refinements = 3;
/// A second journey on which f has not fallen by this share of N, in so many iterations, leads nowhere.
constexpr double stagnation = 0.1;
constexpr std::int64_t enough_iterations = 10;
/// N still at this share of what it was many questions ago.
constexpr double stuck = 0.5;
/// Conjugate gradients that leave more of the gradient have not settled the matter.
constexpr double products_left = 0.3;
constexpr double recent_share = 1e6;  ///< how much more the whole fall may count than the recent one
/// N within so many roundings of f, where the full step shows no fall, is precision as well.
constexpr double roundings = 100;

/// Where N is this share of what the tolerance asks for, there is nothing to polish.
constexpr double polished = 1e-10;

constexpr std::size_t most_suspects = 5;

constexpr double escape_fall = 0.2, escape_shrink = 0.125;
constexpr int escape_times = 10;
constexpr int most_halvings = 20;
/// A variable along which f is straight goes so far in units of its journey, then a tenth, and so on.
constexpr double straight_step = 10, straight_shrink = 0.1;
constexpr int straight_times = 25;

/// The variables that may move downhill or stand where they do not want to move.
std::vector<std::size_t> free_variables(const Point& p, const Bounds& box) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < p.x.size(); ++i) {
    if (!box.empty()) {
      if (box.lower[i] == box.upper[i]) continue;
      if (p.x[i] <= box.lower[i] && p.g[i] > 0) continue;
      if (p.x[i] >= box.upper[i] && p.g[i] < 0) continue;
    }
    free.push_back(i);
  }
  return free;
}

/// One question on its way to an answer.
class Certifier {
 public:
  Certifier(Evaluator& f, const Question& q)
      : f_(f), q_(q), n_(q.at.x.size()), lengths_(natural_lengths(q.at, q.journey, f.bounds())) {}

  Finding answer() {
    const Options& o = f_.options();
    std::vector<std::size_t> free = free_variables(q_.at, f_.bounds());
    if (!o.check_curvature) return believe();
    if (free.empty()) {  // a corner of the box: f rises along every edge by first order
      out_.certificate = {Certificate::Kind::minimum, std::numeric_limits<double>::quiet_NaN(), 0};
      return end(Status::converged);
    }
    const std::size_t k = free.size();
    const Evaluations& spent = f_.evaluations();
    const std::int64_t pays = o.exact_gradient ? 2 * most_products : spent.function / 2 - spent.check;
    const bool paid = k <= whole_exact && static_cast<std::int64_t>(k) <= pays;
    if (!(k <= (o.exact_gradient ? whole_exact : whole_given) || paid)) return judge_by_products(free, pays);
    if (!plain(free)) measure(free);
    return judge();
  }

 private:
  /// Whether half the cost is enough: forward differences show curvature well above 0, and Newton steps with them
  /// contract. At an inflection they would show the curvature beside it.
  bool plain(const std::vector<std::size_t>& free) {
    if (q_.absolute || std::all_of(free.begin(), free.end(), [&](std::size_t i) { return q_.at.g[i] == 0; }))
      return false;
    h_ = measure_hessian(f_, q_.at, free, lengths_, Differences::forward);
    if (h_.spectrum.values.empty() || !(h_.least() > std::max(h_.doubt, plain_curvature))) return false;
    if (!h_.suspects.empty() && !f_.options().exact_gradient) return false;
    descend();
    if (contracted()) return true;
    first_step_.clear();
    return false;
  }

  /// Central differences. A bad start leaves lengths at which f is no parabola, and a valley may be narrower than that
  /// error: then once more with shorter steps.
  void measure(const std::vector<std::size_t>& free) {
    h_ = measure_hessian(f_, q_.at, free, lengths_, Differences::central);
    std::vector<double> lengths = lengths_;
    for (int again = 0; again < most_refinements; ++again) {
      if (h_.spectrum.values.empty() || h_.vanishing || !(h_.truncation >= h_.doubt && h_.least() <= h_.doubt)) return;
      for (double& v : lengths) v *= refinement;
      Hessian finer = measure_hessian(f_, q_.at, free, lengths, Differences::central);
      if (finer.spectrum.values.empty() || !(finer.doubt < h_.doubt)) return;
      h_ = std::move(finer);
    }
  }

  Finding judge() {
    if (h_.spectrum.values.empty()) return believe();  // f is not finite around the point
    if (!follows()) return contradicted();
    out_.certificate.checked = static_cast<std::int64_t>(h_.size());
    if (!h_.kinked) out_.certificate.smallest_curvature = h_.curvature(0);
    if (follow_straight()) return std::move(out_);
    if (h_.least() < -h_.doubt) {
      out_.certificate.kind = h_.most() < -h_.doubt ? Certificate::Kind::maximum : Certificate::Kind::saddle;
      if (escape()) return std::move(out_);
    }
    const bool positive = h_.least() > h_.doubt && !h_.vanishing && !h_.kinked;
    out_.certificate.kind = positive ? Certificate::Kind::minimum : Certificate::Kind::flat;
    if (q_.absolute) return positive ? end(Status::converged) : end_if_level(Status::converged);

    if (first_step_.empty()) descend();
    const double fall = q_.journey.fall(best_.f), rounding = rounding_of(best_);
    const bool contracted = this->contracted();
    if (!q_.polish) decrement_ = first_decrement_;  // what the steps led to is evidence, and no more
    out_.decrement = decrement_;
    if (decrement_ <= q_.tolerance * q_.tolerance * fall && contracted)
      return positive ? finish(Status::converged) : finish_if_level(Status::converged);
    if (decrement_ <= rounding || (decrement_ <= coarse_rounding_of(best_) && !fell_)) {
      // A plateau promises as little: the method is to look further before it is believed.
      if (!positive && q_.polish && !q_.insists && !q_.stalled && decrement_ > 0) return std::move(out_);
      const bool same = decrement_ == 0;
      return positive ? finish(same ? Status::converged : Status::converged_at_precision)
                      : finish_if_level(same ? Status::converged : Status::converged_at_precision);
    }
    if (q_.insists && degenerate()) return look_ahead();
    if (crawls()) return finish(Status::converged);
    return go_on();
  }

  /// Too many variables for the whole Hessian. What the products leave open is decided by the method's word, if it
  /// insists.
  Finding judge_by_products(const std::vector<std::size_t>& free, std::int64_t pays) {
    const bool exact = f_.options().exact_gradient;
    const std::int64_t evaluations = std::min(pays, exact ? 2 * most_products : most_products);
    if (evaluations < fewest_products) return believe();
    const Products p =
        measure_products(f_, q_.at, free, lengths_, exact ? Differences::central : Differences::forward, evaluations);
    if (!p.finite) return believe();
    if (p.least < -p.doubt()) {
      const double fall = q_.journey.fall(q_.at.f);
      Falls falls(f_, q_.at, lengths_);
      const double unit = falls.unit(p.direction);
      const double most = fall > 0 ? std::sqrt(escape_fall * fall / std::abs(p.least)) : unit;
      out_.to = falls.along(p.direction, std::max(most, unit), escape_shrink, escape_times);
      if (out_.to) return std::move(out_);
    }
    const bool solved = p.left <= products_left;
    out_.certificate.checked = p.count;
    if (solved && p.least_settled && p.least > p.doubt())
      out_.certificate = {Certificate::Kind::minimum, p.curvature, p.count};
    if (q_.absolute) return end(Status::converged);
    // Twenty products see one part of f: what the whole way was worth may be another's.
    const double fall = std::min(q_.journey.fall(q_.at.f), recent_share * q_.journey.recent_fall(q_.at.f));
    const double least = q_.tolerance * q_.tolerance * fall;
    const bool little = p.decrement <= least;
    out_.decrement = first_decrement_ = p.decrement;
    const bool promised = solved && step_as_promised(p);
    if (contradicted_ && !exact) return contradicted();
    if (promised) {
      // What conjugate gradients left, and what H did not foresee, is all that can still fall.
      const double rest = p.decrement * (p.left * p.left + surprise_ * surprise_);
      if (!q_.polish ? little : rest <= least) {
        out_.decrement = q_.polish ? rest : p.decrement;
        return finish(Status::converged);
      }
    }
    if (q_.stalled && q_.polish && fell_visibly(q_.at.f, best_.f)) {
      out_.to = best_;
      return std::move(out_);
    }
    const double rounding = q_.stalled ? coarse_rounding_of(q_.at) : solved ? rounding_of(q_.at) : 0;
    if (q_.insists && p.decrement <= rounding) return end(Status::converged_at_precision);
    if (q_.insists && little) return end(Status::converged);
    if (q_.stalled && q_.insists) return end(Status::line_search_failed);
    return std::move(out_);
  }

  /// Whether the gradient behind the step is what conjugate gradients left of it: then H is the Hessian on the way,
  /// too.
  bool step_as_promised(const Products& p) {
    best_ = q_.at;
    Point next;
    next.x = q_.at.x;
    for (std::size_t i = 0; i < n_; ++i) next.x[i] += p.step[i];
    f_.bounds().project(next.x);
    surprise_ = 0;
    if (next.x == q_.at.x) return true;
    f_.look(next);
    if (!finite(next) || rises(q_.at, next)) return false;
    const std::vector<double> before = movable(q_.at), after = movable(next);
    double whole = 0, off = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      whole = std::hypot(whole, lengths_[i] * before[i]);
      off = std::hypot(off, lengths_[i] * (after[i] - p.rest[i]));
    }
    if (next.f <= q_.at.f) best_ = next;
    surprise_ = off / whole;
    double slopes = 0, mean = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const double d = next.x[i] - q_.at.x[i];
      mean += (q_.at.g[i] + next.g[i]) / 2 * d;
      slopes += (std::abs(q_.at.g[i]) + std::abs(next.g[i])) * std::abs(d);
    }
    // The whole change of f, by values and by slopes.
    contradicted_ = std::abs(next.f - q_.at.f - mean) > slopes + 1e3 * rounding_of(q_.at);
    return surprise_ <= std::sqrt(contraction);
  }

  /// Nobody can look: the method's word is taken.
  Finding believe() {
    out_.certificate = {};
    if (!q_.stalled) return end(Status::converged);
    const bool little = q_.promise <= q_.tolerance * q_.tolerance * q_.journey.recent_fall(q_.at.f);
    return end(little ? Status::converged_at_precision : Status::line_search_failed);
  }

  /// Of a function whose gradient was given.
  bool follows() {
    if (f_.options().exact_gradient) return true;
    const std::size_t some = std::min(h_.suspects.size(), most_suspects);
    for (const std::size_t j : std::span(h_.suspects).first(some))
      if (contradicts(f_, q_.at, j, lengths_[j])) return false;
    return true;
  }

  Finding contradicted() {
    out_.why = "f does not follow its gradient around this point";
    return end(Status::line_search_failed);
  }

  const Journey& whole_way() const { return q_.former ? *q_.former : q_.journey; }

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
  /// The same at the end of the Newton steps.
  Finding finish(Status status) {
    const double nothing = polished * q_.tolerance * q_.tolerance * q_.journey.recent_fall(q_.at.f);
    if (q_.polish && best_.x != q_.at.x && !(first_decrement_ <= nothing)) out_.to = best_;
    return end(status);
  }
  Finding finish_if_level(Status status) {
    if (auto lower = fall_around(best_)) {
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
    for (std::size_t i = 0; i < n_; ++i) reach[i] = std::max(reach[i], q_.journey.range(i));
    // A fall that is nothing beside the recent way is none: on the way to an infimum at infinity f falls for ever.
    return Falls(f_, p, reach).around(flat, q_.tolerance * q_.tolerance * whole_way().recent_fall(p.f));
  }

  /// A variable along which f has a slope and no curvature at all.
  bool follow_straight() {
    for (std::size_t i = 0; i < h_.size(); ++i) {
      const std::size_t j = h_.free[i];
      const auto row = std::span<const double>(h_.h).subspan(i * h_.size(), h_.size());
      if (q_.at.g[j] == 0 || std::any_of(row.begin(), row.end(), [](double v) { return v != 0; })) continue;
      std::vector<double> d(n_, 0.0);
      d[j] = q_.at.g[j] > 0 ? -1 : 1;
      const Bounds& box = f_.bounds();
      const double room = box.empty() ? HUGE_VAL : d[j] > 0 ? box.upper[j] - q_.at.x[j] : q_.at.x[j] - box.lower[j];
      const double far = straight_step * std::max(lengths_[j], q_.journey.range(j));
      out_.to = Falls(f_, q_.at, lengths_).along(d, std::min(room, far), straight_shrink, straight_times);
      if (out_.to) return true;
    }
    return false;
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

  /// Chord steps: Newton's method with the same H, while it contracts.
  void descend() {
    best_ = q_.at;
    fell_ = false;
    contracts_ = true;
    decrement_ = first_decrement_ = h_.decrement(movable(best_));
    newton_.resize(n_);
    Point next;
    for (int step = 0; step < most_steps && decrement_ > 0; ++step) {
      h_.newton(movable(best_), newton_);
      if (step == 0) first_step_ = newton_;
      next.x = best_.x;
      for (std::size_t i = 0; i < n_; ++i) next.x[i] += newton_[i];
      f_.bounds().project(next.x);
      if (next.x == best_.x) break;
      f_.look(next);
      contracts_ = false;
      if (!finite(next) || rises(best_, next)) break;
      const double decrement = h_.decrement(movable(next));
      fell_ = fell_ || fell_visibly(q_.at.f, next.f);
      contracts_ = decrement <= contraction * decrement_;
      if (!(decrement < decrement_) && !fell_visibly(best_.f, next.f)) break;
      best_ = next;
      decrement_ = decrement;
      if (!contracts_) break;
    }
  }

  /// Whether N shrank as it does where the measured curvature is the true one. The stiff directions alone may shrink it
  /// once: in a curved valley the next step then gains nothing, unless rounding is all that is left.
  bool contracted() {
    const double hidden = hidden_by_x(best_);
    const double rounding = std::max({epsilon * std::abs(best_.f), rounding_told(best_), hidden});
    const bool little = decrement_ <= std::max(settled * first_decrement_, rounding_of(best_));
    if (little && !holds_there()) return false;
    if (decrement_ <= hidden) return true;
    return decrement_ <= settled * first_decrement_ && (contracts_ || decrement_ <= roundings * rounding);
  }

  /// Whether the curvature measured at the start of the Newton steps is that at their end, along what would be the
  /// next. Far from the floor of a valley every direction may be stiff that is soft on it.
  bool holds_there() {
    if (decrement_ == 0 || first_step_.empty() || !far(first_step_)) return true;
    const std::vector<double> g = movable(best_);
    h_.newton(g, newton_);
    double share = HUGE_VAL;
    for (std::size_t i = 0; i < n_; ++i)
      if (newton_[i] != 0) share = std::min(share, size(i) / std::abs(newton_[i]));
    Point beside;
    beside.x = best_.x;
    for (std::size_t i = 0; i < n_; ++i) beside.x[i] += probe * share * newton_[i];
    f_.bounds().project(beside.x);
    f_.look(beside);
    if (!finite(beside)) return false;
    double bend = 0, slope = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      bend += newton_[i] * (beside.g[i] - best_.g[i]);
      slope += newton_[i] * (best_.x[i] == beside.x[i] ? 0 : g[i]);
    }
    bend /= probe * share;
    if (bend >= held * -slope) return true;
    decrement_ = bend > 0 ? slope * slope / (2 * bend) : first_decrement_;
    return contracts_ = false;
  }
  double size(std::size_t i) const {
    const double own = std::max(std::abs(best_.x[i]), std::abs(first_step_[i]));
    return own > 0 ? own : lengths_[i];
  }
  bool far(std::span<const double> d) const {
    for (std::size_t i = 0; i < n_; ++i)
      if (std::abs(d[i]) > near * std::abs(best_.x[i])) return true;
    return false;
  }

  bool rises(const Point& from, const Point& to) const {
    return to.f - from.f > std::max(16 * epsilon * std::abs(from.f), 2 * rounding_of(from));
  }

  /// The gradient, 0 where a bound holds.
  std::vector<double> movable(const Point& p) const {
    std::vector<double> g = p.g;
    const Bounds& box = f_.bounds();
    if (!box.empty())
      for (std::size_t i = 0; i < n_; ++i)
        if ((p.x[i] <= box.lower[i] && g[i] > 0) || (p.x[i] >= box.upper[i] && g[i] < 0)) g[i] = 0;
    return g;
  }

  /// What rounding may have moved f by: as the function tells, as second differences show once a search has stalled, or
  /// one unit in the last place.
  double rounding_of(const Point& p) const { return std::max(epsilon * std::abs(p.f), told(p)); }
  double coarse_rounding_of(const Point& p) const { return std::max(roundings * epsilon * std::abs(p.f), 2 * told(p)); }
  double told(const Point& p) const { return std::max(rounding_told(p), q_.stalled ? h_.noise : 0); }
  double rounding_told(const Point& p) const {
    const Options& o = f_.options();
    return o.rounding ? o.rounding(p.x) : 0;
  }

  /// The decrement that the rounding of x leaves.
  double hidden_by_x(const Point& p) const {
    double sum = 0;
    for (std::size_t i = 0; i < h_.size(); ++i)
      for (std::size_t j = 0; j < h_.size(); ++j)
        sum += std::abs(h_.h[i * h_.size() + j]) * (epsilon * std::abs(p.x[h_.free[i]])) *
               (epsilon * std::abs(p.x[h_.free[j]]));
    return sum;
  }

  /// Newton's method contracts slowly at a minimum of higher order, but what is left is nothing beside the recent way.
  bool degenerate() {
    // A second journey that leads nowhere leaves the verdict to the first.
    const bool ended = q_.former && q_.journey.iterations() >= enough_iterations &&
                       q_.journey.fall(best_.f) <= stagnation * q_.renewed_at;
    const Journey& journey = ended ? *q_.former : q_.journey;
    const double fall = journey.recent_fall(best_.f);
    if (!(decrement_ <= q_.tolerance * q_.tolerance * fall)) return false;
    unsettled_.clear();
    const double part = q_.former ? std::sqrt(q_.tolerance) : q_.tolerance;
    for (const std::size_t i : h_.free) {
      const double d = std::abs(first_step_[i]);
      if (d <= part * journey.recent_range(i) || d <= 4 * epsilon * std::abs(best_.x[i])) continue;
      // Of a method that has stalled no step is left to be compared.
      if (!q_.stalled && !(d * std::abs(best_.g[i]) <= idle_share * fall)) return false;
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
    for (const std::size_t i : unsettled_) d[i] = first_step_[i];
    Falls::Outlook outlook;
    if (!unsettled_.empty()) outlook = Falls(f_, best_, lengths_).ahead(d);
    if (outlook.endless) {
      const std::size_t i = unsettled_.front();
      out_.why =
          text::cat(variable_name(f_.options(), i), " has not settled (a step would still move it by ",
                    text::brief(std::abs(d[i]), 3), "): the least value is approached, and perhaps never reached");
      return finish(Status::converged);
    }
    if (!outlook.lowest && q_.stalled && q_.polish) {
      if (!(best_.f < q_.at.f)) backtrack();
      if (fell_visibly(q_.at.f, best_.f)) outlook.lowest = best_;
    }
    if (!outlook.lowest && (q_.former || q_.stalled)) return finish_if_level(Status::converged);
    if (q_.polish) out_.to = std::move(outlook.lowest);
    out_.anew = true;
    return std::move(out_);
  }

  /// Sent on again and again without gain, where little is to be had beside the whole way and the recent one.
  bool crawls() const {
    const Journey& way = whole_way();
    return decrement_ > stuck * q_.stuck_at && decrement_ <= q_.tolerance * q_.tolerance * way.fall(best_.f) &&
           decrement_ <= q_.tolerance * way.recent_fall(best_.f);
  }

  /// Whether the measured curvature promises as little as the method's own model did: then the model is right, and the
  /// method needs no help, but more patience.
  bool agrees() const {
    const double fall = q_.journey.fall(q_.at.f);
    if (!(first_decrement_ <= fall_factor * q_.tolerance * q_.tolerance * fall)) return false;
    return std::all_of(h_.free.begin(), h_.free.end(), [&](std::size_t i) {
      const double d = std::abs(first_step_[i]);
      return d <= step_factor * q_.tolerance * q_.journey.range(i) || d <= 4 * epsilon * std::abs(q_.at.x[i]) ||
             d * std::abs(q_.at.g[i]) <= idle_share * fall;
    });
  }

  /// From the Newton step, or as far along it as f falls.
  Finding go_on() {
    if (!q_.stalled && !q_.insists && agrees()) return std::move(out_);
    const bool lower = best_.f < q_.at.f;
    if (!lower && !first_step_.empty()) backtrack();
    if (best_.f < q_.at.f && q_.polish) {
      out_.to = best_;
      const bool box = !f_.bounds().empty();
      if (h_.size() == n_ || box)
        out_.metric = box ? diagonal_metric(h_, best_.x, lengths_) : whole_metric(h_, best_.x);
      return std::move(out_);
    }
    if (q_.stalled && q_.insists) out_.status = Status::line_search_failed;
    return std::move(out_);
  }

  void backtrack() {
    Point next;
    double share = 0.5;
    for (int k = 0; k < most_halvings; ++k, share /= 2) {
      next.x = q_.at.x;
      for (std::size_t i = 0; i < n_; ++i) next.x[i] += share * first_step_[i];
      f_.bounds().project(next.x);
      if (next.x == q_.at.x) return;
      f_.look(next);
      if (finite(next) && fell_visibly(q_.at.f, next.f)) {
        best_ = next;
        return;
      }
    }
  }

  Evaluator& f_;
  const Question& q_;
  const std::size_t n_;
  std::vector<double> lengths_;
  Hessian h_;
  Finding out_;

  Point best_;  ///< at the end of the Newton steps
  double decrement_ = 0, first_decrement_ = 0;
  std::vector<double> newton_, first_step_;
  std::vector<std::size_t> unsettled_;     ///< variables that a step would still move far
  bool fell_ = false, contracts_ = false;  ///< f fell; the last step tried shrank N
  bool contradicted_ = false;
  double surprise_ = 0;  ///< how far the gradient behind the step is from what was foreseen, as a share
};

}  // namespace

std::string not_settled(const Options& options, std::size_t variable, double step) {
  return text::cat(variable_name(options, variable), " has not settled (a step would still move it by ",
                   text::brief(std::abs(step), 3), "): the least value is approached, and perhaps never reached");
}

Finding certify(Evaluator& f, const Question& question) { return Certifier(f, question).answer(); }

}  // namespace talweg::certificate
