#include "talweg/models/information.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/elementary/functions.hpp"
#include "talweg/models/linear_kernels.hpp"
#include "talweg/tensor/product.hpp"

namespace talweg::models {

namespace {

constexpr std::int64_t rows_at_once = 256;
/// Parameters of the matrix that one task sums: so many that placing the rows again for each task is little beside it.
constexpr std::int64_t band = 96;
/// Of sparse rows, moments about zero keep enough digits where no mean is beyond so many deviations.
constexpr double farthest_mean = 1e3;

/// A pair of outputs, l <= k, and their part of the matrix.
struct Block {
  std::size_t k, l;
  double* m;            ///< its first element
  std::int64_t stride;  ///< from row to row
};

std::vector<Block> blocks_of(std::vector<double>& m, std::size_t outputs, std::size_t width) {
  const std::size_t p = outputs * width;
  std::vector<Block> blocks;
  for (std::size_t k = 0; k < outputs; ++k)
    for (std::size_t l = 0; l <= k; ++l)
      blocks.push_back({k, l, m.data() + k * width * p + l * width, static_cast<std::int64_t>(p)});
  return blocks;
}

/// z (count, width) of the rows from `first` on.
void place(const PlacedInputs& in, std::int64_t first, std::int64_t count, double* z) {
  const auto width = static_cast<std::int64_t>(in.width()), columns = width - 1;
  for (std::int64_t r = 0; r < count; ++r) {
    double* to = z + r * width;
    if (in.x.sparse) {
      const data::SparseRows& s = *in.x.sparse;
      std::fill_n(to, columns, 0.0);
      const auto row = static_cast<std::size_t>(first + r);
      for (std::size_t c = s.starts[row]; c < s.starts[row + 1]; ++c) to[s.columns[c]] = s.value(c);
      if (!s.shift.empty())
        for (std::int64_t c = 0; c < columns; ++c) to[c] -= s.shift[static_cast<std::size_t>(c)];
    } else {
      std::copy_n(in.x.dense + (first + r) * columns, columns, to);
    }
    for (std::int64_t c = 0; c < columns; ++c)
      to[c] = (to[c] - in.mean[static_cast<std::size_t>(c)]) * in.factor[static_cast<std::size_t>(c)];
    to[columns] = 1;
  }
}

/// Rows from … to of the block, its columns below `to`: the rest of a block is its mirror image.
void add_band(const PlacedInputs& in, const Block& block, std::int64_t from, std::int64_t to,
              const RowCurvature& curvature, const Stop& stop) {
  const auto width = static_cast<std::int64_t>(in.width());
  std::vector<double> z(static_cast<std::size_t>(rows_at_once * width)),
      bent(static_cast<std::size_t>(rows_at_once * (to - from)));
  for (std::int64_t first = 0; first < in.x.rows; first += rows_at_once) {
    stop.check();
    const std::int64_t count = std::min(rows_at_once, in.x.rows - first);
    place(in, first, count, z.data());
    for (std::int64_t r = 0; r < count; ++r) {
      const double h = curvature(static_cast<std::size_t>(first + r), block.k, block.l);
      for (std::int64_t i = from; i < to; ++i)
        bent[static_cast<std::size_t>(r * (to - from) + i - from)] = h * z[static_cast<std::size_t>(r * width + i)];
    }
    talweg::detail::product(to - from, to, count, {bent.data(), 1, to - from}, {z.data(), width, 1},
                            block.m + from * block.stride, block.stride, true);
  }
}

/// The lower triangle of a block, from what is stored alone, about zero; then the means are taken out of it.
void add_sparse(const PlacedInputs& in, const Block& block, const RowCurvature& curvature, const Stop& stop) {
  const data::SparseRows& s = *in.x.sparse;
  const std::size_t bias = in.width() - 1;
  const auto row_of = [&](std::size_t i) { return block.m + static_cast<std::int64_t>(i) * block.stride; };
  for (std::size_t r = 0; r < s.rows(); ++r) {
    if (r % 4096 == 0) stop.check();
    const double h = curvature(r, block.k, block.l);
    for (std::size_t a = s.starts[r]; a < s.starts[r + 1]; ++a) {
      const double v = h * s.value(a) * in.factor[s.columns[a]];
      double* to = row_of(s.columns[a]);
      for (std::size_t b = s.starts[r]; b <= a; ++b) to[s.columns[b]] += v * s.value(b) * in.factor[s.columns[b]];
      row_of(bias)[s.columns[a]] += v;
    }
    row_of(bias)[bias] += h;
  }
  const double sum = row_of(bias)[bias];
  std::vector<double> at(bias);
  for (std::size_t i = 0; i < bias; ++i) at[i] = (in.mean[i] + (s.shift.empty() ? 0 : s.shift[i])) * in.factor[i];
  for (std::size_t i = 0; i < bias; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      row_of(i)[j] += at[i] * at[j] * sum - at[i] * row_of(bias)[j] - row_of(bias)[i] * at[j];
  for (std::size_t i = 0; i < bias; ++i) row_of(bias)[i] -= at[i] * sum;
}

bool lies_near(const PlacedInputs& in) {
  const std::vector<double>& shift = in.x.sparse->shift;
  for (std::size_t i = 0; i < in.mean.size(); ++i)
    if (std::abs((in.mean[i] + (shift.empty() ? 0 : shift[i])) * in.factor[i]) > farthest_mean) return false;
  return true;
}

}  // namespace

PlacedInputs PlacedInputs::of(Pool& pool, const LinearInputs& x) {
  InputMoments moments = input_moments(pool, x, 0);
  PlacedInputs in{.x = x, .mean = std::move(moments.mean), .factor = std::move(moments.deviation)};
  for (double& f : in.factor) f = std::isfinite(1 / f) ? 1 / f : 0;
  return in;
}

bool has_curvature(std::string_view loss) {
  return loss == nn::SquaredError::card.name || loss == nn::BinaryCrossEntropy::card.name ||
         loss == nn::SoftmaxCrossEntropy::card.name || loss == nn::PoissonLoss::card.name;
}

std::vector<double> fitted_values(Pool& pool, const LinearInputs& x, const Head& head, std::span<const double> w) {
  const std::size_t width = head.outputs, rows = static_cast<std::size_t>(x.rows);
  std::vector<double> y(rows * width);
  linear_outputs(pool, x, 0, w, y, static_cast<std::int64_t>(width));
  const nn::Link link = head.traits().link;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::span<double> row(y.data() + r * width, width);
    if (link == nn::Link::sigmoid) row[0] = 1 / (1 + elementary::exp(-row[0]));
    if (link == nn::Link::exponential) row[0] = elementary::exp(row[0]);
    if (link != nn::Link::softmax) continue;
    const double largest = *std::ranges::max_element(row);
    double sum = 0;
    for (double& v : row) sum += v = elementary::exp(v - largest);
    for (double& v : row) v /= sum;
  }
  return y;
}

RowCurvature curvature(const Head& head, std::span<const double> y) {
  const std::size_t width = head.outputs;
  switch (head.traits().link) {
    case nn::Link::sigmoid:
      return [y](std::size_t r, std::size_t, std::size_t) { return y[r] * (1 - y[r]); };
    case nn::Link::exponential:
      return [y](std::size_t r, std::size_t, std::size_t) { return y[r]; };
    case nn::Link::softmax:
      return [y, width](std::size_t r, std::size_t k, std::size_t l) {
        const double p = y[r * width + k];
        return k == l ? p * (1 - p) : -p * y[r * width + l];
      };
    case nn::Link::identity:
    case nn::Link::sign:
      break;
  }
  return [](std::size_t, std::size_t, std::size_t) { return 2.0; };
}

double information_cost(const LinearInputs& x, std::size_t outputs) {
  const auto k = static_cast<double>(outputs);
  return k * (k + 1) / 2 * kernels::moments_cost(x.sparse, x.rows, x.columns);
}

std::vector<double> information(Pool& pool, const PlacedInputs& inputs, std::size_t outputs,
                                const RowCurvature& curvature, const Stop& stop) {
  const auto width = static_cast<std::int64_t>(inputs.width());
  const std::size_t p = outputs * inputs.width();
  std::vector<double> m(p * p);
  const std::vector<Block> blocks = blocks_of(m, outputs, inputs.width());
  if (inputs.x.sparse && lies_near(inputs)) {
    pool.run(static_cast<std::int64_t>(blocks.size()),
             [&](std::int64_t b) { add_sparse(inputs, blocks[static_cast<std::size_t>(b)], curvature, stop); });
  } else {
    const std::int64_t bands = (width + band - 1) / band;
    pool.run(static_cast<std::int64_t>(blocks.size()) * bands, [&](std::int64_t task) {
      const std::int64_t from = task % bands * band;
      add_band(inputs, blocks[static_cast<std::size_t>(task / bands)], from, std::min(from + band, width), curvature,
               stop);
    });
  }
  for (const Block& b : blocks)
    for (std::int64_t i = 0; b.k != b.l && i < width; ++i)
      for (std::int64_t j = 0; j < i; ++j) b.m[j * b.stride + i] = b.m[i * b.stride + j];
  return m;
}

}  // namespace talweg::models
