#include "talweg/api/use/predict.hpp"

#include <charconv>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::api {

namespace {

class CsvWriter {
 public:
  CsvWriter(const models::SavedModel& model, std::optional<bool> probabilities)
      : single_(model.single()), shows_(model.has_probabilities() && probabilities.value_or(true)) {
    for (const auto& c : model.classes()) classes_.push_back(c);
    for (const auto& c : classes_) fields_.push_back(report::csv_field(c));
  }

  /// The cells beside the predictions that come next.
  void keep(const std::vector<data::KeptColumn>& kept) { kept_ = kept; }

  void add(const models::Predictions& p) {
    begin();
    const std::size_t shown = shows_ && !p.values.empty() ? p.probabilities.size() / p.values.size() : 0;
    for (std::size_t r = 0; r < p.values.size(); ++r) {
      for (const auto& k : kept_) out += report::csv_field(k.cells[r]) + ",";
      if (p.classes > 0)
        out += fields_[static_cast<std::size_t>(p.values[r])];
      else
        number(p.values[r]);
      for (std::size_t k = 0; k < shown; ++k) {
        out += ',';
        number(p.probabilities[r * shown + k]);
      }
      out += '\n';
    }
  }

  /// The head, where it was not written.
  void begin() {
    if (begun_) return;
    begun_ = true;
    for (const auto& k : kept_) out += report::csv_field(k.name) + ",";
    out += "prediction";
    for (const auto& c : classes_)
      if (shows_) out += text::cat(",", report::csv_field(text::cat("p_", c)));
    out += '\n';
  }

  std::string out;

 private:
  void number(double v) {
    char buffer[40];
    const auto end = single_ ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(v)).ptr
                             : std::to_chars(buffer, buffer + sizeof buffer, v).ptr;
    out.append(buffer, end);
  }

  bool single_, shows_, begun_ = false;
  std::vector<std::string> classes_, fields_;
  std::vector<data::KeptColumn> kept_;
};

}  // namespace

PredictReport predict(const models::SavedModel& model, const models::RowsToPredict& rows,
                      const std::function<void(std::string_view piece)>& write) {
  if (rows.probabilities && !model.has_probabilities())
    throw Error("proba", text::cat(text::option("proba"), " has no effect: ", model.text(),
                                   " has no probabilities; it predicts numbers, or its loss is none of a likelihood"));
  CsvWriter csv(model, rows.probabilities);
  models::RowsToPredict asked = rows;
  asked.take_kept = [&](const std::vector<data::KeptColumn>& kept) { csv.keep(kept); };
  models::PredictedRows done = model.predict(asked, [&](const models::Predictions& p) {
    csv.add(p);
    if (!write) return;
    write(csv.out);
    csv.out.clear();
  });
  csv.begin();  // where there was no row
  if (write) write(csv.out);
  return {write ? std::string() : std::move(csv.out), done.rows, std::move(done.notes)};
}

}  // namespace talweg::api
