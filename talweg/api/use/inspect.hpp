#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "talweg/api/train/train_inspection.hpp"
#include "talweg/api/use/request.hpp"
#include "talweg/models/saved_model.hpp"
#include "talweg/models/sparse_linear.hpp"
#include "talweg/report/table.hpp"

/// What is inside a model file: what `talweg inspect` does, without the printing.
namespace talweg::api {

struct Intercept {
  std::string label;  ///< of the class; empty where there is one output
  double value = 0;
  std::vector<report::Cell> doubts = {};  ///< beside InspectReport::doubts
};

struct InspectReport {
  /// What the model is, in the order shown: model, loss, optimizer, status, …
  std::vector<std::pair<std::string, report::Cell>> facts = {};
  /// Models without hidden layer: their largest coefficients, by name; networks: their layers with shapes and norms;
  /// factorisations: their largest biases.
  report::Table table = {};
  std::string title = {};                  ///< of the table
  std::vector<Intercept> intercepts = {};  ///< of models without hidden layer
  std::vector<std::string> doubts = {};    ///< the last columns of the table: standard_error, z or t, p, low, high, …
  std::vector<std::string> undetermined = {};  ///< columns, or "intercept", whose errors the rows do not determine
  std::int64_t left_out = 0;                   ///< coefficients that are not among the `top`
  /// Of networks and linear models, what a drawing shows: names and shapes of the parameters, and their values where
  /// the model is trained.
  std::string model = {}, activation = {};  ///< its spec, and the activation of its hidden layers
  std::vector<InspectedTensor> tensors = {};
  std::vector<std::string> features = {}, classes = {};
};

/// Of a model file of any kind, or of a spec with its inputs and outputs. Throws Error for what is neither.
InspectReport inspect(const InspectRequest& request);
/// Of a model file; `top` is how many coefficients are listed.
inline InspectReport inspect(const std::string& path, std::int64_t top) {
  return inspect(InspectRequest{.model = path, .top = top, .inputs = {}, .outputs = {}});
}
InspectReport inspect(const models::SavedModel& model, std::int64_t top);

/// The largest weights of a sparse model by name: feature, class where there are several outputs, weight. `left_out`
/// counts those that are not zero and not among the `top`.
report::Table largest_weights(const models::SparseLinear& model, std::int64_t top, std::int64_t& left_out);

}  // namespace talweg::api
