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

int run(const Asked& a) {
  const talweg::api::EvaluateRequest& r = a.request;
  if (r.model.empty() || r.file.empty())
    throw talweg::Error("a model file and a data file are needed: talweg evaluate digits.talweg test.csv");
  const std::string format = a.documents.format_or("text");
  if (format != "text" && format != "json")
    throw talweg::Error(talweg::text::cat("--format '", format, "': expected text or json"));
  const auto model = talweg::train::load_model(r.model);
  const talweg::api::EvaluateReport report = talweg::api::evaluate(*model, r);
  talweg::train::with_kind(*model, [&](const auto& m) {
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
  talweg evaluate a9a.talweg a9a.libsvm --positive=-1 --threshold 0.3
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
