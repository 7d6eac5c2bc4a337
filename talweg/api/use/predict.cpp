#include "talweg/api/use/predict.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::api {

namespace {

/// `values` (rows, width) of the rows from `from` on: outputs, or what they mean in the target's units; `single`: they
/// will be written as float.
void refuse_not_finite(const data::Table& table, std::size_t from, std::span<const double> values, std::size_t width,
                       bool single) {
  const double largest = single ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  const auto bad = std::find_if(values.begin(), values.end(), [&](double v) { return !(std::abs(v) <= largest); });
  if (bad == values.end()) return;
  const auto row = from + static_cast<std::size_t>(bad - values.begin()) / width;
  throw Error(text::cat(table.where(row), ": the model's output for this row is no finite number; its values are far ",
                        "from all that the model was trained on: correct them, or leave the row out"));
}

}  // namespace

PredictReport predict(const train::TrainedModel& model, const std::string& file) {
  const data::Table table = train::read_for(model, file, false);
  Pool pool(1, model.kernels());
  PredictReport report;
  report.rows = table.rows;
  report.notes = table.notes;
  const auto& classes = model.preprocess.target.classes;
  const std::size_t shown = model.head.has_probabilities() ? classes.size() : 0;
  report.csv = "prediction";
  for (std::size_t k = 0; k < shown; ++k) report.csv += text::cat(",", report::csv_field(text::cat("p_", classes[k])));
  report.csv += '\n';
  const bool single = model.precision == train::Precision::float32;
  const auto number = [single](double v) { return single ? text::number(static_cast<float>(v)) : text::number(v); };
  model.each_piece(table, pool, report.notes, [&](std::size_t from, std::span<const double> outputs) {
    refuse_not_finite(table, from, outputs, model.head.outputs, single);
    const models::Predictions p = models::read_outputs(model.head, outputs);
    refuse_not_finite(table, from, p.values, 1, single);
    for (std::size_t r = 0; r < p.values.size(); ++r) {
      report.csv +=
          p.classes > 0 ? report::csv_field(classes[static_cast<std::size_t>(p.values[r])]) : number(p.values[r]);
      for (std::size_t k = 0; k < shown; ++k) report.csv += text::cat(",", number(p.probabilities[r * shown + k]));
      report.csv += '\n';
    }
  });
  return report;
}

}  // namespace talweg::api
