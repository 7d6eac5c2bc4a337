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
};

/// Raw outputs (rows, outputs) of a model, and the figures of these rows; empty without rows. Throws Stopped.
template <class T> std::vector<double> outputs_of(models::Model<T>& model, const Examples<T>& examples, Pool& pool);
template <class T>
Metrics measure(models::Model<T>& model, const Examples<T>& examples, Pool& pool, const Stop& stop = {});

}  // namespace talweg::train
