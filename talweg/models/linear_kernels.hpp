#pragma once
#include <cstdint>
#include <span>

#include "talweg/data/sparse_rows.hpp"

/// The loops over rows of the models without hidden layer. w (columns, outputs) and gradient likewise, row-major.
namespace talweg::models::kernels {

/// y (rows, outputs) = x·w + bias, for dense x (rows, columns), and for rows begin … end of sparse x without its shift.
void dense_scores(const double* x, std::int64_t rows, std::int64_t columns, const double* w, const double* bias,
                  std::int64_t outputs, double* y);
void sparse_scores(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const double* w, const double* bias,
                   std::int64_t outputs, double* y);

/// gradient += xᵀ·slopes, slopes (rows, outputs).
void add_dense_gradient(const double* x, std::int64_t rows, std::int64_t columns, const double* slopes,
                        std::int64_t outputs, double* gradient);
void add_sparse_gradient(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const double* slopes,
                         std::int64_t outputs, double* gradient);
/// gradient (outputs) += the sum of the rows of slopes.
void add_bias_gradient(const double* slopes, std::int64_t rows, std::int64_t outputs, double* gradient);

/// to (n) += from.
void add(std::int64_t n, const double* from, double* to);

/// Beyond so many inputs, the bias included, their second moments are not worth their memory.
inline constexpr std::int64_t most_full_moments = 512;
/// Multiplications for all of them; `x` is null for dense rows.
double moments_cost(const data::SparseRows* x, std::int64_t rows, std::int64_t columns);
/// Mean and deviation of each column (columns), of sparse rows without their shift.
void column_moments(const data::SparseRows* sparse, const double* dense, std::int64_t rows, std::int64_t columns,
                    std::span<double> mean, std::span<double> deviation);

/// Where the columns are put: (x − mean)·factor.
struct Placement {
  const double *mean, *factor;  ///< (columns)
};
/// Rows that are placed at once.
inline constexpr std::int64_t moments_block = 256;
/// The lower triangle of m (columns, columns) += Σ zᵀz over the rows z as placed.
void dense_moments(const double* x, std::int64_t rows, std::int64_t columns, const Placement& placement, double* m);
/// The same for sparse rows, which are written out block by block.
void scattered_moments(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const Placement& placement,
                       double* m);
/// The same for sparse rows that are scaled only: nothing is written out.
void sparse_moments(const data::SparseRows& x, std::int64_t begin, std::int64_t end, const double* factor, double* m);

}  // namespace talweg::models::kernels
