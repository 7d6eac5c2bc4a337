#pragma once
#include <cstdint>
#include <vector>

#include "talweg/data/preprocess.hpp"
#include "talweg/interchange/onnx/graph.hpp"

namespace talweg::interchange::onnx {

/// Declares the inputs of a graph for a table and encodes them as Preprocess::encode does: (batch, inputs). An input
/// for each column, called like it, (batch, 1): doubles, NaN where a number is missing, or texts, empty where one is
/// missing. Images have one input for all, `pixels` (batch, columns of the file). `single`: the model takes floats.
Value encoded_table(Graph& graph, const data::Preprocess& preprocess, bool single);

/// A sum over the features of libsvm rows.
struct IndexedSum {
  std::vector<std::int64_t> indices;  ///< as they stand in the file; those that weigh nothing may be left out
  std::vector<double> weights;        ///< (indices, outputs)
  std::vector<double> constant;       ///< (outputs)
  bool single = false;                ///< values are rounded to floats first
};

/// Declares the inputs `indices` and `values` (batch, entries) and gives Σ value·weight + constant, (batch, outputs):
/// entries of an unknown index weigh nothing, and those with the value 0 fill up short rows.
Value indexed_sum(Graph& graph, const IndexedSum& sum);

}  // namespace talweg::interchange::onnx
