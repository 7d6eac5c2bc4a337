#pragma once
#include <vector>

#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/model.hpp"
#include "talweg/models/targets.hpp"
#include "talweg/train/metrics/metrics.hpp"

namespace talweg::train {

/// Rows as a model takes them.
template <class T> struct Examples {
  std::size_t rows = 0, inputs = 0;
  AlignedVector<T> x;                 ///< (rows, inputs), or empty when the rows are sparse
  data::SparseRows sparse;            ///< (rows, inputs), in place of x
  models::EncodedTargets<T> targets;  ///< (rows)
  std::vector<double> truth;          ///< (rows), in the target's unit, or class indices
  std::vector<double> weights;        ///< (rows) what each counts in figures; empty: as much as any
  std::vector<double> loss_weights;   ///< (rows) in the loss: by row and by class; empty: as in figures
  bool is_sparse() const { return sparse.rows() > 0; }

  /// All rows as a model takes them, and what it should make of them. Sparse ones must not be shifted.
  models::Inputs<T> all() const {
    if (is_sparse()) return models::Inputs<T>(sparse);
    return View<const T>(x.data(), {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(inputs)});
  }
  /// The targets of the first `count` rows.
  nn::Targets<T> wanted(std::size_t count) const { return models::rows_of(targets, 0, count); }
  /// f(i, v) for each input i of a row that is told: all of a dense one.
  template <class F> void each_cell(std::size_t row, const F& f) const {
    if (is_sparse())
      for (std::size_t k = sparse.starts[row]; k < sparse.starts[row + 1]; ++k) f(sparse.columns[k], sparse.value(k));
    else
      for (std::size_t i = 0; i < inputs; ++i) f(i, static_cast<double>(x[row * inputs + i]));
  }
  /// Takes the inputs and targets of the listed rows of `from`: what a step needs. Keeps the memory that it has.
  void gather(const Examples& from, std::span<const std::uint32_t> which);
  /// Takes what figures need of them as well: truth and weights.
  void gather_figures(const Examples& from, std::span<const std::uint32_t> which);
  RowWeights row_weights() const { return {weights, loss_weights}; }
  /// What losses divide by to be means over the weights: the objective divides by the rows.
  double mean_loss_weight() const;
};

/// Raw outputs (rows, outputs) of a model, and the figures of these rows; empty without rows. Throws Stopped.
template <class T> std::vector<double> outputs_of(models::Model<T>& model, const Examples<T>& examples, Pool& pool);
template <class T>
Metrics measure(models::Model<T>& model, const Examples<T>& examples, Pool& pool, const Stop& stop = {});

}  // namespace talweg::train
