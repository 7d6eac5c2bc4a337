#include "talweg/models/linear_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "talweg/data/safe_scale.hpp"
#include "talweg/simd/clones.hpp"
#include "talweg/tensor/product.hpp"

namespace talweg::models::kernels {

namespace {

constexpr std::int64_t lanes = 8;

/// x·w in eight sums side by side, an order that does not depend on the instruction set.
inline double dot(std::int64_t n, const double* x, const double* w) {
  double sums[lanes] = {};
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::int64_t l = 0; l < lanes; ++l) sums[l] += x[i + l] * w[i + l];
  for (std::int64_t l = 0; i < n; ++i, ++l) sums[l] += x[i] * w[i];
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

TALWEG_CLONES double sum(std::int64_t n, const double* x) {
  double sums[lanes] = {};
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::int64_t l = 0; l < lanes; ++l) sums[l] += x[i + l];
  for (std::int64_t l = 0; i < n; ++i, ++l) sums[l] += x[i];
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

TALWEG_CLONES void dots(std::int64_t rows, std::int64_t columns, const double* x, const double* w, double bias,
                        double* y) {
  for (std::int64_t r = 0; r < rows; ++r) y[r] = bias + dot(columns, x + r * columns, w);
}

/// Four rows at a time: a quarter of the traffic to the gradient.
TALWEG_CLONES void add_rows(std::int64_t rows, std::int64_t columns, const double* x, const double* s, double* g) {
  std::int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const double *a = x + r * columns, *b = a + columns, *c = b + columns, *d = c + columns;
    for (std::int64_t j = 0; j < columns; ++j)
      g[j] += (s[r] * a[j] + s[r + 1] * b[j]) + (s[r + 2] * c[j] + s[r + 3] * d[j]);
  }
  for (; r < rows; ++r)
    for (std::int64_t j = 0; j < columns; ++j) g[j] += s[r] * x[r * columns + j];
}

template <bool ones>
void scores_of_one(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const double* w, double bias,
                   double* y) {
  const std::uint32_t* column = x.columns.data();
  const double* value = x.values.data();
  for (std::int64_t r = begin; r < end; ++r) {
    const std::size_t last = x.starts[static_cast<std::size_t>(r) + 1];
    std::size_t k = x.starts[static_cast<std::size_t>(r)];
    double even = bias, odd = 0;
    for (; k + 2 <= last; k += 2) {
      even += ones ? w[column[k]] : value[k] * w[column[k]];
      odd += ones ? w[column[k + 1]] : value[k + 1] * w[column[k + 1]];
    }
    if (k < last) even += ones ? w[column[k]] : value[k] * w[column[k]];
    y[r - begin] = even + odd;
  }
}

template <bool ones>
void add_gradient_of_one(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const double* slopes,
                         double* g) {
  const std::uint32_t* column = x.columns.data();
  const double* value = x.values.data();
  for (std::int64_t r = begin; r < end; ++r) {
    const double s = slopes[r - begin];
    const std::size_t last = x.starts[static_cast<std::size_t>(r) + 1];
    for (std::size_t k = x.starts[static_cast<std::size_t>(r)]; k < last; ++k) g[column[k]] += ones ? s : s * value[k];
  }
}

}  // namespace

void dense_scores(const double* x, std::int64_t rows, std::int64_t columns, const double* w, const double* bias,
                  std::int64_t outputs, double* y) {
  if (outputs == 1) return dots(rows, columns, x, w, bias[0], y);
  for (std::int64_t r = 0; r < rows; ++r) std::copy_n(bias, outputs, y + r * outputs);
  talweg::detail::product(rows, outputs, columns, {x, columns, 1}, {w, outputs, 1}, y, outputs, true);
}

void add_dense_gradient(const double* x, std::int64_t rows, std::int64_t columns, const double* slopes,
                        std::int64_t outputs, double* gradient) {
  if (outputs == 1) return add_rows(rows, columns, x, slopes, gradient);
  talweg::detail::product(columns, outputs, rows, {x, 1, columns}, {slopes, outputs, 1}, gradient, outputs, true);
}

void sparse_scores(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const double* w, const double* bias,
                   std::int64_t outputs, double* y) {
  if (outputs == 1)
    return x.values.empty() ? scores_of_one<true>(x, begin, end, w, bias[0], y)
                            : scores_of_one<false>(x, begin, end, w, bias[0], y);
  for (std::int64_t r = begin; r < end; ++r) {
    double* out = y + (r - begin) * outputs;
    std::copy_n(bias, outputs, out);
    for (std::size_t k = x.starts[static_cast<std::size_t>(r)]; k < x.starts[static_cast<std::size_t>(r) + 1]; ++k) {
      const double v = x.value(k);
      const double* row = w + x.columns[k] * outputs;
      for (std::int64_t j = 0; j < outputs; ++j) out[j] += v * row[j];
    }
  }
}

void add_sparse_gradient(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const double* slopes,
                         std::int64_t outputs, double* gradient) {
  if (outputs == 1)
    return x.values.empty() ? add_gradient_of_one<true>(x, begin, end, slopes, gradient)
                            : add_gradient_of_one<false>(x, begin, end, slopes, gradient);
  for (std::int64_t r = begin; r < end; ++r) {
    const double* s = slopes + (r - begin) * outputs;
    for (std::size_t k = x.starts[static_cast<std::size_t>(r)]; k < x.starts[static_cast<std::size_t>(r) + 1]; ++k) {
      const double v = x.value(k);
      double* row = gradient + x.columns[k] * outputs;
      for (std::int64_t j = 0; j < outputs; ++j) row[j] += v * s[j];
    }
  }
}

void add_bias_gradient(const double* slopes, std::int64_t rows, std::int64_t outputs, double* gradient) {
  if (outputs == 1) {
    gradient[0] += sum(rows, slopes);
    return;
  }
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t j = 0; j < outputs; ++j) gradient[j] += slopes[r * outputs + j];
}

void add(std::int64_t n, const double* from, double* to) {
  for (std::int64_t i = 0; i < n; ++i) to[i] += from[i];
}

double moments_cost(const data::SparseRows* x, std::int64_t rows, std::int64_t columns) {
  const auto n = static_cast<double>(columns + 1);
  if (x == nullptr) return static_cast<double>(rows) * n * n / 8;  // the product kernel makes about eight at once
  double cost = 0;
  for (std::size_t r = 0; r < x->rows(); ++r) {
    const auto cells = static_cast<double>(x->starts[r + 1] - x->starts[r]) + 1;
    cost += cells * cells / 2;
  }
  return cost;
}

namespace {

/// f(c, v) for every stored cell of column c.
template <class F>
void for_cells(const data::SparseRows* sparse, const double* dense, std::int64_t rows, std::int64_t columns, F&& f) {
  if (sparse) {
    for (std::size_t k = 0; k < sparse->nonzeros(); ++k)
      f(static_cast<std::size_t>(sparse->columns[k]), sparse->value(k));
  } else {
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c) f(static_cast<std::size_t>(c), dense[r * columns + c]);
  }
}

}  // namespace

// Two passes and a correction: a mean of 1e9 beside a deviation of 1 would not survive E x² − (E x)².
void column_moments(const data::SparseRows* sparse, const double* dense, std::int64_t rows, std::int64_t columns,
                    std::span<double> mean, std::span<double> deviation) {
  const auto n = static_cast<double>(rows);
  const auto width = static_cast<std::size_t>(columns);
  const auto each = [&](auto&& f) { for_cells(sparse, dense, rows, columns, f); };
  std::fill(mean.begin(), mean.end(), 0.0);
  std::vector<double> absent(width, sparse ? n : 0.0), largest(width), rest(width);  // absent: cells that are 0
  each([&](std::size_t c, double v) { mean[c] += v * (1 / n); });
  if (sparse) each([&](std::size_t c, double) { absent[c] -= 1; });
  for (std::size_t c = 0; c < width; ++c)
    if (absent[c] > 0) largest[c] = std::abs(mean[c]), rest[c] = -mean[c] * (absent[c] / n);
  each([&](std::size_t c, double v) {
    largest[c] = std::max(largest[c], std::abs(v - mean[c]));
    rest[c] += (v - mean[c]) * (1 / n);
  });
  std::vector<double> scale(width);
  for (std::size_t c = 0; c < width; ++c) {
    mean[c] += rest[c];
    scale[c] = data::safe_scale(largest[c]);
    const double d = mean[c] * scale[c];
    deviation[c] = absent[c] / n * (d * d);
  }
  each([&](std::size_t c, double v) {
    const double d = (v - mean[c]) * scale[c];
    deviation[c] += d * d * (1 / n);
  });
  for (std::size_t c = 0; c < width; ++c) {
    deviation[c] = std::sqrt(deviation[c]) / scale[c];
    if (deviation[c] <= std::numeric_limits<double>::epsilon() * std::abs(mean[c])) deviation[c] = 0;  // rounding
  }
}

void dense_moments(const double* x, std::int64_t rows, std::int64_t columns, const Placement& p, double* m) {
  std::vector<double> placed(static_cast<std::size_t>(moments_block * columns));
  for (std::int64_t r = 0; r < rows; r += moments_block) {
    const std::int64_t count = std::min(moments_block, rows - r);
    const double* from = x + r * columns;
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t c = 0; c < columns; ++c)
        placed[static_cast<std::size_t>(i * columns + c)] = (from[i * columns + c] - p.mean[c]) * p.factor[c];
    talweg::detail::product(columns, columns, count, {placed.data(), 1, columns}, {placed.data(), columns, 1}, m,
                            columns, true);
  }
}

void sparse_moments(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const double* factor, double* m) {
  const auto columns = static_cast<std::int64_t>(x.width);
  for (std::int64_t r = begin; r < end; ++r) {
    const std::size_t from = x.starts[static_cast<std::size_t>(r)], to = x.starts[static_cast<std::size_t>(r) + 1];
    for (std::size_t a = from; a < to; ++a) {
      const double v = x.value(a) * factor[x.columns[a]];
      double* row = m + x.columns[a] * columns;
      for (std::size_t b = from; b <= a; ++b) row[x.columns[b]] += v * x.value(b) * factor[x.columns[b]];
    }
  }
}

void scattered_moments(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const Placement& p, double* m) {
  const auto columns = static_cast<std::int64_t>(x.width);
  std::vector<double> rows;
  for (std::int64_t r = begin; r < end; r += moments_block) {
    const std::int64_t count = std::min(moments_block, end - r);
    rows.assign(static_cast<std::size_t>(count * columns), 0.0);
    for (std::int64_t i = 0; i < count; ++i)
      for (std::size_t k = x.starts[static_cast<std::size_t>(r + i)]; k < x.starts[static_cast<std::size_t>(r + i) + 1];
           ++k)
        rows[static_cast<std::size_t>(i * columns) + x.columns[k]] = x.value(k);
    dense_moments(rows.data(), count, columns, p, m);
  }
}

}  // namespace talweg::models::kernels
