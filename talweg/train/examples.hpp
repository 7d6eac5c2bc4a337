#pragma once
#include <vector>

#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/model.hpp"
#include "talweg/train/metrics.hpp"

namespace talweg::train {

/// Rows as a model takes them.
template <class T> struct Examples {
  std::size_t rows = 0, inputs = 0;
  AlignedVector<T> x;                 ///< (rows, inputs), or empty when the rows are sparse
  data::SparseRows sparse;            ///< (rows, inputs), in place of x
  models::EncodedTargets<T> targets;  ///< (rows)
  std::vector<double> truth;          ///< (rows), in the target's unit, or class indices
  bool is_sparse() const { return sparse.rows() > 0; }

  /// All rows as a model takes them, and what it should make of them. Sparse ones must not be shifted.
  models::Inputs<T> all() const {
    if (is_sparse()) return models::Inputs<T>(sparse);
    return View<const T>(x.data(), {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(inputs)});
  }
  /// The targets of the first `count` rows.
  nn::Targets<T> wanted(std::size_t count) const {
    nn::Targets<T> out;
    if (targets.classes.empty())
      out.values = View<const T>(targets.values.data(), {static_cast<std::int64_t>(count), 1});
    else
      out.classes = std::span(targets.classes).first(count);
    return out;
  }
  /// f(i, v) for each input i of a row that is told: all of a dense one.
  template <class F> void each_cell(std::size_t row, const F& f) const {
    if (is_sparse())
      for (std::size_t k = sparse.starts[row]; k < sparse.starts[row + 1]; ++k) f(sparse.columns[k], sparse.value(k));
    else
      for (std::size_t i = 0; i < inputs; ++i) f(i, static_cast<double>(x[row * inputs + i]));
  }
  /// Takes the listed rows of `from`, without their truth; keeps the memory that it has.
  void gather(const Examples& from, std::span<const std::uint32_t> which);
};

/// Raw outputs (rows, outputs) of a model, and the figures of these rows; empty without rows. Throws Stopped.
template <class T> std::vector<double> outputs_of(models::Model<T>& model, const Examples<T>& examples, Pool& pool);
template <class T>
Metrics measure(models::Model<T>& model, const Examples<T>& examples, Pool& pool, const Stop& stop = {});

}  // namespace talweg::train
