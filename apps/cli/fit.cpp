#include <memory>
#include <optional>

#include "command.hpp"
#include "command_line.hpp"
#include "documents.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "talweg/present/fit/fit_page.hpp"
#include "talweg/present/fit/fit_picture.hpp"
#include "talweg/present/fit/fit_report.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;
namespace present = talweg::present;

struct Asked {
  api::FitRequest request;
  Documents documents;
  present::PictureOptions picture;
};

int run(Asked& a) {
  api::FitRequest& request = a.request;
  if (request.formula.empty())
    throw Error("the formula is missing: write for example talweg fit points.csv \"y ~ a + b*x\" --start a=0,b=1");
  const Documents& d = a.documents;
  const present::Format format = present::parse_format(d.format_or("table"));
  if (!d.on_stdout()) talweg::file::check_writable(d.output);
  if (!d.report.empty()) talweg::file::check_writable(d.report);
  picture::check(d.plot, d.format_or("table"), d.on_stdout());
  present::refuse_without_picture(a.picture, !d.plot.empty() || !d.report.empty());
  request.options.on_iteration = [](const talweg::FitIteration&) { return interrupt::signal() != 0; };
  interrupt::listen();
  const api::FitOutcome outcome = api::fit(request);
  std::optional<talweg::report::plot::Figure> drawn;  // first: it may refuse a range
  std::optional<talweg::report::html::Page> page;
  if (!d.plot.empty()) drawn = present::picture(outcome, a.picture);
  if (!d.report.empty()) page = present::fit_page(request, outcome, command_line::reproduction(), a.picture);
  const std::string document = present::render(outcome, format);
  if (format == present::Format::csv)
    put_data(document, d.output);
  else
    put_document(document, d.output);
  if (drawn) picture::put(*drawn, d.plot);
  if (page) put_page(*page, d.report);
  if (outcome.result.status == talweg::Status::stopped_by_caller) return interrupt::exit_status();
  return outcome.result.success() ? exit_status::success : exit_status::no_success;
}

constexpr const char* examples = R"help(Examples:
  talweg fit decay.csv "y ~ a*exp(-b*x) + c" --start a=1,b=1,c=0 --plot fit.svg --report fit.html
  talweg fit growth.csv "log(size) ~ a + b*day" --start a=0,b=0 --format json
  talweg fit decay.csv "y ~ a*exp(-b*x)" --start a=1,b=1 --bounds a=0:inf,b=0:5 --weights w --loss huber=0.5

Names that are columns of the file are its rows; every other name is a parameter and needs a start. Standard errors and
intervals are those of the linear model at the answer.
Exit status: 0 success, 1 ended without success (a limit, parameters that the rows do not tell apart, a value that is no
number), 2 wrong use or bad rows, 130 or 143 interrupted (the best point so far is printed).)help";

}  // namespace

Command fit_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, api::FitRequest::options_of());
  add_options(
      command.options, a->documents,
      document_options({.format = table_formats,
                        .output = to_file,
                        .plot = "draw points, model, band and residuals: FILE.svg, FILE.png, or - for the terminal",
                        .report = "write a page with everything about the fit, which opens offline"}));
  add_options(command.options, a->picture, present::PictureOptions::options());
  command.run = [a] { return run(*a); };
  return command;
}
