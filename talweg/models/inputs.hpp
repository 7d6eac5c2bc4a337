#pragma once
#include <cstdint>

#include "talweg/data/sparse_rows.hpp"
#include "talweg/nn/ops/dense.hpp"
#include "talweg/tensor/tensor.hpp"

namespace talweg::models {

/// Rows as a model takes them: dense, or the cells that are not 0. The memory is the caller's.
template <class T> class Inputs {
 public:
  Inputs(View<const T> rows) : dense_(rows), rows_(rows.rows()), columns_(rows.columns()) {}
  /// All of `x`, which is not shifted.
  explicit Inputs(const data::SparseRows& x)
      : sparse_{static_cast<std::int64_t>(x.rows()), static_cast<std::int64_t>(x.width), x.starts.data(),
                x.columns.data(), x.values.empty() ? nullptr : x.values.data()},
        rows_(sparse_.rows),
        columns_(sparse_.columns) {}

  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  Inputs row_range(std::int64_t first, std::int64_t count) const {
    return is_sparse() ? Inputs(sparse_.row_range(first, count)) : Inputs(dense_.row_range(first, count));
  }
  /// f(View<const T>) or f(const nn::SparseInput&), which lives as long as this.
  template <class F> auto visit(const F& f) const { return is_sparse() ? f(sparse_) : f(dense_); }

 private:
  explicit Inputs(const nn::SparseInput& x) : sparse_(x), rows_(x.rows), columns_(x.columns) {}
  bool is_sparse() const { return sparse_.starts != nullptr; }

  View<const T> dense_;
  nn::SparseInput sparse_;
  std::int64_t rows_, columns_;
};

}  // namespace talweg::models
