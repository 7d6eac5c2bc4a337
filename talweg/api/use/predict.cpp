#include "talweg/api/use/predict.hpp"

#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::api {

PredictReport predict(const train::TrainedModel& model, const std::string& file) {
  const data::Table table = train::read_for(model, file, false);
  Pool pool(1);
  PredictReport report;
  report.rows = table.rows;
  const models::Predictions p = models::read_outputs(model.head, model.outputs(table, pool, report.notes));
  const auto& classes = model.preprocess.target.classes;
  const std::size_t shown = p.probabilities.empty() ? 0 : p.classes;
  report.csv = "prediction";
  for (std::size_t k = 0; k < shown; ++k) report.csv += text::cat(",", report::csv_field(text::cat("p_", classes[k])));
  report.csv += '\n';
  const bool single = model.precision == train::Precision::float32;
  const auto number = [single](double v) { return single ? text::number(static_cast<float>(v)) : text::number(v); };
  for (std::size_t r = 0; r < table.rows; ++r) {
    report.csv +=
        p.classes > 0 ? report::csv_field(classes[static_cast<std::size_t>(p.values[r])]) : number(p.values[r]);
    for (std::size_t k = 0; k < shown; ++k) report.csv += text::cat(",", number(p.probabilities[r * shown + k]));
    report.csv += '\n';
  }
  return report;
}

}  // namespace talweg::api
