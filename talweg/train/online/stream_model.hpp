#pragma once
#include <string>

#include "talweg/models/sparse_linear.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::train::online {

/// A sparse model as a file: what it is, and what made it.
struct StreamModel final : models::SavedModel {
  models::SparseLinear model;
  TrainingRecord record;

  StreamModel() = default;
  StreamModel(models::SparseLinear m, TrainingRecord r) : model(std::move(m)), record(std::move(r)) {}

  std::string_view kind() const override { return "sparse model"; }
  std::string text() const override { return model.spec.text(); }
  std::vector<std::string> inputs() const override;
  const data::Target* target() const override { return &model.target; }
  const models::Head* output_head() const override { return &model.head; }
  bool single() const override { return model.single; }
  std::vector<models::Fact> describe() const override;
  models::PredictedRows predict(const models::RowsToPredict& rows,
                                const std::function<void(const models::Predictions&)>& take) const override;
  Archive archive() const override;

  /// Throws Error naming the file and the entry for anything missing, damaged, unknown or not fitting.
  static StreamModel load(const std::string& path);
  static StreamModel from(const Archive& archive);
  /// Whether an archive holds one.
  static bool is(const Archive& archive);
};

/// How the rows of another file are read for a model. `target` names the target's column where it is called otherwise,
/// `weights` that with what each row counts.
data::stream::RowOptions rows_for(const models::SparseLinear& model, const data::Input& file, const std::string& target,
                                  data::stream::BlockReader& reader, bool needs_label, const std::string& weights = "");

}  // namespace talweg::train::online
