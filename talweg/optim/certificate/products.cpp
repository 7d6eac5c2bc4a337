#include "talweg/optim/certificate/products.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/random.hpp"
#include "talweg/optim/certificate/eigen.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg::certificate {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
const double central_step = std::cbrt(epsilon), forward_step = std::sqrt(epsilon);
/// Conjugate gradients end when they leave so much of the gradient.
constexpr double enough = 1e-2;
/// Lanczos vectors are kept; so many numbers at most.
constexpr std::size_t most_numbers = 20'000'000;
constexpr double settled = 0.1;

/// Products with L H L, L the lengths, on vectors z (k) over the free variables.
class Operator {
 public:
  Operator(Evaluator& f, const Point& p, std::span<const std::size_t> free, std::span<const double> lengths,
           Differences kind)
      : f_(f), p_(p), free_(free), lengths_(lengths), kind_(kind) {}

  std::int64_t cost() const { return kind_ == Differences::central ? 2 : 1; }

  /// False where f is not finite.
  bool times(std::span<const double> z, std::span<double> out) {
    const double most = vectors::max_norm(z);
    if (!(most > 0)) return false;
    const double h = (kind_ == Differences::central ? central_step : forward_step) / most;
    if (!look(z, h, ahead_)) return false;
    const std::vector<double>* back = &p_.g;
    double width = h;
    if (kind_ == Differences::central) {
      if (!look(z, -h, behind_)) return false;
      back = &behind_.g;
      width = 2 * h;
    }
    for (std::size_t i = 0; i < free_.size(); ++i) {
      const std::size_t j = free_[i];
      out[i] = lengths_[j] * ((ahead_.g[j] - (*back)[j]) / width);
    }
    return true;
  }

 private:
  /// Not projected: a projected step is another direction. A bound is passed by cbrt(eps) of a length at most, unless
  /// the function may not be called there: then the point is moved inside, and the product is a little off.
  bool look(std::span<const double> z, double h, Point& at) {
    at.x = p_.x;
    for (std::size_t i = 0; i < free_.size(); ++i) at.x[free_[i]] += h * lengths_[free_[i]] * z[i];
    f_.bounds().project(at.x);
    f_.look(at);
    return talweg::finite(at);
  }

  Evaluator& f_;
  const Point& p_;
  std::span<const std::size_t> free_;
  std::span<const double> lengths_;
  Differences kind_;
  Point ahead_, behind_;
};

}  // namespace

double Products::doubt() const { return 1e-6 * std::max(std::abs(most), std::abs(least)); }

Products measure_products(Evaluator& f, const Point& p, std::span<const std::size_t> free,
                          std::span<const double> lengths, Differences kind, std::int64_t evaluations) {
  Products out;
  const std::size_t n = p.x.size(), k = free.size();
  Operator h(f, p, free, lengths, kind);
  std::int64_t left = evaluations / h.cost();
  std::vector<double> z(k, 0.0), r(k), d, hd(k);
  const auto in_x = [&](std::span<const double> v, std::vector<double>& x) {
    x.assign(n, 0.0);
    for (std::size_t i = 0; i < k; ++i) x[free[i]] = lengths[free[i]] * v[i];
  };
  const auto note = [&](std::span<const double> v, double bend) {  // v'Hv / v'v
    if (out.direction.empty() || bend < out.least) {
      out.least = bend;
      in_x(v, out.direction);
      const double shrunk = vectors::norm(v) / vectors::norm(out.direction);
      out.curvature = bend * shrunk * shrunk;
    }
    out.most = std::max(out.most, bend);
  };

  for (std::size_t i = 0; i < k; ++i) r[i] = -lengths[free[i]] * p.g[free[i]];
  const double start = vectors::norm(r);
  double rr = start * start;
  d = r;
  while (left > 0 && start > 0 && std::sqrt(rr) > enough * start) {
    --left, ++out.count;
    if (!h.times(d, hd)) {
      out.finite = false;
      return out;
    }
    const double dhd = vectors::dot(d, hd), bend = dhd / vectors::dot(d, d);
    note(d, bend);
    if (!(dhd > 0)) break;
    const double a = rr / dhd;
    vectors::add(a, d, z);
    vectors::add(-a, hd, r);
    out.decrement += a * rr / 2;
    const double next = vectors::dot(r, r);
    for (std::size_t i = 0; i < k; ++i) d[i] = r[i] + (next / rr) * d[i];
    rr = next;
  }
  out.left = start > 0 ? std::sqrt(rr) / start : 0;
  in_x(z, out.step);
  out.rest.assign(n, 0.0);
  for (std::size_t i = 0; i < k; ++i) out.rest[free[i]] = -r[i] / lengths[free[i]];

  // Lanczos 1950, every vector made orthogonal to all before.
  left = std::min<std::int64_t>({left, static_cast<std::int64_t>(k), static_cast<std::int64_t>(most_numbers / k)});
  if (left < 2 && static_cast<std::int64_t>(k) > left) return out;
  std::vector<std::vector<double>> q(1, std::vector<double>(k));
  Random random(19500101);
  for (double& v : q[0]) v = random.uniform(-1, 1);
  vectors::scale(1 / vectors::norm(q[0]), q[0]);
  std::vector<double> diagonal, beside;
  while (left-- > 0) {
    ++out.count;
    if (!h.times(q.back(), hd)) {
      out.finite = false;
      return out;
    }
    diagonal.push_back(vectors::dot(q.back(), hd));
    for (int twice = 0; twice < 2; ++twice)
      for (const auto& v : q) vectors::add(-vectors::dot(v, hd), v, hd);
    beside.push_back(vectors::norm(hd));
    if (!(beside.back() > 1e-10 * std::abs(diagonal.back())) || left == 0) break;
    q.push_back(hd);
    vectors::scale(1 / beside.back(), q.back());
  }
  const std::size_t m = diagonal.size();
  std::vector<double> t(m * m, 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    t[i * m + i] = diagonal[i];
    if (i + 1 < m) t[i * m + i + 1] = t[(i + 1) * m + i] = beside[i];
  }
  const Eigen ritz = eigen(std::move(t), m);
  std::vector<double> v(k, 0.0);
  for (std::size_t i = 0; i < m; ++i) vectors::add(ritz.vectors[i], q[i], v);
  note(v, ritz.values.front());
  out.most = std::max(out.most, ritz.values.back());
  out.least_settled = beside.back() * std::abs(ritz.vectors[m - 1]) <= settled * std::abs(out.least);
  return out;
}

}  // namespace talweg::certificate
