#include <memory>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/train/train_report.hpp"
#include "talweg/api/use/request.hpp"
#include "talweg/api/use/stream_use.hpp"

namespace {

struct Asked {
  talweg::api::EvaluateRequest request;
  Documents documents;
};

int put(const talweg::api::EvaluateReport& report, const talweg::api::EvaluatedModel& model,
        const std::string& format) {
  for (const auto& note : report.notes) put_warning(note);
  put_document(
      format == "json" ? talweg::api::evaluation_json(report, model) : talweg::api::evaluation_text(report, model), "");
  return exit_status::success;
}

int run(const Asked& a) {
  const talweg::api::EvaluateRequest& r = a.request;
  if (r.model.empty() || r.file.empty())
    throw talweg::Error("a model file and a data file are needed: talweg evaluate digits.talweg test.csv");
  const std::string format = a.documents.format_or("text");
  if (format != "text" && format != "json")
    throw talweg::Error(talweg::text::cat("--format '", format, "': expected text or json"));
  if (const auto ratings = talweg::api::load_if_factorization(r.model)) {
    if (!r.target.empty())
      throw talweg::Error(
          "--target has no effect on a factorisation: name the columns with --columns USER,ITEM,RATING");
    return put(talweg::api::evaluate(*ratings, r.file, r.columns), talweg::api::evaluated(*ratings), format);
  }
  if (!r.columns.empty()) throw talweg::Error("--columns is for factorisations: it has no effect on this model");
  if (const auto stream = talweg::api::load_if_stream(r.model))
    return put(talweg::api::evaluate(*stream, r.file, r.target, r.threads), talweg::api::evaluated(*stream), format);
  const auto model = talweg::train::TrainedModel::load(r.model);
  return put(talweg::api::evaluate(model, r.file, r.target), talweg::api::evaluated(model), format);
}

constexpr const char* examples = R"(Examples:
  talweg evaluate digits.talweg test.csv
  talweg evaluate digits.talweg test.csv --target digit --format json
  talweg evaluate ratings.talweg test.tsv)";

}  // namespace

Command evaluate_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.name = "evaluate", .what = "Measure a trained model on a file", .notes = examples};
  add_options(command.options, a->request, talweg::api::EvaluateRequest::options());
  add_options(command.options, a->documents, document_options({.format = text_formats}));
  command.run = [a] { return run(*a); };
  return command;
}
