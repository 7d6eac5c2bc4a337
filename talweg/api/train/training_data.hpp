#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "talweg/api/train/request.hpp"
#include "talweg/data/table.hpp"
#include "talweg/data/target.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::api {

/// What was read and understood of a file, before it is decided which of its rows train.
struct TrainingData {
  data::Table table;
  data::Target target;
  std::string loss;
  std::optional<train::TrainedModel> from;  ///< whose parameters the run begins with
  std::vector<double> truth;                ///< (rows)
  std::vector<double> weights;              ///< (rows); empty: 1

  /// The class of each row, for splits; empty for numbers.
  std::span<const double> classes() const {
    return target.task == data::Task::regression ? std::span<const double>() : std::span(truth);
  }
};

/// Which rows of the table a run may learn from, validation rows included, and which it is measured by at its end.
struct RunRows {
  std::vector<std::uint32_t> train, test;
};

/// Rows that are measured, out of the table of training or of a file of their own.
struct MeasuredRows {
  std::vector<std::uint32_t> rows;    ///< of the table, in rising order
  std::unique_ptr<data::Table> file;  ///< in place of them
  std::vector<double> weights;        ///< (rows of the file); empty: 1

  std::size_t size() const { return file ? file->rows : rows.size(); }
};

/// Throws Error for bad input.
std::shared_ptr<const TrainingData> read_training_data(const TrainRequest& request);
/// All rows, and those that the request holds back for the end. Throws Error for a share of no row.
RunRows rows_of_run(const TrainRequest& request, const TrainingData& data);
/// The columns that are no inputs, by one option or another.
std::vector<std::string> no_inputs(const TrainRequest& request);

}  // namespace talweg::api
