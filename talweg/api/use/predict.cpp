#include "talweg/api/use/predict.hpp"

#include <charconv>

#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::api {

namespace {

class CsvWriter {
 public:
  explicit CsvWriter(const models::SavedModel& model) : single_(model.single()) {
    out = "prediction";
    for (const auto& c : model.classes()) {
      classes_.push_back(report::csv_field(c));
      if (model.has_probabilities()) out += text::cat(",", report::csv_field(text::cat("p_", c)));
    }
    out += '\n';
  }

  void add(const models::Predictions& p) {
    const std::size_t shown = p.values.empty() ? 0 : p.probabilities.size() / p.values.size();
    for (std::size_t r = 0; r < p.values.size(); ++r) {
      if (p.classes > 0)
        out += classes_[static_cast<std::size_t>(p.values[r])];
      else
        number(p.values[r]);
      for (std::size_t k = 0; k < shown; ++k) {
        out += ',';
        number(p.probabilities[r * shown + k]);
      }
      out += '\n';
    }
  }

  std::string out;

 private:
  void number(double v) {
    char buffer[40];
    const auto end = single_ ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(v)).ptr
                             : std::to_chars(buffer, buffer + sizeof buffer, v).ptr;
    out.append(buffer, end);
  }

  bool single_;
  std::vector<std::string> classes_;
};

}  // namespace

PredictReport predict(const models::SavedModel& model, const models::RowsToPredict& rows,
                      const std::function<void(std::string_view piece)>& write) {
  CsvWriter csv(model);
  models::PredictedRows done = model.predict(rows, [&](const models::Predictions& p) {
    csv.add(p);
    if (!write) return;
    write(csv.out);
    csv.out.clear();
  });
  if (write) write(csv.out);  // the head, where there was no row
  return {write ? std::string() : std::move(csv.out), done.rows, std::move(done.notes)};
}

}  // namespace talweg::api
