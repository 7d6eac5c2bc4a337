#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/api/train/full_batch.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/data/split.hpp"
#include "talweg/data/table.hpp"
#include "talweg/models/model.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::api {

/// The tables of a run and what was understood of them.
struct Prepared {
  data::Table table;
  std::unique_ptr<data::Table> validation_file;
  data::Target target;
  std::vector<double> truth;  ///< of `table`
  data::Split split;
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

/// Reads, and decides everything that the request leaves open. Throws Error for wrong use and bad input.
Prepared prepare(const TrainRequest& request);

/// How long to train was left to us, or a metric was named: the validation rows decide which epoch is kept.
inline bool keeps_best(const TrainRequest& request, const Prepared& p) {
  return p.full_batch ? p.full_batch->keep_best : !request.epochs || !request.select.empty();
}

}  // namespace talweg::api
