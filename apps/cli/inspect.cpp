#include "talweg/api/use/inspect.hpp"

#include <memory>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/api/use/request.hpp"
#include "talweg/present/use/inspect_report.hpp"

namespace {

struct Asked {
  talweg::api::InspectRequest request;
  Documents documents;
};

int run(const Asked& a) {
  if (a.request.model.empty()) throw talweg::Error("a model file is needed: talweg inspect digits.talweg");
  const std::string format = a.documents.format_or("table");
  const std::string document =
      talweg::present::inspection(talweg::api::inspect(a.request.model, a.request.top), format);
  format == "csv" ? put_data(document, a.documents.output) : put_document(document, a.documents.output);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg inspect clicks.talweg --top 50
  talweg inspect digits.talweg --format json

Says what a model file holds and what made it. Models without hidden layer list their largest coefficients by name, in
the units of the file whatever was scaled for training (beside them, where columns were standardised, `scaled`: for one
standard deviation of the column), networks their layers.)";

}  // namespace

Command inspect_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, talweg::api::InspectRequest::options());
  add_options(command.options, a->documents, document_options({.format = table_formats, .output = to_file}));
  command.run = [a] { return run(*a); };
  return command;
}
