#include "talweg/optim/certificate/constrained.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/random.hpp"
#include "talweg/optim/certificate/eigen.hpp"
#include "talweg/optim/certificate/lengths.hpp"
#include "talweg/optim/certificate/tangent.hpp"
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
/// Where truncation hides curvature, steps so much shorter, so many times.
constexpr double refinement = 1e-2, usual_truncation = 1e-9;
constexpr int most_refinements = 3;
constexpr int doublings = 40, most_halvings = 20;

class Certifier {
 public:
  Certifier(Evaluator& f, const Question& q, std::span<const double> multipliers)
      : f_(f),
        q_(q),
        multipliers_(multipliers.begin(), multipliers.end()),
        n_(q.at.x.size()),
        lengths_(natural_lengths(q.at, q.journey, f.bounds())) {}

  Finding answer() {
    const Options& o = f_.options();
    if (!o.check_curvature || !constrained::evaluate(o.constraints, q_.at.x, values_)) return accept();
    std::vector<double> gradient(n_);
    constrained::lagrangian_gradient(q_.at.g, values_, multipliers_, gradient);
    tangent_ = tangent_space(q_.at, values_, multipliers_, gradient, lengths_, o);
    // Beside the forces at a bad start those of a constraint may be nothing, and hold all the same.
    if (tangent_.held.empty()) tangent_ = tangent_space(q_.at, values_, multipliers_, gradient, lengths_, o, 0);
    const std::size_t k = tangent_.basis.size();
    if (k == 0) {  // a vertex: f rises along every edge by first order
      out_.certificate = {Certificate::Kind::minimum, std::numeric_limits<double>::quiet_NaN(), 0};
      return accept();
    }
    if (k > (o.exact_gradient ? whole_exact : whole_given)) return accept();
    if (clear())
      if (std::optional<Finding> found = without_constraints()) return std::move(*found);
    refresh_multipliers();
    double h = std::cbrt(epsilon);
    if (!measure(h)) return accept();
    for (int again = 0; again < most_refinements && truncation_ > usual_truncation; ++again)
      if (spectrum_.values.front() > doubt_ || !measure(h *= refinement)) break;
    if (spectrum_.values.empty()) return accept();
    out_.certificate.checked = static_cast<std::int64_t>(k);
    out_.certificate.smallest_curvature = curvature(0);
    const double least = spectrum_.values.front();
    if (least < -doubt_ && fall_along(0)) return std::move(out_);
    out_.certificate.kind = least > doubt_ ? Certificate::Kind::minimum : Certificate::Kind::flat;
    if (least <= doubt_ && fall_around()) return std::move(out_);
    return settle();
  }

 private:
  Finding accept() {
    out_.status = Status::converged;
    return std::move(out_);
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
    if (!restore(found.to->x, {}, lengths_, f_.options())) return found.to.reset(), found;
    if (found.to->x != there) f_.look(*found.to);
    if (!finite(*found.to) || !(found.to->f < q_.at.f)) found.to.reset();
    return found;
  }

  /// Whether little is left by the curvature on the tangent space: below rounding, or a step of Newton's method takes
  /// it away. Where it does not, f is looked at far ahead, as without constraints.
  Finding settle() {
    const double left = out_.decrement = decrement(q_.at, values_);
    least_ = 0;
    double rounding = epsilon * std::abs(q_.at.f);
    if (const auto& told = f_.options().rounding) rounding = std::max(rounding, told(q_.at.x));
    for (const std::size_t i : tangent_.held) rounding += std::abs(multipliers_[i] * values_.c[i]);
    if (left <= rounding) return accept();
    // The step must shrink N, and the next one too: else the curvature measured is not that of the way.
    Point lowest;
    double now = left;
    std::vector<double> d = newton(q_.at, values_);
    const std::vector<double> first = d;
    Point at = q_.at;
    for (int k = 0; k < most_steps; ++k) {
      Point p = along(at, d, 1);
      if (p.x.empty() || !constrained::evaluate(f_.options().constraints, p.x, beside_)) break;
      const double next = decrement(p, beside_);
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
      d = newton(at, beside_);
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

  /// The Newton decrement of the Lagrangian at p, with the curvature measured here.
  double decrement(const Point& p, const Values& values) const {
    double sum = 0;
    const std::vector<double> g = reduced(p, values);
    for (std::size_t k = 0; k < g.size(); ++k) sum += g[k] * (g[k] / stiffness(k));
    return sum / 2;
  }
  /// By the eigenvectors.
  std::vector<double> reduced(const Point& p, const Values& values) const {
    std::vector<double> gradient(n_), out(spectrum_.values.size());
    constrained::lagrangian_gradient(p.g, values, multipliers_, gradient);
    for (std::size_t k = 0; k < out.size(); ++k)
      for (std::size_t i = 0; i < out.size(); ++i)
        for (std::size_t j = 0; j < n_; ++j)
          out[k] +=
              spectrum_.vectors[k * out.size() + i] * scale_[i] * tangent_.basis[i][j] * lengths_[j] * gradient[j];
    return out;
  }
  double stiffness(std::size_t k) const { return std::max(std::abs(spectrum_.values[k]), doubt_); }

  /// The step of Newton's method over the scaled variables (n).
  std::vector<double> newton(const Point& p, const Values& values) const {
    const std::vector<double> g = reduced(p, values);
    std::vector<double> d(n_, 0.0);
    for (std::size_t k = 0; k < g.size(); ++k)
      for (std::size_t i = 0; i < g.size(); ++i)
        for (std::size_t j = 0; j < n_; ++j)
          d[j] -= g[k] / stiffness(k) * spectrum_.vectors[k * g.size() + i] * scale_[i] * tangent_.basis[i][j];
    return d;
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

  /// The gradient of the Lagrangian by the scaled variables at x + h·d, moved inside the bounds.
  bool gradient_at(std::span<const double> d, double h, std::vector<double>& out) {
    look_.x = q_.at.x;
    for (std::size_t j = 0; j < n_; ++j) look_.x[j] += h * lengths_[j] * d[j];
    f_.bounds().project(look_.x);
    f_.look(look_);
    if (!finite(look_) || !constrained::evaluate(f_.options().constraints, look_.x, beside_)) return false;
    out.resize(n_);
    constrained::lagrangian_gradient(look_.g, beside_, multipliers_, out);
    for (std::size_t j = 0; j < n_; ++j) out[j] *= lengths_[j];
    return true;
  }

  /// Whether x + h·d and x + 2h·d, or both sides, lie inside the bounds.
  bool inside(std::span<const double> d, double h) const {
    const Bounds& box = f_.bounds();
    if (box.empty()) return true;
    for (std::size_t j = 0; j < n_; ++j) {
      const double x = q_.at.x[j] + h * lengths_[j] * d[j];
      if (x < box.lower[j] || x > box.upper[j]) return false;
    }
    return true;
  }

  /// H of the Lagrangian on the tangent space, in the metric of a unit diagonal.
  bool measure(double h) {
    const std::size_t k = tangent_.basis.size();
    truncation_ = 0;
    std::vector<double> raw(k * k), ahead, back, here(n_);
    constrained::lagrangian_gradient(q_.at.g, values_, multipliers_, here);
    for (std::size_t j = 0; j < n_; ++j) here[j] *= lengths_[j];
    for (std::size_t c = 0; c < k; ++c) {
      const auto& d = tangent_.basis[c];
      std::vector<double> column(n_);
      if (inside(d, h) && inside(d, -h)) {
        if (!gradient_at(d, h, ahead) || !gradient_at(d, -h, back)) return false;
        double along = 0, third = 0;
        for (std::size_t j = 0; j < n_; ++j) {
          column[j] = (ahead[j] - back[j]) / (2 * h);
          along += d[j] * (ahead[j] - back[j]);
          third += d[j] * (ahead[j] + back[j] - 2 * here[j]);
        }
        if (along != 0) truncation_ = std::max(truncation_, (third / along) * (third / along));
      } else {
        const double side = inside(d, 2 * h) ? h : -h;
        if (!gradient_at(d, side, ahead) || !gradient_at(d, 2 * side, back)) return false;
        for (std::size_t j = 0; j < n_; ++j) column[j] = (4 * (ahead[j] - here[j]) - (back[j] - here[j])) / (2 * side);
      }
      for (std::size_t r = 0; r < k; ++r) {
        double sum = 0;
        for (std::size_t j = 0; j < n_; ++j) sum += tangent_.basis[r][j] * column[j];
        raw[r * k + c] = sum;
      }
    }
    scale_.assign(k, 1.0);
    double most = 0;
    for (const double v : raw) most = std::max(most, std::abs(v));
    if (!std::isfinite(most)) return false;
    for (std::size_t i = 0; i < k; ++i)
      if (const double own = std::max(std::abs(raw[i * k + i]), least_share * most); own > 0)
        scale_[i] = 1 / std::sqrt(own);
    std::vector<double> m(k * k);
    double asymmetry = 0;
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j) {
        const double both = scale_[i] * scale_[j];
        m[i * k + j] = (raw[i * k + j] + raw[j * k + i]) / 2 * both;
        asymmetry = std::hypot(asymmetry, (raw[i * k + j] - raw[j * k + i]) / 2 * both);
      }
    doubt_ = std::max(asymmetry, 1e-8 * static_cast<double>(k));
    if (truncation_ > usual_truncation) doubt_ = std::max(doubt_, truncation_);
    spectrum_ = eigen(std::move(m), k);
    return true;
  }

  /// Eigenvector `k` over the scaled variables (n), a unit.
  std::vector<double> direction(std::size_t k) const {
    const std::size_t size = tangent_.basis.size();
    std::vector<double> d(n_, 0.0);
    double length = 0;
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < n_; ++j) d[j] += scale_[i] * spectrum_.vectors[k * size + i] * tangent_.basis[i][j];
    for (const double v : d) length = std::hypot(length, v);
    for (double& v : d) v /= length;
    return d;
  }

  double curvature(std::size_t k) const {
    const std::size_t size = tangent_.basis.size();
    std::vector<double> d(n_, 0.0);
    double length = 0;
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < n_; ++j) d[j] += scale_[i] * spectrum_.vectors[k * size + i] * tangent_.basis[i][j];
    for (std::size_t j = 0; j < n_; ++j) length = std::hypot(length, d[j] * lengths_[j]);
    return spectrum_.values[k] / length / length;
  }

  bool fall_along(std::size_t k) {
    const std::vector<double> d = direction(k);
    double step = 1;
    for (int times = 0; times < escape_times; ++times, step *= escape_shrink)
      if (try_both(d, step)) return true;
    return false;
  }

  /// Along flat directions, and random ones. A fall that is nothing beside the recent way is none.
  bool fall_around() {
    least_ = q_.tolerance * q_.tolerance * q_.journey.recent_fall(q_.at.f);
    for (std::size_t k = 0; k < spectrum_.values.size() && std::abs(spectrum_.values[k]) <= doubt_; ++k)
      for (const double step : {1.0, 1e-2, 1e-4})
        if (try_both(direction(k), step)) return true;
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

  static constexpr double least_share = 1e-12;

  Evaluator& f_;
  const Question& q_;
  std::vector<double> multipliers_;
  const std::size_t n_;
  std::vector<double> lengths_;
  Values values_, beside_;
  Tangent tangent_;
  Point look_;
  std::vector<double> scale_;
  Eigen spectrum_;
  double doubt_ = 0, truncation_ = 0;
  double least_ = 0;  ///< what counts as a fall of f
  Finding out_;
};

}  // namespace

Finding certify_constrained(Evaluator& f, const Question& question, std::span<const double> multipliers) {
  return Certifier(f, question, multipliers).answer();
}

}  // namespace talweg::certificate
