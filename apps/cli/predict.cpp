#include <memory>

#include "command.hpp"
#include "output.hpp"
#include "talweg/api/predict.hpp"

namespace {

struct Arguments {
  std::string model, file, output;
};

int run(const Arguments& a) {
  if (a.model.empty() || a.file.empty())
    throw talweg::Error("a model file and a data file are needed: talweg predict digits.talweg rows.csv");
  if (!a.output.empty() && a.output != "-") talweg::file::check_writable(a.output);
  const auto model = talweg::train::TrainedModel::load(a.model);
  const talweg::api::PredictReport report = talweg::api::predict(model, a.file);
  for (const auto& note : report.notes) put_warning(note);
  put_document(report.csv, a.output);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg predict digits.talweg rows.csv --output predictions.csv

Writes CSV with the column prediction and, for classes, p_<class> for each. Columns are found by name, the target's
column and unknown columns are ignored.)";

}  // namespace

Runner add_predict(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  command.add_option("model", a->model, "a model file written by talweg train --save");
  command.add_option("file", a->file, "the rows");
  command.add_option("--output", a->output, "write the CSV here; standard output otherwise")->option_text("FILE");
  command.footer(examples);
  return [a] { return run(*a); };
}
