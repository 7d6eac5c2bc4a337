#pragma once
#include "talweg/data/target.hpp"
#include "talweg/interchange/onnx/graph.hpp"
#include "talweg/models/head.hpp"

namespace talweg::interchange::onnx {

/// Ends a graph with what outputs z (batch, head.outputs) mean: `prediction` (batch) in the unit of the target; of
/// classes `label` (batch), and `probabilities` (batch, classes), or `score` (batch) where the loss has none.
void put_outputs(Graph& graph, const models::Head& head, const data::Target& target, const Value& z);

}  // namespace talweg::interchange::onnx
