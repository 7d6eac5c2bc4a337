#include <cstdio>
#include <memory>
#include <optional>

#include <unistd.h>

#include "command.hpp"
#include "command_line.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "talweg/present/race/compare_page.hpp"
#include "talweg/present/race/compare_picture.hpp"
#include "talweg/present/race/compare_report.hpp"

namespace {

namespace api = talweg::api;
namespace present = talweg::present;

struct Asked {
  api::CompareRequest request;
  Documents documents;
  present::PictureOptions picture;
};

/// "gd, adam" arrives as "gd," and "adam".
void refuse_commas_between(const std::vector<std::string>& specs) {
  for (const std::string& spec : specs)
    for (auto comma = spec.find(','); comma != std::string::npos; comma = spec.find(',', comma + 1))
      if (spec.substr(comma + 1, spec.find(',', comma + 1) - comma - 1).find('=') == std::string::npos)
        throw talweg::Error(talweg::text::cat("--optimizers '", spec,
                                              "': methods have blanks between them, as in gd adam; ",
                                              "behind a comma stands key=value"));
}

int run(Asked& a) {
  const Documents& d = a.documents;
  const present::Format format = present::parse_format(d.format_or("table"));
  if (!d.on_stdout()) talweg::file::check_writable(d.output);
  if (!d.report.empty()) talweg::file::check_writable(d.report);
  picture::check(d.plot, d.format_or("table"), d.on_stdout());
  api::CompareRequest& request = a.request;
  refuse_commas_between(request.optimizers);
  request.paths = !d.plot.empty() || !d.report.empty();
  present::refuse_without_picture(a.picture, request.paths);
  present::check(a.picture, request);
  if (::isatty(STDERR_FILENO) != 0)
    request.on_progress = [](std::int64_t runs) { std::fprintf(stderr, "\r%lld runs", static_cast<long long>(runs)); };
  const api::CompareOutcome outcome = api::compare(request);
  if (request.on_progress) std::fputs("\r\033[K", stderr);
  // What the options of pictures refuse is refused before anything is written.
  std::optional<talweg::report::plot::Figure> drawn;
  std::optional<talweg::report::html::Page> page;
  if (!d.plot.empty()) drawn = present::picture(outcome, a.picture);
  if (!d.report.empty()) page = present::compare_page(outcome, command_line::reproduction(), a.picture);
  put_document(present::render(outcome, format), d.output);
  if (drawn) picture::put(*drawn, d.plot);
  if (page) put_page(*page, d.report);
  return outcome.success() ? exit_status::success : exit_status::no_success;
}

constexpr const char* examples = R"help(Examples:
  talweg compare "100*(y-x^2)^2 + (1-x)^2" --start x=-1.2,y=1 --optimizers lbfgs adam momentum
  talweg compare "mean((a+b*x-y)^2)" --data points.csv --start a=1,b=1 --batch-size 2 --optimizers sgd momentum adam
  talweg compare --problem watson_6 --optimizers lbfgs cg adam --evaluations 2000 --jobs 2
  talweg compare data/iris.csv --target species --model softmax --optimizers lbfgs adam sgd,batch_size=8

Every method gets the same starts, the same seeds and the same number of evaluations. One that names no learning_rate is
tuned first, each with the same effort, from seeds of its own; --tune 0 runs the defaults. On files an evaluation is the
gradient of one example, so a step on a mini-batch of 32 costs 32, and one on all rows costs all of them.
Exit status: 0 a race was run, 1 every run failed, 2 wrong use.)help";

}  // namespace

Command compare_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, api::CompareRequest::options());
  add_options(
      command.options, a->documents,
      document_options({.format = table_formats,
                        .output = to_file,
                        .plot = "draw value against evaluations, and paths of two variables: FILE.svg, FILE.png, or - "
                                "for the terminal",
                        .report = "write a page with everything about the race, which opens offline"}));
  add_options(command.options, a->picture, present::PictureOptions::options());
  command.run = [a] { return run(*a); };
  return command;
}
