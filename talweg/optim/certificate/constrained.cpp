#include "talweg/optim/certificate/constrained.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/random.hpp"
#include "talweg/optim/certificate/bad_start.hpp"
#include "talweg/optim/certificate/lengths.hpp"
#include "talweg/optim/certificate/reduced.hpp"
#include "talweg/optim/deterministic/descent.hpp"

namespace talweg::certificate {

namespace {

using constrained::Values;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::size_t whole_exact = 50, whole_given = 10;
constexpr double escape_shrink = 0.125;
constexpr int escape_times = 10;
constexpr int random_directions = 10;
constexpr double contraction = 0.1;
/// N still at this share of what it was many questions ago.
constexpr double stuck = 0.5;
/// A constraint is near when the variables' lengths could break it by this share.
constexpr double nearby = 1e-6;
/// Other multipliers must leave this share of the force to be taken.
constexpr double stale = 0.1;
constexpr int most_steps = 4;
/// Σ |λ_i c_i| against what forces and curvature are worth over the lengths of the variables, for a tolerance of 1e-8.
constexpr double small_gap = 0.75;
constexpr int doublings = 40, most_shorter = 20;
constexpr double farthest = 10;    ///< in lengths of the variables: where a step back begins
constexpr int slowly_shorter = 8;  ///< by halves, then by sixteenths

class Certifier {
 public:
  Certifier(Evaluator& f, const Question& q, std::span<const double> multipliers)
      : f_(f),
        q_(q),
        multipliers_(multipliers.begin(), multipliers.end()),
        n_(q.at.x.size()),
        lengths_(natural_lengths(q.at, q.journey, f.bounds())),
        hessian_(f, q.at, lengths_) {}

  Finding answer() {
    const Options& o = f_.options();
    if (!o.check_curvature || !constrained::evaluate(o.constraints, q_.at.x, values_)) return accept();
    do {
      find_tangent();
      refresh_multipliers();
    } while (release());
    const bool loose = without_multipliers(q_.at, values_, tangent_, lengths_, o);
    const std::size_t k = tangent_.basis.size();
    if (k == 0 && loose) return by_f_alone();
    if (k == 0) {  // a vertex: f rises along every edge by first order
      out_.certificate = {Certificate::Kind::minimum, std::numeric_limits<double>::quiet_NaN(), 0};
      return accept();
    }
    if (k > (o.exact_gradient ? whole_exact : whole_given)) return accept();
    if (clear())
      if (std::optional<Finding> found = without_constraints()) return std::move(*found);
    if (!hessian_.measure(tangent_, values_, multipliers_)) return accept();
    const double least = hessian_.least(), doubt = hessian_.doubt();
    if (least < -doubt && fall_along(0)) {
      out_.restart = loose;  // what the method has made of these multipliers is no good
      return std::move(out_);
    }
    if (least <= doubt && fall_around()) return std::move(out_);
    if (loose) return by_f_alone();
    out_.certificate = {least > doubt ? Certificate::Kind::minimum : Certificate::Kind::flat, hessian_.curvature(0),
                        static_cast<std::int64_t>(k)};
    return settle();
  }

 private:
  Finding accept() {
    out_.status = Status::converged;
    return std::move(out_);
  }

  /// The constraints have no multipliers here, on which all that follows would rest. Where they say nothing, as 0·x = 0
  /// does, a minimum of f alone is one under them.
  Finding by_f_alone() {
    const bool silent = std::ranges::all_of(values_.rows, [](double v) { return v == 0; });
    if (silent)
      if (Finding found = certify(f_, q_);
          succeeds(found.status) && !found.to && found.certificate.kind == Certificate::Kind::minimum)
        return found;
    out_.why =
        "the gradients of the constraints vanish or depend on each other here: multipliers are no evidence, and "
        "the test for a minimum cannot be made";
    return accept();
  }

  /// Whether every constraint holds by far.
  bool clear() const {
    for (std::size_t i = 0; i < values_.c.size(); ++i)
      if (!far_from(i)) return false;
    return true;
  }
  /// Whether constraint i holds by far.
  bool far_from(std::size_t i) const {
    const std::vector<double> size = sizes();
    double reach = 0;
    for (std::size_t j = 0; j < n_; ++j) reach += std::abs(values_.rows[i * n_ + j]) * size[j];
    return !is_equality(i) && values_.c[i] > nearby * reach;
  }
  bool is_equality(std::size_t i) const { return f_.options().constraints[i].kind == Constraint::Kind::equality; }

  void find_tangent() {
    std::vector<double> gradient(n_);
    constrained::lagrangian_gradient(q_.at.g, values_, multipliers_, gradient);
    tangent_ = tangent_space(q_.at, values_, multipliers_, gradient, lengths_, f_.options());
    // Beside the forces at a bad start those of a constraint may be nothing, and hold all the same.
    if (tangent_.held.empty())
      tangent_ = tangent_space(q_.at, values_, multipliers_, gradient, lengths_, f_.options(), 0);
  }

  /// Inequalities that f does not push against, or that are far away, hold nothing. Whether there was one.
  bool release() {
    bool any = false;
    for (const std::size_t i : tangent_.held) {
      if (is_equality(i) || !(multipliers_[i] < 0 || far_from(i))) continue;
      multipliers_[i] = 0;
      any = true;
    }
    return any;
  }

  /// After a long step the method's multipliers may still be those of the point before.
  void refresh_multipliers() {
    if (tangent_.held.empty()) return;
    const std::vector<double> better = best_multipliers(q_.at, values_, tangent_.held, tangent_.fixed, lengths_);
    if (force(better) < stale * force(multipliers_)) multipliers_ = better;
  }
  double force(std::span<const double> multipliers) const {
    std::vector<double> gradient(n_);
    constrained::lagrangian_gradient(q_.at.g, values_, multipliers, gradient);
    double sum = 0;
    for (std::size_t j = 0; j < n_; ++j)
      if (!tangent_.fixed[j]) sum = std::hypot(sum, gradient[j] * lengths_[j]);
    return sum;
  }

  /// No constraint is active: the point is one of f alone. Where the run is sent to, the constraints hold. Nothing
  /// where f falls as far as one can look, or where constraints stop the way that it would go.
  std::optional<Finding> without_constraints() {
    Finding found = certify(f_, q_);
    found.metric.reset();
    if (!found.why.empty()) return {};
    if (!found.to) return found;
    const std::vector<double> there = found.to->x;
    if (!restore(found.to->x, {}, lengths_, f_.options())) return {};
    const bool stopped = found.to->x != there;
    if (stopped) f_.look(*found.to);
    const bool lower = finite(*found.to) && found.to->f < q_.at.f;
    if (stopped && !lower) return {};
    if (stopped) found.status = Status::running;
    if (!lower) {
      found.to.reset();
      found.anew = false;
    }
    return found;
  }

  /// Whether little is left by the curvature on the tangent space: below rounding, or a step of Newton's method takes
  /// it away. Where it does not, f is looked at far ahead, as without constraints.
  Finding settle() {
    const double left = out_.decrement = hessian_.decrement(q_.at, values_);
    least_ = 0;
    double rounding = epsilon * std::abs(q_.at.f);
    if (const auto& told = f_.options().rounding) rounding = std::max(rounding, told(q_.at.x));
    const std::vector<double> size = sizes();
    double gap = 0, worth = hessian_.swing(size);
    for (const std::size_t i : tangent_.held) gap += std::abs(multipliers_[i] * values_.c[i]);
    for (std::size_t j = 0; j < n_; ++j) worth += std::abs(q_.at.g[j]) * size[j];
    // What the constraints leave to be had is little beside the way so far only.
    if (!q_.former && gap > std::pow(q_.tolerance, small_gap) * worth) {
      out_.anew = out_.restart = true;
      return std::move(out_);
    }
    out_.restart = start().misled(left, q_.at.f);
    rounding += gap;
    if (left <= rounding) return accept();
    // The step must shrink N, and the next one too: else the curvature measured is not that of the way.
    Point lowest;
    double now = left;
    std::vector<double> d = hessian_.newton(q_.at, values_);
    const std::vector<double> first = d;
    Point at = q_.at;
    for (int k = 0; k < most_steps; ++k) {
      Point p = along(at, d, 1);
      if (p.x.empty() || !constrained::evaluate(f_.options().constraints, p.x, beside_)) break;
      const double next = hessian_.decrement(p, beside_);
      const bool contracts = next <= contraction * now;
      if (lower(p)) lowest = p;
      if (contracts && (k > 0 || next <= rounding)) {
        const double way = std::min(q_.journey.fall(q_.at.f), hessian_.swing(sizes()));
        if (left > q_.tolerance * q_.tolerance * way && !lowest.x.empty()) out_.to = lowest;
        out_.decrement = next;
        // From afar the steps lead to where the constraints press with other forces: a start, and no solution yet.
        if (!out_.to || left <= nominating(q_) * yardstick()) return accept();
        out_.anew = true;
        return std::move(out_);
      }
      if (!contracts) break;
      now = next;
      at = std::move(p);
      d = hessian_.newton(at, beside_);
    }
    Point before = q_.at;
    double step = 2;
    int doubled = 0;
    for (; doubled < doublings; ++doubled, step *= 2) {
      Point p = along(q_.at, first, step);
      if (p.x.empty() || p.f > before.f) break;
      if (lower(p) && (lowest.x.empty() || p.f < lowest.f)) lowest = p;
      before = std::move(p);
    }
    if (doubled == doublings && !lowest.x.empty()) return endless(first);
    double longest = 0;
    for (const double d : first) longest = std::max(longest, std::abs(d));
    step = std::min(0.5, farthest / longest);
    for (int k = 0; k < most_shorter && lowest.x.empty(); ++k, step /= k < slowly_shorter ? 2 : 16)
      if (Point p = along(q_.at, first, step); !p.x.empty() && lower(p)) lowest = std::move(p);
    const double little = q_.tolerance * q_.tolerance;
    // Little beside a second journey, or, sent on again and again without gain, beside the first.
    const bool bad_before = q_.former && start().shows(perhaps_bad, *q_.former, q_.at.f);
    const double way = bad_before ? q_.journey.recent_fall(q_.at.f) : q_.journey.fall(q_.at.f);
    const bool nothing = q_.former && (left <= little * way ||
                                       (left > stuck * q_.stuck_at && left <= little * q_.former->fall(q_.at.f)));
    const bool slow = crept(left, first);
    if (lowest.x.empty() || (nothing && !slow)) {
      if (nothing) out_.certificate.kind = Certificate::Kind::flat;
      if (lowest.x.empty()) out_.decrement = 0;  // f shows no trace of it
      return accept();
    }
    out_.to = std::move(lowest);
    out_.anew = !q_.former || slow;
    return std::move(out_);
  }

  /// Whether the way was slow, by Newton's step d (n), in lengths of the variables.
  bool crept(double left, std::span<const double> d) const {
    std::vector<double> step(n_), slopes(n_);
    for (std::size_t j = 0; j < n_; ++j) step[j] = lengths_[j] * d[j];
    constrained::lagrangian_gradient(q_.at.g, values_, multipliers_, slopes);
    return start().slow(left, q_.at.f, step, slopes);
  }
  BadStart start() const { return {q_, hessian_.swing(lengths_), hessian_.swing(sizes())}; }
  std::vector<double> sizes() const { return present_lengths(q_.at, lengths_); }

  /// What the decrement is measured by: the way so far, but of a bad start no more of it than the curvature makes of f
  /// over the lengths of the variables; beside a second way that is what f is worth.
  double yardstick() const {
    const double fall = q_.journey.fall(q_.at.f), swing = hessian_.swing(lengths_);
    return q_.former ? std::max(fall, swing) : std::min(fall, swing);
  }

  Finding endless(const std::vector<double>& d) {
    out_.certificate.kind = Certificate::Kind::flat;
    const auto shorter = [](double a, double b) { return std::abs(a) < std::abs(b); };
    const auto most = static_cast<std::size_t>(std::max_element(d.begin(), d.end(), shorter) - d.begin());
    out_.why = not_settled(f_.options(), most, d[most] * lengths_[most]);
    return accept();
  }

  /// The point at from + step·d, brought back to the constraints; empty where that is not possible.
  Point along(const Point& from, std::span<const double> d, double step) {
    Point p;
    p.x = from.x;
    for (std::size_t j = 0; j < n_; ++j) p.x[j] += step * lengths_[j] * d[j];
    if (!restore(p.x, tangent_.held, lengths_, f_.options()) || p.x == from.x) return {};
    f_.look(p);
    return finite(p) ? p : Point{};
  }

  bool fall_along(std::size_t k) {
    const std::vector<double> d = hessian_.direction(k);
    double step = 1;
    for (int times = 0; times < escape_times; ++times, step *= escape_shrink)
      if (try_both(d, step)) return true;
    return false;
  }

  /// Along flat directions, and random ones. A fall that is nothing beside the recent way is none.
  bool fall_around() {
    least_ = q_.tolerance * q_.tolerance * q_.journey.recent_fall(q_.at.f);
    for (std::size_t k = 0; k < hessian_.size() && std::abs(hessian_.eigenvalue(k)) <= hessian_.doubt(); ++k)
      for (const double step : {1.0, 1e-2, 1e-4})
        if (try_both(hessian_.direction(k), step)) return true;
    Random random(19771117);
    for (int k = 0; k < random_directions; ++k) {
      std::vector<double> d(n_, 0.0);
      for (const auto& b : tangent_.basis) {
        const double share = random.uniform(-1, 1);
        for (std::size_t j = 0; j < n_; ++j) d[j] += share * b[j];
      }
      if (try_both(d, k % 2 == 0 ? 1 : 1e-2)) return true;
    }
    return false;
  }

  /// At x ± step·d, brought back to the constraints: whether f is visibly lower there.
  bool try_both(std::span<const double> d, double step) {
    for (const double side : {step, -step}) {
      Point p = along(q_.at, d, side);
      if (p.x.empty() || !lower(p)) continue;
      if (!out_.to || p.f < out_.to->f) out_.to = std::move(p);
    }
    return out_.to.has_value();
  }

  /// Beyond what the misses are worth that the constraints are allowed.
  bool lower(const Point& p) const {
    double worth = 0;
    Values there;
    constrained::evaluate(f_.options().constraints, p.x, there);
    for (std::size_t i = 0; i < multipliers_.size(); ++i)
      worth += std::abs(multipliers_[i]) *
               (std::abs(values_.c[i]) * (held(i) ? 1 : 0) + std::abs(there.c[i]) * (held(i) ? 1 : 0));
    if (!(q_.at.f - p.f > least_)) return false;
    return q_.at.f - p.f > 2 * worth + 16 * epsilon * std::abs(q_.at.f) && fell_visibly(q_.at.f, p.f);
  }
  bool held(std::size_t i) const {
    return std::find(tangent_.held.begin(), tangent_.held.end(), i) != tangent_.held.end();
  }

  Evaluator& f_;
  const Question& q_;
  std::vector<double> multipliers_;
  const std::size_t n_;
  std::vector<double> lengths_;
  Values values_, beside_;
  Tangent tangent_;
  ReducedHessian hessian_;
  double least_ = 0;  ///< what counts as a fall of f
  Finding out_;
};

}  // namespace

Finding certify_constrained(Evaluator& f, const Question& question, std::span<const double> multipliers) {
  return Certifier(f, question, multipliers).answer();
}

}  // namespace talweg::certificate
