#include "talweg/train/full_batch/l1_objective.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "talweg/models/penalty.hpp"
#include "talweg/train/full_batch/coordinate_descent.hpp"
#include "talweg/train/full_batch/linear_rows.hpp"

namespace talweg::train {

namespace {

/// Added to the diagonal, in units of its largest entry: where rows are as good as certain a model of them is flat.
constexpr double damping = 1e-12;

models::ModelSpec without_l1(models::ModelSpec spec) {
  spec.l1 = 0;
  return spec;
}

}  // namespace

L1Objective::L1Objective(const models::Model<double>& model, const Examples<double>& training, Pool& pool)
    : head_(model.head()),
      rows_(training),
      pool_(pool),
      l1_(models::network_l1(model.spec(), model.head())),
      l2_(model.spec().l2),
      regularized_bias_(model.spec().regularized_bias),
      outputs_(model.head().outputs),
      placed_(models::PlacedInputs::of(pool, linear_inputs(training))),
      smooth_(without_l1(model.spec()), model.head(), linear_inputs(training), training.targets, pool) {
  // A bias with a penalty cannot take up what centred columns are shifted by.
  if (regularized_bias_) std::ranges::fill(placed_.mean, 0.0);
}

double L1Objective::kinks(std::span<const double> w) const {
  double sum = 0;
  for (const double v : regularized_bias_ ? w : w.first(columns() * outputs_)) sum += std::abs(v);
  return l1_ * sum;
}

double L1Objective::violation(std::size_t j, std::span<const double> w, std::span<const double> g) const {
  if (j >= columns() * outputs_ && !regularized_bias_) return std::abs(g[j]);
  if (w[j] == 0) return std::max(std::abs(g[j]) - l1_, 0.0);
  return std::abs(g[j] + std::copysign(l1_, w[j]));
}

void L1Objective::choose(std::span<const std::uint32_t> chosen) {
  if (part_.placed.x.rows > 0 && std::ranges::equal(part_.chosen, chosen)) return;
  part_.chosen.assign(chosen.begin(), chosen.end());
  const std::size_t width = chosen.size();
  models::PlacedInputs& p = part_.placed;
  p.mean.resize(width), p.factor.resize(width);
  for (std::size_t i = 0; i < width; ++i) p.mean[i] = placed_.mean[chosen[i]], p.factor[i] = placed_.factor[chosen[i]];
  if (width == columns()) {
    p.x = placed_.x;
    return;
  }
  if (!rows_.is_sparse()) {
    part_.dense.resize(rows_.rows * width);
    for (std::size_t r = 0; r < rows_.rows; ++r)
      for (std::size_t i = 0; i < width; ++i) part_.dense[r * width + i] = rows_.x[r * rows_.inputs + chosen[i]];
    p.x = {static_cast<std::int64_t>(rows_.rows), static_cast<std::int64_t>(width), part_.dense.data(), nullptr};
    return;
  }
  constexpr std::uint32_t out = ~std::uint32_t{0};
  std::vector<std::uint32_t> place(columns(), out);
  for (std::size_t i = 0; i < width; ++i) place[chosen[i]] = static_cast<std::uint32_t>(i);
  const data::SparseRows& all = rows_.sparse;
  data::SparseRows& some = part_.sparse = {};
  some.width = width;
  for (std::size_t r = 0; r < all.rows(); ++r) {
    for (std::size_t k = all.starts[r]; k < all.starts[r + 1]; ++k) {
      if (place[all.columns[k]] == out) continue;
      some.columns.push_back(place[all.columns[k]]);
      if (!all.values.empty()) some.values.push_back(all.values[k]);
    }
    some.starts.push_back(some.columns.size());
  }
  for (std::size_t i = 0; !all.shift.empty() && i < width; ++i) some.shift.push_back(all.shift[chosen[i]]);
  p.x = models::LinearInputs::of(some);
}

/// Point, gradient and penalties in v of the placed inputs: w = factor·v, and the bias of the model is that of v less
/// Σ mean·w. (outputs, width) each, the bias last.
struct L1Objective::PlacedPoint {
  std::vector<double> at, slope, penalty;
};

L1Objective::PlacedPoint L1Objective::placed_point(std::span<const double> w, std::span<const double> g) const {
  const models::PlacedInputs& in = part_.placed;
  const std::size_t width = in.width(), last = width - 1, n = width * outputs_, biases = columns() * outputs_;
  PlacedPoint p{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n)};
  for (std::size_t k = 0; k < outputs_; ++k) {
    const double of_bias = g[biases + k];
    double bias = w[biases + k];
    for (std::size_t i = 0; i < last; ++i) {
      const double f = in.factor[i], weight = w[part_.chosen[i] * outputs_ + k];
      p.at[k * width + i] = f > 0 ? weight / f : 0;
      p.slope[k * width + i] = f * (g[part_.chosen[i] * outputs_ + k] - in.mean[i] * of_bias);
      p.penalty[k * width + i] = l1_ * f;
      bias += in.mean[i] * weight;
    }
    p.at[k * width + last] = bias;
    p.slope[k * width + last] = of_bias;
    p.penalty[k * width + last] = regularized_bias_ ? l1_ : 0;
  }
  return p;
}

/// That of each row, as often as it counts.
models::RowCurvature L1Objective::curvature_of_rows(std::span<const double> fitted) const {
  models::RowCurvature once = models::curvature(head_, fitted);
  const auto& weights = rows_.targets.weights;
  if (weights.empty()) return once;
  return [once = std::move(once), &weights](std::size_t row, std::size_t k, std::size_t l) {
    return weights[row] * once(row, k, l);
  };
}

/// (n, n), both triangles.
std::vector<double> L1Objective::placed_hessian(std::span<const double> w, const Stop& stop) const {
  const models::PlacedInputs& in = part_.placed;
  const std::size_t width = in.width(), last = width - 1, n = width * outputs_;
  const std::vector<double> fitted = models::fitted_values(pool_, placed_.x, head_, w);
  std::vector<double> h = models::information(pool_, in, outputs_, curvature_of_rows(fitted), stop);
  const double per_row = 1 / static_cast<double>(rows_.rows);
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) h[i * n + j] *= per_row;
    const double f = i % width < last ? in.factor[i % width] : regularized_bias_ ? 1 : 0;
    h[i * n + i] += l2_ * f * f;
    largest = std::max(largest, h[i * n + i]);
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (h[i * n + i] > 0) h[i * n + i] += damping * largest;
    for (std::size_t j = 0; j < i; ++j) h[j * n + i] = h[i * n + j];
  }
  return h;
}

L1Objective::Proposal L1Objective::propose(std::span<const double> w, std::span<const double> g,
                                           std::span<const std::uint32_t> chosen, const Stop& stop) {
  choose(chosen);
  const models::PlacedInputs& in = part_.placed;
  const std::size_t width = in.width(), last = width - 1, n = width * outputs_;
  const PlacedPoint point = placed_point(w, g);
  const std::vector<double> h = placed_hessian(w, stop);
  const std::vector<double> v = coordinate_descent({h, point.slope, point.at, point.penalty}, stop);
  Proposal p{.w = {w.begin(), w.end()}};
  for (std::size_t i = 0; i < n; ++i) {
    double bend = 0;
    for (std::size_t j = 0; j < n; ++j) bend += h[i * n + j] * (v[j] - point.at[j]);
    const double step = v[i] - point.at[i], kink = point.penalty[i] * (std::abs(v[i]) - std::abs(point.at[i]));
    p.slope += point.slope[i] * step + kink;
    p.gain -= (point.slope[i] + bend / 2) * step + kink;
  }
  for (std::size_t k = 0; k < outputs_; ++k) {
    p.curvature = std::max(p.curvature, h[(k * width + last) * n + k * width + last]);
    double bias = v[k * width + last];
    for (std::size_t i = 0; i < last; ++i) {
      const double weight = in.factor[i] * v[k * width + i];
      p.w[chosen[i] * outputs_ + k] = weight;
      bias -= in.mean[i] * weight;
    }
    p.w[columns() * outputs_ + k] = bias;
  }
  if (outputs_ > 1 && !regularized_bias_) {  // what is added to all of them changes nothing: they add to 0
    const std::span<double> free(p.w.data() + columns() * outputs_, outputs_);
    double mean = 0;
    for (const double b : free) mean += b / static_cast<double>(outputs_);
    for (double& b : free) b -= mean;
  }
  return p;
}

}  // namespace talweg::train
