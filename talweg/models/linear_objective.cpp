#include "talweg/models/linear_objective.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "talweg/models/linear_kernels.hpp"
#include "talweg/models/targets.hpp"

namespace talweg::models {

namespace {

/// Rows of a block: their scores, targets and, when sparse, their cells stay in the first cache.
constexpr std::int64_t most_block_rows = 256, least_block_rows = 16, block_scores = 65536;
/// Slices are the unit of the threads, and their number is part of the result's bits: it follows from the sizes.
constexpr double least_slice_work = 32768;
constexpr std::int64_t most_slices = 16;

double cells_of(const LinearInputs& x) {
  return x.sparse ? static_cast<double>(x.sparse->nonzeros()) : static_cast<double>(x.rows * x.columns);
}

/// No slice for less than 30 µs of work, nor where summing the slices' vectors (`size` each) would take a quarter of
/// it.
std::int64_t slice_count(const LinearInputs& x, double work, double size) {
  const double slices = std::min(work / least_slice_work, work / size);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(slices), 1,
                                  std::min(most_slices, std::max<std::int64_t>(1, x.rows)));
}

/// Multiplications between two questions whether to stop: some milliseconds.
constexpr double work_between_questions = 1e7;

double block_cost(const LinearInputs& x, std::int64_t rows, std::int64_t outputs) {
  constexpr double of_loss = 16;  // for each output
  return (cells_of(x) / static_cast<double>(x.rows) + of_loss) * static_cast<double>(rows * outputs);
}

struct Range {
  std::int64_t begin, end;
};
Range slice_range(std::int64_t rows, std::int64_t slices, std::int64_t i) {
  return {rows * i / slices, rows * (i + 1) / slices};
}

/// at(0) += at(1) + …, vectors of equal size, each element in the same tree for every number of threads.
template <class At> void tree_add(Pool& pool, std::size_t count, At&& at) {
  constexpr std::int64_t piece = 16384;
  for_ranges(pool, static_cast<std::int64_t>(at(0).size()), piece, [&](std::int64_t begin, std::int64_t end) {
    for (std::size_t width = 1; width < count; width *= 2)
      for (std::size_t i = 0; i + width < count; i += 2 * width)
        kernels::add(end - begin, at(i + width).data() + begin, at(i).data() + begin);
  });
}

/// Rows first … first + count − 1 of x times the weights, plus the bias.
void scores_of(const LinearInputs& x, Range rows, std::span<const double> w, const double* bias, std::int64_t outputs,
               double* y) {
  if (x.sparse)
    kernels::sparse_scores(*x.sparse, rows.begin, rows.end, w.data(), bias, outputs, y);
  else
    kernels::dense_scores(x.dense + rows.begin * x.columns, rows.end - rows.begin, x.columns, w.data(), bias, outputs,
                          y);
}

/// The bias that sparse rows see: what they lie below their stored cells by, times the weights, is the same for all.
void shifted_bias(const LinearInputs& x, std::span<const double> w, std::int64_t outputs, std::span<double> bias) {
  const double* b = w.data() + x.columns * outputs;
  std::copy_n(b, outputs, bias.begin());
  if (!x.sparse || x.sparse->shift.empty()) return;
  for (std::int64_t c = 0; c < x.columns; ++c)
    for (std::int64_t k = 0; k < outputs; ++k)
      bias[static_cast<std::size_t>(k)] -=
          x.sparse->shift[static_cast<std::size_t>(c)] * w[static_cast<std::size_t>(c * outputs + k)];
}

}  // namespace

void linear_outputs(Pool& pool, const LinearInputs& x, std::int64_t first, std::span<const double> w,
                    std::span<double> y, std::int64_t outputs) {
  std::vector<double> bias(static_cast<std::size_t>(outputs));
  shifted_bias(x, w, outputs, bias);
  const std::int64_t rows = static_cast<std::int64_t>(y.size()) / outputs;
  for_ranges(pool, rows, most_block_rows, [&](std::int64_t begin, std::int64_t end) {
    scores_of(x, {first + begin, first + end}, w, bias.data(), outputs, y.data() + begin * outputs);
  });
}

namespace {

/// Of sparse rows, moments about zero keep enough digits where no mean is beyond so many deviations.
constexpr double farthest_mean = 1e3;

/// The mean over the rows of zᵀz, z = (x − mean)·factor.
std::vector<double> placed_moments(Pool& pool, const LinearInputs& x, std::span<const double> mean,
                                   std::span<const double> factor) {
  const auto n = static_cast<std::size_t>(x.columns);
  const auto d = static_cast<double>(n);
  bool near = x.sparse != nullptr;
  for (std::size_t c = 0; c < n; ++c) near = near && std::abs(mean[c] * factor[c]) <= farthest_mean;
  const std::int64_t slices = slice_count(x, kernels::moments_cost(x.sparse, x.rows, x.columns), d * d);
  std::vector<std::vector<double>> parts(static_cast<std::size_t>(slices));
  pool.run(slices, [&](std::int64_t i) {
    auto& part = parts[static_cast<std::size_t>(i)];
    part.resize(n * n);
    const Range r = slice_range(x.rows, slices, i);
    if (near)
      kernels::sparse_moments(*x.sparse, r.begin, r.end, factor.data(), part.data());
    else if (x.sparse)
      kernels::scattered_moments(*x.sparse, r.begin, r.end, {mean.data(), factor.data()}, part.data());
    else
      kernels::dense_moments(x.dense + r.begin * x.columns, r.end - r.begin, x.columns, {mean.data(), factor.data()},
                             part.data());
  });
  tree_add(
      pool, parts.size(), [&](std::size_t i) -> auto& { return parts[i]; });
  std::vector<double> m = std::move(parts[0]);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const double about = near ? mean[i] * factor[i] * (mean[j] * factor[j]) : 0;
      m[j * n + i] = m[i * n + j] = m[i * n + j] / static_cast<double>(x.rows) - about;
    }
  return m;
}

}  // namespace

InputMoments input_moments(Pool& pool, const LinearInputs& x, double most) {
  const auto n = static_cast<std::size_t>(x.columns);
  InputMoments m{std::vector<double>(n), std::vector<double>(n), {}};
  kernels::column_moments(x.sparse, x.dense, x.rows, x.columns, m.mean, m.deviation);
  const double cost = kernels::moments_cost(x.sparse, x.rows, x.columns) / std::max(1.0, cells_of(x));
  const auto d = static_cast<double>(n);
  if (x.columns < kernels::most_full_moments && cost + d * d * d / 6 / std::max(1e6, cells_of(x)) <= most) {
    std::vector<double> factor(n);
    for (std::size_t c = 0; c < n; ++c) factor[c] = std::isfinite(1 / m.deviation[c]) ? 1 / m.deviation[c] : 0;
    m.correlation = placed_moments(pool, x, m.mean, factor);
  }
  if (x.sparse && !x.sparse->shift.empty())
    for (std::size_t c = 0; c < n; ++c) m.mean[c] -= x.sparse->shift[c];
  return m;
}

/// What one slice of the rows works with.
struct LinearObjective::Slice {
  Range rows;
  std::vector<double> scores, slopes, saved;  ///< (block, outputs)
  std::vector<double> gradient;               ///< (parameters)
  double loss = 0;                            ///< of its rows, summed
};

namespace {

std::vector<nn::Parameter> linear_layout(std::int64_t columns, std::int64_t outputs) {
  return {{"dense1.weight", Shape{columns, outputs}, 0}, {"dense1.bias", Shape{outputs}, columns * outputs}};
}

}  // namespace

LinearObjective::LinearObjective(const ModelSpec& spec, const Head& head, const LinearInputs& x,
                                 const EncodedTargets<double>& targets, Pool& pool)
    : Objective(spec, linear_layout(x.columns, static_cast<std::int64_t>(head.outputs))),
      x_(x),
      targets_(targets),
      pool_(pool),
      loss_(nn::loss(head.loss)),
      outputs_(static_cast<std::int64_t>(head.outputs)),
      block_(std::clamp(block_scores / outputs_, least_block_rows, most_block_rows)),
      bias_(static_cast<std::size_t>(outputs_)) {
  const std::int64_t size = (x.columns + 1) * outputs_;
  const std::int64_t slices = slice_count(
      x, (cells_of(x) + 8 * static_cast<double>(x.rows)) * static_cast<double>(outputs_), static_cast<double>(size));
  slices_.resize(static_cast<std::size_t>(slices));
  for (std::int64_t i = 0; i < slices; ++i) {
    Slice& s = slices_[static_cast<std::size_t>(i)];
    s.rows = slice_range(x.rows, slices, i);
    s.scores.resize(static_cast<std::size_t>(block_ * outputs_));
    s.slopes.resize(s.scores.size());
    s.saved.resize(s.scores.size());
    s.gradient.resize(static_cast<std::size_t>(size));
  }
}

LinearObjective::~LinearObjective() = default;

double LinearObjective::operator()(std::span<const double> w, std::span<double> gradient) {
  shifted_bias(x_, w, outputs_, bias_);
  pool_.run(static_cast<std::int64_t>(slices_.size()),
            [&](std::int64_t i) { run_slice(slices_[static_cast<std::size_t>(i)], w, bias_); });
  tree_add(
      pool_, slices_.size(), [&](std::size_t i) -> auto& { return slices_[i].gradient; });
  double loss = 0;
  for (const Slice& s : slices_) loss += s.loss;
  const double weight = 1 / static_cast<double>(x_.rows);
  const std::vector<double>& sum = slices_[0].gradient;
  for (std::size_t i = 0; i < sum.size(); ++i) gradient[i] = weight * sum[i];
  if (x_.sparse && !x_.sparse->shift.empty()) {
    const double* db = gradient.data() + x_.columns * outputs_;
    for (std::int64_t c = 0; c < x_.columns; ++c)
      for (std::int64_t k = 0; k < outputs_; ++k)
        gradient[static_cast<std::size_t>(c * outputs_ + k)] -= x_.sparse->shift[static_cast<std::size_t>(c)] * db[k];
  }
  return weight * loss + add_penalty(w, gradient);
}

/// The loss of a slice and its gradient, both summed over the rows.
void LinearObjective::run_slice(Slice& s, std::span<const double> w, std::span<const double> bias) const {
  Pool serial(1);
  s.loss = 0;
  std::fill(s.gradient.begin(), s.gradient.end(), 0.0);
  const double work = block_cost(x_, block_, outputs_);
  double since_question = 0;
  for (std::int64_t begin = s.rows.begin; begin < s.rows.end; begin += block_) {
    if ((since_question += work) > work_between_questions) {
      stop().check();
      since_question = 0;
    }
    const Range rows{begin, std::min(begin + block_, s.rows.end)};
    const std::int64_t count = rows.end - rows.begin;
    scores_of(x_, rows, w, bias.data(), outputs_, s.scores.data());
    const View<const double> z(s.scores.data(), {count, outputs_});
    const View<double> dz(s.slopes.data(), {count, outputs_});
    std::fill_n(s.slopes.data(), count * outputs_, 0.0);
    const auto wanted = rows_of(targets_, static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
    s.loss += loss_.sum(serial, z, wanted, dz, s.saved.data());
    if (x_.sparse)
      kernels::add_sparse_gradient(*x_.sparse, rows.begin, rows.end, s.slopes.data(), outputs_, s.gradient.data());
    else
      kernels::add_dense_gradient(x_.dense + begin * x_.columns, count, x_.columns, s.slopes.data(), outputs_,
                                  s.gradient.data());
    kernels::add_bias_gradient(s.slopes.data(), count, outputs_, s.gradient.data() + x_.columns * outputs_);
  }
}

}  // namespace talweg::models
