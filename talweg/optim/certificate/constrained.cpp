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

class Certifier {
 public:
  Certifier(Evaluator& f, const Question& q, std::span<const double> multipliers)
      : f_(f),
        q_(q),
        multipliers_(multipliers),
        n_(q.at.x.size()),
        lengths_(natural_lengths(q.at, q.journey, f.bounds())) {}

  Finding answer() {
    const Options& o = f_.options();
    if (!o.check_curvature || !constrained::evaluate(o.constraints, q_.at.x, values_)) return accept();
    std::vector<double> gradient(n_);
    constrained::lagrangian_gradient(q_.at.g, values_, multipliers_, gradient);
    tangent_ = tangent_space(q_.at, values_, multipliers_, gradient, lengths_, o);
    const std::size_t k = tangent_.basis.size();
    if (k == 0) {  // a vertex: f rises along every edge by first order
      out_.certificate = {Certificate::Kind::minimum, std::numeric_limits<double>::quiet_NaN(), 0};
      return accept();
    }
    if (k > (o.exact_gradient ? whole_exact : whole_given) || !measure()) return accept();
    out_.certificate.checked = static_cast<std::int64_t>(k);
    out_.certificate.smallest_curvature = curvature(0);
    const double least = spectrum_.values.front();
    if (least < -doubt_ && fall_along(0)) return std::move(out_);
    out_.certificate.kind = least > doubt_ ? Certificate::Kind::minimum : Certificate::Kind::flat;
    if (least <= doubt_ && fall_around()) return std::move(out_);
    return accept();
  }

 private:
  Finding accept() {
    out_.status = Status::converged;
    return std::move(out_);
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
  bool measure() {
    const std::size_t k = tangent_.basis.size();
    const double h = std::cbrt(epsilon);
    std::vector<double> raw(k * k), ahead, back, here(n_);
    constrained::lagrangian_gradient(q_.at.g, values_, multipliers_, here);
    for (std::size_t j = 0; j < n_; ++j) here[j] *= lengths_[j];
    for (std::size_t c = 0; c < k; ++c) {
      const auto& d = tangent_.basis[c];
      std::vector<double> column(n_);
      if (inside(d, h) && inside(d, -h)) {
        if (!gradient_at(d, h, ahead) || !gradient_at(d, -h, back)) return false;
        for (std::size_t j = 0; j < n_; ++j) column[j] = (ahead[j] - back[j]) / (2 * h);
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

  bool fall_around() {
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
      Point p;
      p.x = q_.at.x;
      for (std::size_t j = 0; j < n_; ++j) p.x[j] += side * lengths_[j] * d[j];
      if (!restore(p.x, tangent_.held, lengths_, f_.options()) || p.x == q_.at.x) continue;
      f_.look(p);
      if (!finite(p) || !lower(p)) continue;
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
    return q_.at.f - p.f > 2 * worth + 16 * epsilon * std::abs(q_.at.f) && fell_visibly(q_.at.f, p.f);
  }
  bool held(std::size_t i) const {
    return std::find(tangent_.held.begin(), tangent_.held.end(), i) != tangent_.held.end();
  }

  static constexpr double least_share = 1e-12;

  Evaluator& f_;
  const Question& q_;
  std::span<const double> multipliers_;
  const std::size_t n_;
  std::vector<double> lengths_;
  Values values_, beside_;
  Tangent tangent_;
  Point look_;
  std::vector<double> scale_;
  Eigen spectrum_;
  double doubt_ = 0;
  Finding out_;
};

}  // namespace

Finding certify_constrained(Evaluator& f, const Question& question, std::span<const double> multipliers) {
  return Certifier(f, question, multipliers).answer();
}

}  // namespace talweg::certificate
