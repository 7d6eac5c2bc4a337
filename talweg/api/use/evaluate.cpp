#include "talweg/api/use/evaluate.hpp"

#include <chrono>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::api {

EvaluateReport evaluate(const train::TrainedModel& model, const std::string& file, const std::string& target) {
  const auto begin = std::chrono::steady_clock::now();
  train::TrainedModel renamed = model;
  if (!target.empty() && model.preprocess.format != data::Format::idx) renamed.preprocess.target.name = target;
  data::Table table = train::read_for(renamed, file, true);
  if (table.format == data::Format::idx) {
    if (target.empty())
      throw Error(text::cat(file, ": holds images; name the file of their labels with ", text::option("target")));
    data::append_labels(table, target);
  }
  EvaluateReport report;
  report.rows = table.rows;
  report.notes = table.notes;
  const auto truth = data::target_values(table, renamed.preprocess.target);
  Pool pool(1, model.kernels());
  train::Measuring measuring(pool, model.head, truth);
  renamed.each_piece(table, pool, report.notes,
                     [&](std::size_t, std::span<const double> outputs) { measuring.add(outputs); });
  report.test = measuring.metrics();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

EvaluatedModel evaluated(const train::TrainedModel& model) {
  return {model.spec.text(), model.head.loss, model.record, model.parameters.size(), model.preprocess.target.classes};
}

EvaluatedModel evaluated(const train::SavedFactorization& model) {
  static const std::vector<std::string> no_classes;
  return {model.spec.text(), std::string(nn::HalfSquaredError::card.name), model.record, model.model.size(),
          no_classes};
}

}  // namespace talweg::api
