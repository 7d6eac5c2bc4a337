#include <memory>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/use/request.hpp"
#include "talweg/api/use/stream_use.hpp"
#include "talweg/present/train/train_report.hpp"

namespace {

struct Asked {
  talweg::api::EvaluateRequest request;
  Documents documents;
};

namespace train = talweg::train;
using talweg::api::EvaluateReport;

/// What an option means depends on what the model is.
struct Evaluate {
  const talweg::api::EvaluateRequest& r;

  EvaluateReport operator()(const train::SavedFactorization& model) const {
    if (!r.target.empty())
      throw talweg::Error(
          "--target has no effect on a factorisation: name the "
          "columns with --columns USER,ITEM,RATING");
    return talweg::api::evaluate(model, r.file, r.columns);
  }
  EvaluateReport operator()(const train::online::StreamModel& model) const {
    refuse_columns();
    return talweg::api::evaluate(model, r.file, r.target, r.threads);
  }
  EvaluateReport operator()(const train::TrainedModel& model) const {
    refuse_columns();
    return talweg::api::evaluate(model, r.file, r.target);
  }
  void refuse_columns() const {
    if (!r.columns.empty()) throw talweg::Error("--columns is for factorisations: it has no effect on this model");
  }
};

int run(const Asked& a) {
  const talweg::api::EvaluateRequest& r = a.request;
  if (r.model.empty() || r.file.empty())
    throw talweg::Error("a model file and a data file are needed: talweg evaluate digits.talweg test.csv");
  const std::string format = a.documents.format_or("text");
  if (format != "text" && format != "json")
    throw talweg::Error(talweg::text::cat("--format '", format, "': expected text or json"));
  const auto model = train::load_model(r.model);
  train::with_kind(*model, [&](const auto& m) {
    const EvaluateReport report = Evaluate{r}(m);
    const talweg::api::EvaluatedModel about = talweg::api::evaluated(m);
    for (const auto& note : report.notes) put_warning(note);
    put_document(format == "json" ? talweg::present::evaluation_json(report, about)
                                  : talweg::present::evaluation_text(report, about),
                 "");
  });
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg evaluate digits.talweg test.csv
  talweg evaluate digits.talweg test.csv --target digit --format json
  talweg evaluate ratings.talweg test.tsv)";

}  // namespace

Command evaluate_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, talweg::api::EvaluateRequest::options());
  add_options(command.options, a->documents, document_options({.format = text_formats}));
  command.run = [a] { return run(*a); };
  return command;
}
