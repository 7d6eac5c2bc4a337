#include "talweg/optim/least_squares/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/optim/least_squares/student.hpp"

namespace talweg::lsq {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// A part of a null vector, its columns of length 1, below this is rounding.
constexpr double involved = 1e-6;

/// The columns of the parameters that no bound holds, each of length 1.
struct Columns {
  std::vector<std::size_t> parameters;
  std::vector<double> lengths;
  PivotedQr factor;
};

Columns columns_of(const LinearModel& model, std::size_t m, std::size_t n) {
  Columns out;
  std::vector<double> all;
  for (std::size_t j = 0; j < n; ++j) {
    if (std::ranges::find(model.held(), j) != model.held().end()) continue;
    const auto column = std::span(model.jacobian()).subspan(j * m, m);
    const double length = norm(column);
    out.parameters.push_back(j);
    out.lengths.push_back(length);
    for (const double e : column) all.push_back(length > 0 ? e / length : 0);
  }
  out.factor = PivotedQr(std::move(all), m, out.parameters.size());
  return out;
}

/// For each column that depends on those before it, the parameters of its null vector.
std::vector<std::vector<std::size_t>> confounded(const Columns& c, std::size_t rank) {
  std::vector<std::vector<std::size_t>> out;
  for (std::size_t k = rank; k < c.parameters.size(); ++k) {
    std::vector<double> column(c.parameters.size());
    for (std::size_t i = 0; i < rank; ++i) column[i] = c.factor.r(i, k);
    const std::vector<double> along = c.factor.solve(column, rank);
    std::vector<std::size_t> group{c.parameters[c.factor.pivot(k)]};
    for (std::size_t j = 0; j < along.size(); ++j)
      if (std::abs(along[j]) > involved) group.push_back(c.parameters[j]);
    std::ranges::sort(group);
    out.push_back(std::move(group));
  }
  return out;
}

/// The factor of (JᵀJ)⁻¹ in the covariance.
double variance(const LeastSquaresOptions& options, const FitPoint& point, double value, double rows,
                double parameters) {
  const double degrees = rows - parameters;
  if (!options.loss.robust()) {
    if (options.known_variances) return 1;
    return degrees > 0 ? value / degrees : nan;
  }
  double psi2 = 0, slope = 0, slope2 = 0;
  for (std::size_t i = 0; i < point.weighted.size(); ++i) {
    if (!options.weights.empty() && options.weights[i] == 0) continue;
    const double psi = options.loss.influence(point.weighted[i]), c = options.loss.curvature(point.weighted[i]);
    psi2 += psi * psi, slope += c, slope2 += c * c;
  }
  const double mean = slope / rows;
  if (!(degrees > 0) || !(mean > 0)) return nan;
  const double k = 1 + parameters / rows * std::max(0.0, slope2 / rows - mean * mean) / (mean * mean);
  return k * k * psi2 / degrees / (mean * mean);
}

/// Of the parameters that are determined: those in no null vector. With the others held they have the same covariance
/// whichever values these are held at.
void fill_covariance(const Columns& c, std::size_t rank, double factor, LeastSquaresResult& r) {
  const std::size_t n = r.x.size(), f = c.parameters.size();
  std::vector<std::vector<double>> inverse;  // R⁻¹ by columns, rows in the order of the parameters
  for (std::size_t k = 0; k < rank; ++k) {
    std::vector<double> unit(f, 0.0);
    unit[k] = 1;
    inverse.push_back(c.factor.solve(unit, rank));
  }
  std::vector<bool> free(n, true);
  for (const auto& group : r.confounded)
    for (const std::size_t j : group) free[j] = false;
  for (std::size_t a = 0; a < f; ++a)
    for (std::size_t b = 0; b < f; ++b) {
      if (!free[c.parameters[a]] || !free[c.parameters[b]]) continue;
      double sum = 0;
      for (std::size_t k = 0; k < rank; ++k) sum += (inverse[k][a] / c.lengths[a]) * (inverse[k][b] / c.lengths[b]);
      r.covariance[c.parameters[a] * n + c.parameters[b]] = factor * sum;
    }
}

}  // namespace

std::vector<std::vector<std::size_t>> nearly_confounded(const LinearModel& model, std::size_t m, std::size_t n) {
  constexpr double nearly = 1e-7;
  const Columns columns = columns_of(model, m, n);
  return confounded(columns, columns.factor.rank(nearly));
}

void add_statistics(const LeastSquaresOptions& options, const FitPoint& point, const LinearModel& model,
                    LeastSquaresResult& r) {
  const std::size_t m = point.raw.size(), n = point.x.size();
  r.on_bound = model.held();
  auto rows = std::int64_t(m);
  if (!options.weights.empty()) rows -= std::ranges::count(options.weights, 0.0);
  const Columns columns = columns_of(model, m, n);
  const std::size_t rank = columns.factor.rank(rank_tolerance(m));
  r.degrees_of_freedom = rows - std::int64_t(rank);
  if (r.degrees_of_freedom > 0) r.residual_standard_deviation = std::sqrt(r.value / double(r.degrees_of_freedom));
  r.confounded = confounded(columns, rank);
  r.covariance.assign(n * n, nan);
  fill_covariance(columns, rank, variance(options, point, r.value, double(rows), double(rank)), r);
  r.correlation.assign(n * n, nan);
  r.standard_errors.assign(n, nan), r.low.assign(n, nan), r.high.assign(n, nan);
  for (std::size_t j = 0; j < n; ++j) r.standard_errors[j] = std::sqrt(r.covariance[j * n + j]);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      r.correlation[i * n + j] = i == j && !std::isnan(r.standard_errors[i])
                                     ? 1
                                     : r.covariance[i * n + j] / r.standard_errors[i] / r.standard_errors[j];
  if (!options.known_variances && r.degrees_of_freedom <= 0) return;
  const double t = student_quantile(options.level, options.known_variances ? HUGE_VAL : double(r.degrees_of_freedom));
  for (std::size_t j = 0; j < n; ++j) {
    r.low[j] = r.x[j] - t * r.standard_errors[j];
    r.high[j] = r.x[j] + t * r.standard_errors[j];
  }
}

}  // namespace talweg::lsq
