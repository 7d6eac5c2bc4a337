#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "talweg/train/batches/batches.hpp"
#include "talweg/train/loop.hpp"
#include "talweg/train/network_optimizer.hpp"

/// The smallest thing to train: a line from zero through points.
namespace talweg::train {

using Numbers = std::vector<double>;

/// One input, one output, targets as they are.
inline models::Head plain_head(const char* loss) {
  models::Head head;
  head.loss = loss;
  return head;
}

inline Examples<double> examples(const Numbers& x, const Numbers& y, const models::Head& head) {
  Examples<double> e;
  e.rows = x.size();
  e.inputs = 1;
  e.x.assign(x.begin(), x.end());
  e.truth = y;
  e.targets = models::encode_targets<double>(head, y);
  return e;
}

inline Optimizer<double> optimizer_of(const FirstOrder& method, models::Model<double>& model) {
  return {method, segments(model.network().parameters().list)};
}

/// All that a run is told.
struct TrainerOptions : Options, Observer, BatchOptions {};

/// A learner and the loop that drives it.
struct Trainer {
  Trainer(models::Model<double>& model, Optimizer<double> optimizer, const Examples<double>& rows,
          const Examples<double>& validation, const TrainerOptions& options, Pool& pool)
      : learner(model, std::move(optimizer), rows, validation, options, pool), loop(learner, options, options) {}
  Outcome run() { return loop.run(); }
  Step step() { return loop.step(); }

  Batches<double> learner;
  Loop loop;
};

/// A line from zero through points, and what training did to it.
struct Line {
  Outcome outcome;
  double weight, bias;
};
inline Line train_line(const char* optimizer, const Numbers& x, const Numbers& y, TrainerOptions options,
                       const char* loss = "half_mean_squared_error", const Numbers& vx = {}, const Numbers& vy = {}) {
  const models::Head head = plain_head(loss);
  models::Model<double> model(models::ModelSpec::parse("linear"), head, 1, 0);
  const auto rows = examples(x, y, head), validation = examples(vx, vy, head);
  Pool pool(1);
  Trainer trainer(model, optimizer_of(FirstOrder::parse(optimizer), model), rows, validation, options, pool);
  Line line{trainer.run(), 0, 0};
  const auto p = model.network().parameters();
  line.weight = p.value("dense1.weight")[0];
  line.bias = p.value("dense1.bias")[0];
  return line;
}
inline models::Model<double> line_model() {
  return models::Model<double>(models::ModelSpec::parse("linear"), plain_head("half_mean_squared_error"), 1, 0);
}
inline TrainerOptions full_batch(std::int64_t epochs) {
  TrainerOptions o;
  o.epochs = epochs;
  o.batch_size = 1000;
  return o;
}
inline const Numbers x5{1, 2, 3, 4, 5}, y5{2, 4, 6, 8, 10};

}  // namespace talweg::train
