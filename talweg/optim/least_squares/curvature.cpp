#include "talweg/optim/least_squares/curvature.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace talweg::lsq {

namespace {

/// Of ‖r‖: how far the residuals are moved for a difference. Its truncation is of this size, its rounding noise/length.
constexpr double difference = 1e-4;

bool is_inside(const Bounds& box, const std::vector<double>& x) {
  for (std::size_t j = 0; j < x.size() && !box.empty(); ++j)
    if (x[j] < box.lower[j] || x[j] > box.upper[j]) return false;
  return true;
}

}  // namespace

std::optional<FitCurvature> FitCurvature::measure(Problem& problem, const FitPoint& point, const LinearModel& model,
                                                  double noise) {
  const std::size_t f = model.free().size();
  if (f == 0 || !model.full_rank() || !(point.value > 0)) return std::nullopt;
  FitCurvature out(model);
  const double length = std::max(difference, 1e4 * noise) * std::sqrt(point.value);
  const std::vector<double> here = model.reduced(model.slopes());
  std::vector<double> h(f * f);
  for (std::size_t k = 0; k < f; ++k) {
    std::vector<double> unit(f, 0.0), x;
    double sign = 0;
    for (const double s : {1.0, -1.0}) {
      unit[k] = s * length;
      const std::vector<double> p = model.unreduced(unit);
      x = point.x;
      for (std::size_t j = 0; j < x.size(); ++j) x[j] += p[j];
      if (!is_inside(problem.options().bounds, x)) continue;
      sign = s;
      break;
    }
    if (sign == 0) return std::nullopt;
    const FitPoint there = problem.probe(std::move(x));
    if (!std::isfinite(there.value)) return std::nullopt;
    const LinearModel beside(problem.options(), there, problem.probe_jacobian(there));
    if (!beside.finite()) return std::nullopt;
    const std::vector<double> g = model.reduced(beside.slopes());
    for (std::size_t i = 0; i < f; ++i) h[i * f + k] = (g[i] - here[i]) / (sign * length);
  }
  for (std::size_t i = 0; i < f; ++i)
    for (std::size_t k = 0; k < i; ++k) {
      const double mean = (h[i * f + k] + h[k * f + i]) / 2;
      out.error_ = std::max(out.error_, std::abs(h[i * f + k] - mean));
      h[i * f + k] = h[k * f + i] = mean;
    }
  out.error_ = std::max(out.error_, difference) * double(f);
  out.eigen_ = certificate::eigen(std::move(h), f);
  if (!std::isfinite(out.smallest())) return std::nullopt;
  return out;
}

std::vector<double> FitCurvature::weakest(double length) const {
  std::vector<double> u(eigen_.vectors.begin(), eigen_.vectors.begin() + directions());
  for (double& e : u) e *= length;
  return model_.unreduced(u);
}

std::vector<double> FitCurvature::newton(const LinearModel& now) const {
  const std::vector<double> g = model_.reduced(now.slopes());
  const std::size_t f = g.size();
  std::vector<double> u(f, 0.0);
  for (std::size_t k = 0; k < f; ++k) {
    const double* const v = eigen_.vectors.data() + k * f;
    double along = 0;
    for (std::size_t i = 0; i < f; ++i) along += v[i] * g[i];
    along /= std::max(std::abs(eigen_.values[k]), error_);
    for (std::size_t i = 0; i < f; ++i) u[i] -= along * v[i];
  }
  return model_.unreduced(u);
}

}  // namespace talweg::lsq
