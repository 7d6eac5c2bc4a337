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

int put(const talweg::api::EvaluateReport& report, const talweg::api::EvaluatedModel& model, const Arguments& a) {
  for (const auto& note : report.notes) put_warning(note);
  put_document(
      a.format == "json" ? talweg::api::evaluation_json(report, model) : talweg::api::evaluation_text(report, model),
      "");
  return exit_status::success;
}

int run(const Arguments& a) {
  if (a.model.empty() || a.file.empty())
    throw talweg::Error("a model file and a data file are needed: talweg evaluate digits.talweg test.csv");
  if (a.format != "text" && a.format != "json")
    throw talweg::Error(talweg::text::cat("--format '", a.format, "': expected text or json"));
  if (const auto ratings = talweg::api::load_if_factorization(a.model)) {
    if (!a.target.empty())
      throw talweg::Error(
          "--target has no effect on a factorisation: name the columns with --columns USER,ITEM,RATING");
    return put(talweg::api::evaluate(*ratings, a.file, a.columns), talweg::api::evaluated(*ratings), a);
  }
  if (!a.columns.empty()) throw talweg::Error("--columns is for factorisations: it has no effect on this model");
  const int threads = static_cast<int>(options::count("--threads", a.threads, 1).value_or(2));
  if (const auto stream = talweg::api::load_if_stream(a.model))
    return put(talweg::api::evaluate(*stream, a.file, a.target, threads), talweg::api::evaluated(*stream), a);
  const auto model = talweg::train::TrainedModel::load(a.model);
  return put(talweg::api::evaluate(model, a.file, a.target), talweg::api::evaluated(model), a);
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
