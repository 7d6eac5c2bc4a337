#pragma once
#include "talweg/models/linear_objective.hpp"
#include "talweg/train/examples.hpp"

namespace talweg::train {

/// The rows of a model without hidden layer, dense or sparse; the memory stays theirs.
inline models::LinearInputs linear_inputs(const Examples<double>& e) {
  if (e.is_sparse()) return models::LinearInputs::of(e.sparse);
  return {static_cast<std::int64_t>(e.rows), static_cast<std::int64_t>(e.inputs), e.x.data(), nullptr};
}

/// Figures of a model, whose outputs for dense rows are those of `predict`; empty without rows. Throws Stopped.
Metrics measure_rows(models::Model<double>& model, const Examples<double>& rows, Pool& pool, const Stop& stop);

}  // namespace talweg::train
