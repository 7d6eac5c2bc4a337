#pragma once
#include <cstdint>

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
/// The lower triangle of m (columns + 1)² += Σ (x, 1)ᵀ(x, 1).
void dense_moments(const double* x, std::int64_t rows, std::int64_t columns, double* m);
/// The same for sparse rows without their shift; n = columns + 1.
void sparse_moments(const data::SparseRows& x, std::int64_t begin, std::int64_t end, std::int64_t n, double* m);
/// From sums to means over `rows`, with the shift of sparse rows, both triangles filled.
void finish_moments(const data::SparseRows* x, double rows, std::int64_t n, double* m);
/// diagonal (columns + 1) of the same means, and the means of the inputs (columns).
void diagonal_moments(const data::SparseRows* sparse, const double* dense, std::int64_t rows, std::int64_t columns,
                      double* diagonal, double* mean);

}  // namespace talweg::models::kernels
