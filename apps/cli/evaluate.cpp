#include <memory>

#include "command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/train/train_report.hpp"
#include "talweg/api/use/stream_use.hpp"

namespace {

struct Arguments {
  std::string model, file, target, columns, threads, format = "text";
};

namespace train = talweg::train;
using talweg::api::EvaluateReport;

/// What an option means depends on what the model is.
struct Evaluate {
  const Arguments& a;

  EvaluateReport operator()(const train::SavedFactorization& model) const {
    if (!a.target.empty())
      throw talweg::Error(
          "--target has no effect on a factorisation: name the "
          "columns with --columns USER,ITEM,RATING");
    return talweg::api::evaluate(model, a.file, a.columns);
  }
  EvaluateReport operator()(const train::online::StreamModel& model) const {
    refuse_columns();
    return talweg::api::evaluate(model, a.file, a.target, threads());
  }
  EvaluateReport operator()(const train::TrainedModel& model) const {
    refuse_columns();
    threads();
    return talweg::api::evaluate(model, a.file, a.target);
  }
  void refuse_columns() const {
    if (!a.columns.empty()) throw talweg::Error("--columns is for factorisations: it has no effect on this model");
  }
  int threads() const { return static_cast<int>(options::count("--threads", a.threads, 1).value_or(2)); }
};

int run(const Arguments& a) {
  if (a.model.empty() || a.file.empty())
    throw talweg::Error("a model file and a data file are needed: talweg evaluate digits.talweg test.csv");
  if (a.format != "text" && a.format != "json")
    throw talweg::Error(talweg::text::cat("--format '", a.format, "': expected text or json"));
  const auto model = train::load_model(a.model);
  train::with_kind(*model, [&](const auto& m) {
    const EvaluateReport report = Evaluate{a}(m);
    const talweg::api::EvaluatedModel about = talweg::api::evaluated(m);
    for (const auto& note : report.notes) put_warning(note);
    put_document(
        a.format == "json" ? talweg::api::evaluation_json(report, about) : talweg::api::evaluation_text(report, about),
        "");
  });
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg evaluate digits.talweg test.csv
  talweg evaluate digits.talweg test.csv --target digit --format json
  talweg evaluate ratings.talweg test.tsv)";

}  // namespace

Runner add_evaluate(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  command.add_option("model", a->model, "a model file written by talweg train --save");
  command.add_option("file", a->file, "rows with the target");
  command.add_option("--target", a->target, "the column with the truth; the model remembers its own")
      ->option_text("COLUMN");
  command.add_option("--columns", a->columns, "of ratings: where user, item and rating stand")
      ->option_text("USER,ITEM,RATING");
  command.add_option("--threads", a->threads, "rows of a streamed model: 1, or 2 to read ahead (2)")->option_text("N");
  command.add_option("--format", a->format, "text or json (text)")->option_text("F");
  command.footer(examples);
  return [a] { return run(*a); };
}
