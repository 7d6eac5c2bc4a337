#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/models/head.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/models/saved_model.hpp"
#include "talweg/nn/parameters.hpp"
#include "talweg/parallel/pool.hpp"
#include "talweg/train/inference.hpp"

namespace talweg::train {

enum class Precision { float32, float64 };

/// What ran, for reports and for whoever opens the file later.
struct TrainingRecord {
  std::string optimizer, schedule, clip;
  std::vector<std::string> groups;
  std::int64_t seed = 0, batch_size = 0, epochs = 0, steps = 0, examples = 0;
  std::string status;
  std::string kernel;  ///< what multiplied matrices: `matmul_kernel`; empty where the file is older than that
  bool operator==(const TrainingRecord&) const = default;
};

void save_record(const TrainingRecord& record, Archive& archive);
/// What a model says of its training and of its target, where there is something to say.
void describe(const TrainingRecord& record, std::vector<models::Fact>& facts);
void describe(const data::Target& target, std::vector<models::Fact>& facts);
TrainingRecord load_record(const Archive& archive);
/// An entry of floats or doubles, as the entry 'precision' says.
std::vector<double> load_numbers(const Archive& archive, std::string_view name, Precision precision);

/// What is done with the outputs (rows of the piece, head.outputs) of the rows from `from` on.
using TakeOutputs = std::function<void(std::size_t from, std::span<const double> outputs)>;

/// All that predicting on raw rows needs, as one file: how rows become inputs, the network, what its outputs mean.
struct TrainedModel final : models::SavedModel {
  data::Preprocess preprocess;
  models::ModelSpec spec;
  models::Head head;
  Precision precision = Precision::float32;
  std::vector<nn::Parameter> layout;
  std::vector<double> parameters;  ///< in the order of `layout`; floats are kept exactly
  TrainingRecord record;
  Inference inference = {};  ///< of a model without hidden layer

  /// What its predictions are computed with: the portable code where it was trained with that.
  Kernels kernels() const { return record.kernel == "built-in" ? Kernels::portable : Kernels::fastest; }

  std::string_view kind() const override { return "model"; }
  std::string text() const override { return spec.text(); }
  std::vector<std::string> inputs() const override;
  const data::Target* target() const override { return &preprocess.target; }
  const models::Head* output_head() const override { return &head; }
  bool single() const override { return precision == Precision::float32; }
  std::vector<models::Fact> describe() const override;
  models::PredictedRows predict(const models::RowsToPredict& rows,
                                const std::function<void(const models::Predictions&)>& take) const override;
  Archive archive() const override;

  /// Throws Error naming the file and the entry for anything missing, damaged, unknown or not fitting.
  static TrainedModel load(const std::string& path);

  static TrainedModel from(const Archive& archive);

  /// Raw outputs of every row of a table, a piece of rows at a time and in their order: with many classes all of them
  /// may not fit into memory. What was odd about the rows is added to `notes`.
  void each_piece(const data::Table& table, Pool& pool, std::vector<std::string>& notes, const TakeOutputs& take) const;
  /// The same, all at once: (rows, head.outputs).
  std::vector<double> outputs(const data::Table& table, Pool& pool, std::vector<std::string>& notes) const;
};

/// Reads a file for a model: kinds of columns and what cells mean as in training, where the file's own reading says
/// nothing else. `with_target` reads the target's column as well.
data::Table read_for(const TrainedModel& model, const data::Input& file, bool with_target,
                     const std::string& weights = "");

}  // namespace talweg::train
