#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/api/train/full_batch.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/train/training_data.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/models/model.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::api {

/// The tables of a run and what was understood of them.
struct Prepared {
  std::shared_ptr<const TrainingData> data;
  std::vector<std::uint32_t> train;  ///< rows of the table, in rising order
  MeasuredRows validation, test;
  std::vector<double> class_weights;  ///< (classes) beside those of rows in the loss; empty: 1
  data::Preprocess preprocess;
  std::string loss;
  models::ModelSpec spec;
  FirstOrder method = Adam{};
  Schedule schedule;                          ///< of the method, before it knows the length of the run
  std::optional<FullBatchChoice> full_batch;  ///< a deterministic method, in place of `method`
  models::Head head;
  std::vector<double> start;  ///< parameters of the network to begin with; empty: its own
  bool online = false;
  bool calibrates = false;  ///< the rows that were held back by default say how sure the model may be
  TrainPlan plan;
};

/// Decides everything that the request leaves open. Throws Error for wrong use and bad input.
Prepared prepare(const TrainRequest& request, std::shared_ptr<const TrainingData> data, RunRows rows);
/// The same of what it reads, and all rows but those held back for the end.
Prepared prepare(const TrainRequest& request);

/// By which figure rows are judged; empty: the usual one. With weights of the classes it is the loss, which has them as
/// no other figure does.
inline std::string judging_metric(const TrainRequest& request) {
  return request.select.empty() && !request.class_weight.empty() ? "loss" : request.select;
}

/// How long to train was left to us, or a metric was named: the validation rows decide which epoch is kept.
inline bool keeps_best(const TrainRequest& request, const Prepared& p) {
  return p.full_batch ? p.full_batch->keep_best : !request.epochs || !request.select.empty();
}

}  // namespace talweg::api
