#include "talweg/optim/certificate/constrained.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/random.hpp"
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
constexpr int doublings = 40, most_halvings = 20;

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
    std::vector<double> gradient(n_);
    constrained::lagrangian_gradient(q_.at.g, values_, multipliers_, gradient);
    tangent_ = tangent_space(q_.at, values_, multipliers_, gradient, lengths_, o);
    // Beside the forces at a bad start those of a constraint may be nothing, and hold all the same.
    if (tangent_.held.empty()) tangent_ = tangent_space(q_.at, values_, multipliers_, gradient, lengths_, o, 0);
    refresh_multipliers();
    const bool loose = without_multipliers(q_.at, values_, tangent_, lengths_, o);
    const std::size_t k = tangent_.basis.size();
    if (k == 0 && loose) return cannot_tell();
    if (k == 0) {  // a vertex: f rises along every edge by first order
      out_.certificate = {Certificate::Kind::minimum, std::numeric_limits<double>::quiet_NaN(), 0};
      return accept();
    }
    if (k > (o.exact_gradient ? whole_exact : whole_given)) return accept();
    if (clear())
      if (std::optional<Finding> found = without_constraints()) return std::move(*found);
    if (!hessian_.measure(tangent_, values_, multipliers_)) return accept();
    const double least = hessian_.least(), doubt = hessian_.doubt();
    if (least < -doubt && fall_along(0)) return std::move(out_);
    if (least <= doubt && fall_around()) return std::move(out_);
    if (loose) return cannot_tell();
    out_.certificate = {least > doubt ? Certificate::Kind::minimum : Certificate::Kind::flat, hessian_.curvature(0),
                        static_cast<std::int64_t>(k)};
    return settle();
  }

 private:
  Finding accept() {
    out_.status = Status::converged;
    return std::move(out_);
  }

  /// The constraints have no multipliers here, on which all that follows would rest.
  Finding cannot_tell() {
    out_.why =
        "the gradients of the constraints vanish or depend on each other here: multipliers are no evidence, and "
        "the test for a minimum cannot be made";
    return accept();
  }

  /// Whether every constraint holds by far.
  bool clear() const {
    for (std::size_t i = 0; i < values_.c.size(); ++i) {
      double reach = 0;
      for (std::size_t j = 0; j < n_; ++j) reach += std::abs(values_.rows[i * n_ + j]) * lengths_[j];
      const bool equality = f_.options().constraints[i].kind == Constraint::Kind::equality;
      if (equality || !(values_.c[i] > nearby * reach)) return false;
    }
    return true;
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
  /// where f falls as far as one can look: constraints may end that.
  std::optional<Finding> without_constraints() {
    Finding found = certify(f_, q_);
    found.metric.reset();
    if (!found.why.empty()) return {};
    if (!found.to) return found;
    const std::vector<double> there = found.to->x;
    const bool holds = restore(found.to->x, {}, lengths_, f_.options());
    if (holds && found.to->x != there) f_.look(*found.to);
    if (!holds || !finite(*found.to) || !(found.to->f < q_.at.f)) {
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
    for (const std::size_t i : tangent_.held) rounding += std::abs(multipliers_[i] * values_.c[i]);
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
        if (left > q_.tolerance * q_.tolerance * q_.journey.fall(q_.at.f) && !lowest.x.empty()) out_.to = lowest;
        out_.decrement = next;
        return accept();
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
    step = 0.5;
    for (int k = 0; k < most_halvings && lowest.x.empty(); ++k, step /= 2)
      if (Point p = along(q_.at, first, step); !p.x.empty() && lower(p)) lowest = std::move(p);
    const double little = q_.tolerance * q_.tolerance;
    // Little beside a second journey, or, sent on again and again without gain, beside the first.
    const bool nothing = q_.former && (left <= little * q_.journey.fall(q_.at.f) ||
                                       (left > stuck * q_.stuck_at && left <= little * q_.former->fall(q_.at.f)));
    if (lowest.x.empty() || nothing) {
      if (nothing) out_.certificate.kind = Certificate::Kind::flat;
      return accept();
    }
    out_.to = std::move(lowest);
    out_.anew = !q_.former;
    return std::move(out_);
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
