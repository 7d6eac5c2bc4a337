#include "talweg/api/use/evaluate.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "talweg/api/positive_class.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/train/training_table.hpp"
#include "talweg/api/use/stream_use.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/weights.hpp"
#include "talweg/models/saved_model.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::api {

namespace {

/// The first row whose figures alone are no finite numbers.
std::optional<std::size_t> row_without_figures(const models::Head& head, Pool& pool, std::span<const double> outputs,
                                               std::span<const double> truth) {
  for (std::size_t row = 0; row < truth.size(); ++row) {
    train::Measuring measuring(pool, head, truth.subspan(row, 1));
    measuring.add(outputs.subspan(row * head.outputs, head.outputs));
    if (!measuring.is_finite()) return row;
  }
  return std::nullopt;
}

void refuse_of_ratings(const EvaluateRequest& r) {
  if (!r.target.empty())
    throw Error("target", text::cat(text::option("target"), " has no effect on a factorisation: name the columns with ",
                                    text::option("columns", "USER,ITEM,RATING")));
  for (const auto& [option, given] : {std::pair{"positive", !r.positive.empty()},
                                      {"threshold", r.threshold.has_value()},
                                      {"weights", !r.weights.empty()}})
    if (given) throw Error(option, text::cat(text::option(option), " has no effect on a factorisation; leave it out"));
}

}  // namespace

void require_finite(const train::Metrics& metrics, const std::string& file) {
  const std::string_view name = metrics.first_not_finite();
  if (name.empty()) return;
  throw Error(text::cat(file, ": the ", name,
                        " of these rows is no finite number: their targets are too far from what the model predicts; "
                        "correct them, or leave the rows out"));
}

EvaluateReport evaluate(const models::SavedModel& model, const EvaluateRequest& r) {
  return train::with_kind(model, [&](const auto& m) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(m)>, train::SavedFactorization>) {
      refuse_of_ratings(r);
      return evaluate(m, r.file, r.columns);
    } else {
      if (!r.columns.empty())
        throw Error("columns",
                    text::cat(text::option("columns"), " is for factorisations: it has no effect on this model"));
      return evaluate(m, r);
    }
  });
}

EvaluateReport evaluate(const train::TrainedModel& model, const EvaluateRequest& r) {
  const auto begin = std::chrono::steady_clock::now();
  const data::Input& file = r.file;
  const std::string& target = r.target;
  train::TrainedModel renamed = model;
  choose_positive({r.positive, r.threshold}, model.preprocess.target, renamed.head);
  if (!target.empty() && !data::labels_lie_apart(file)) renamed.preprocess.target.name = target;
  if (!r.weights.empty() && r.weights == renamed.preprocess.target.name)
    throw Error("weights", text::cat(text::option("weights", r.weights), ": is the target; name another column"));
  data::Table table = train::read_for(renamed, file, true, r.weights);
  if (table.labels_apart && !table.find(renamed.preprocess.target.name)) append_truth(table, file, target);
  EvaluateReport report;
  report.rows = table.rows;
  report.notes = table.notes;
  const auto truth = data::target_values(table, renamed.preprocess.target);
  Pool pool(1, model.kernels());
  const models::Head& head = renamed.head;
  report.positive = positive_label(renamed.preprocess.target, head);
  report.threshold = head.threshold;
  const auto weights = r.weights.empty() ? std::vector<double>() : data::row_weights(table, r.weights);
  train::Measuring measuring(pool, head, truth, {weights});
  renamed.each_piece(table, pool, report.notes, [&](std::size_t from, std::span<const double> outputs) {
    if (const auto row = models::row_without_number(head, outputs, model.single()))
      throw Error(text::cat(table.where(from + *row), models::no_finite_output));
    measuring.add(outputs);
    if (measuring.is_finite()) return;
    const auto of_piece = std::span(truth).subspan(from, outputs.size() / head.outputs);
    if (const auto row = row_without_figures(head, pool, outputs, of_piece))
      throw Error(text::cat(table.where(from + *row), models::no_finite_loss));
  });
  report.test = measuring.metrics();
  require_finite(report.test, file.name());
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
