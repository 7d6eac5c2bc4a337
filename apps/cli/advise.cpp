#include <cstdio>
#include <memory>

#include <unistd.h>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/api/race/advise.hpp"
#include "talweg/present/race/advise_report.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;
namespace present = talweg::present;

struct Asked {
  api::AdviseRequest request;
  Documents documents;
};

int run(Asked& a) {
  const Documents& d = a.documents;
  const std::string format = d.format_or("text");
  if (format != "text" && format != "json") throw Error("--format '" + format + "': expected text or json");
  if (!d.on_stdout()) talweg::file::check_writable(d.output);
  api::AdviseRequest& request = a.request;
  if (::isatty(STDERR_FILENO) != 0)
    request.on_progress = [](std::int64_t runs) { std::fprintf(stderr, "\r%lld runs", static_cast<long long>(runs)); };
  const api::AdviseOutcome outcome = api::advise(request);
  if (outcome.proof && request.on_progress) std::fputs("\r\033[K", stderr);
  put_document(format == "json" ? present::advice_json(outcome) : present::advice_text(outcome), d.output);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg advise data/digits.csv --target digit
  talweg advise data/iris.csv --target species --model mlp:16 --prove
  talweg advise "100*(y-x^2)^2 + (1-x)^2" --start x=-1.2,y=1

It measures: size, sparsity, curvature, gradient noise, kinks, memory. The advice names a method, where to look for its
rate, a batch size, the reasons, a runner-up, and how certain it is. --prove races them, and says if the race disagrees.
Exit status: 0 advice was given, 2 wrong use.)";

}  // namespace

Command advise_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, api::AdviseRequest::options());
  add_options(command.options, a->documents, document_options({.format = text_formats, .output = to_file}));
  command.run = [a] { return run(*a); };
  return command;
}
