#include "talweg/optim/certificate/reduced.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace talweg::certificate {

namespace {

using constrained::Values;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// Where truncation hides curvature, steps so much shorter, so many times.
constexpr double refinement = 1e-2, usual_truncation = 1e-9;
constexpr int most_refinements = 3;
/// A variable without curvature of its own is scaled as if it had this share of the largest.
constexpr double least_share = 1e-12;

}  // namespace

bool ReducedHessian::measure(const Tangent& tangent, const Values& values, std::span<const double> multipliers) {
  basis_ = tangent.basis;
  multipliers_.assign(multipliers.begin(), multipliers.end());
  double h = std::cbrt(epsilon);
  if (!difference(values, h)) return false;
  for (int again = 0; again < most_refinements && truncation_ > usual_truncation; ++again)
    if (least() > doubt_ || !difference(values, h *= refinement)) break;
  return size() > 0;
}

/// The gradient of the Lagrangian by the scaled variables at x + h·d, moved inside the bounds.
bool ReducedHessian::gradient_at(std::span<const double> d, double h, std::vector<double>& out) {
  const std::size_t n = lengths_.size();
  look_.x = at_.x;
  for (std::size_t j = 0; j < n; ++j) look_.x[j] += h * lengths_[j] * d[j];
  f_.bounds().project(look_.x);
  f_.look(look_);
  if (!finite(look_) || !constrained::evaluate(f_.options().constraints, look_.x, beside_)) return false;
  out.resize(n);
  constrained::lagrangian_gradient(look_.g, beside_, multipliers_, out);
  for (std::size_t j = 0; j < n; ++j) out[j] *= lengths_[j];
  return true;
}

/// Whether x + h·d lies inside the bounds.
bool ReducedHessian::inside(std::span<const double> d, double h) const {
  const Bounds& box = f_.bounds();
  if (box.empty()) return true;
  for (std::size_t j = 0; j < lengths_.size(); ++j) {
    const double x = at_.x[j] + h * lengths_[j] * d[j];
    if (x < box.lower[j] || x > box.upper[j]) return false;
  }
  return true;
}

/// H times basis vector c (n), from both sides where there is room; empty where a gradient is not finite.
std::vector<double> ReducedHessian::column(std::size_t c, std::span<const double> here, double h) {
  const std::vector<double>& d = basis_[c];
  const std::size_t n = lengths_.size();
  std::vector<double> out(n), ahead, back;
  if (inside(d, h) && inside(d, -h)) {
    if (!gradient_at(d, h, ahead) || !gradient_at(d, -h, back)) return {};
    double along = 0, third = 0;
    for (std::size_t j = 0; j < n; ++j) {
      out[j] = (ahead[j] - back[j]) / (2 * h);
      along += d[j] * (ahead[j] - back[j]);
      third += d[j] * (ahead[j] + back[j] - 2 * here[j]);
    }
    if (along != 0) truncation_ = std::max(truncation_, (third / along) * (third / along));
    return out;
  }
  const double side = inside(d, 2 * h) ? h : -h;
  if (!gradient_at(d, side, ahead) || !gradient_at(d, 2 * side, back)) return {};
  for (std::size_t j = 0; j < n; ++j) out[j] = (4 * (ahead[j] - here[j]) - (back[j] - here[j])) / (2 * side);
  return out;
}

bool ReducedHessian::difference(const Values& values, double h) {
  const std::size_t n = lengths_.size(), k = basis_.size();
  truncation_ = 0;
  std::vector<double> raw(k * k), here(n);
  constrained::lagrangian_gradient(at_.g, values, multipliers_, here);
  for (std::size_t j = 0; j < n; ++j) here[j] *= lengths_[j];
  for (std::size_t c = 0; c < k; ++c) {
    const std::vector<double> product = column(c, here, h);
    if (product.empty()) return false;
    for (std::size_t r = 0; r < k; ++r) {
      double sum = 0;
      for (std::size_t j = 0; j < n; ++j) sum += basis_[r][j] * product[j];
      raw[r * k + c] = sum;
    }
  }
  if (!std::all_of(raw.begin(), raw.end(), [](double v) { return std::isfinite(v); })) return false;
  decompose(raw);
  return true;
}

void ReducedHessian::decompose(std::span<const double> raw) {
  const std::size_t k = basis_.size();
  scale_.assign(k, 1.0);
  double most = 0;
  for (const double v : raw) most = std::max(most, std::abs(v));
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
}

double ReducedHessian::stiffness(std::size_t k) const { return std::max(std::abs(spectrum_.values[k]), doubt_); }

double ReducedHessian::swing(std::span<const double> lengths) const {
  double sum = 0;
  for (std::size_t c = 0; c < basis_.size(); ++c) {
    double length = 0;
    for (std::size_t j = 0; j < lengths.size(); ++j)
      length = std::hypot(length, basis_[c][j] * (lengths[j] / lengths_[j]));
    sum += length / scale_[c] * (length / scale_[c]) / 2;
  }
  return sum;
}

/// Eigenvector k (n), not yet a unit.
std::vector<double> ReducedHessian::combination(std::size_t k) const {
  std::vector<double> d(lengths_.size(), 0.0);
  for (std::size_t i = 0; i < size(); ++i)
    for (std::size_t j = 0; j < d.size(); ++j) d[j] += scale_[i] * spectrum_.vectors[k * size() + i] * basis_[i][j];
  return d;
}

/// The gradient of the Lagrangian at p along each eigenvector.
std::vector<double> ReducedHessian::by_eigenvectors(const Point& p, const Values& values) const {
  const std::size_t n = lengths_.size();
  std::vector<double> gradient(n), out(size());
  constrained::lagrangian_gradient(p.g, values, multipliers_, gradient);
  for (std::size_t k = 0; k < size(); ++k)
    for (std::size_t i = 0; i < size(); ++i)
      for (std::size_t j = 0; j < n; ++j)
        out[k] += spectrum_.vectors[k * size() + i] * scale_[i] * basis_[i][j] * lengths_[j] * gradient[j];
  return out;
}

double ReducedHessian::decrement(const Point& p, const Values& values) const {
  double sum = 0;
  const std::vector<double> g = by_eigenvectors(p, values);
  for (std::size_t k = 0; k < g.size(); ++k) sum += g[k] * (g[k] / stiffness(k));
  return sum / 2;
}

std::vector<double> ReducedHessian::newton(const Point& p, const Values& values) const {
  const std::vector<double> g = by_eigenvectors(p, values);
  std::vector<double> d(lengths_.size(), 0.0);
  for (std::size_t k = 0; k < g.size(); ++k)
    for (std::size_t i = 0; i < g.size(); ++i)
      for (std::size_t j = 0; j < d.size(); ++j)
        d[j] -= g[k] / stiffness(k) * spectrum_.vectors[k * g.size() + i] * scale_[i] * basis_[i][j];
  return d;
}

std::vector<double> ReducedHessian::direction(std::size_t k) const {
  std::vector<double> d = combination(k);
  double length = 0;
  for (const double v : d) length = std::hypot(length, v);
  for (double& v : d) v /= length;
  return d;
}

double ReducedHessian::curvature(std::size_t k) const {
  const std::vector<double> d = combination(k);
  double length = 0;
  for (std::size_t j = 0; j < d.size(); ++j) length = std::hypot(length, d[j] * lengths_[j]);
  return spectrum_.values[k] / length / length;
}

}  // namespace talweg::certificate
