#include <memory>
#include <optional>

#include "command.hpp"
#include "command_line.hpp"
#include "documents.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "talweg/api/minimize/checkpoint.hpp"
#include "talweg/present/minimize/minimize_page.hpp"
#include "talweg/present/minimize/minimize_report.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;
namespace present = talweg::present;

struct Asked {
  api::MinimizeRequest request;
  Documents documents;
  present::PictureOptions picture;
};

int run(Asked& a) {
  if (a.request.formula.empty() && a.request.resume.empty())
    throw Error("the formula is missing: write for example talweg minimize \"x^2 + 3*x\" --start x=5");
  const Documents& d = a.documents;
  const present::Format format = present::parse_format(d.format_or("table"));
  if (!d.on_stdout()) talweg::file::check_writable(d.output);
  picture::check(d.plot, d.format_or("table"), d.on_stdout());
  if (!d.report.empty()) talweg::file::check_writable(d.report);
  api::MinimizeRequest& request = a.request;
  request.record = !d.plot.empty() || !d.report.empty();
  request.options.on_iteration = [](const talweg::Iteration&) { return interrupt::signal() != 0; };
  api::take_over(request);  // for pictures and pages
  present::refuse_without_picture(a.picture, request.record);
  present::check(a.picture, request);
  interrupt::listen();
  const api::MinimizeOutcome outcome = api::minimize(request);
  for (const auto& warning : outcome.warnings) put_warning(warning);
  // What the options of pictures refuse is refused before anything is written.
  std::optional<talweg::report::plot::Figure> drawn;
  std::optional<talweg::report::html::Page> page;
  if (!d.plot.empty()) drawn = present::picture(request, outcome, a.picture);
  if (!d.report.empty()) page = present::minimize_page(request, outcome, command_line::reproduction(), a.picture);
  DocumentSink sink(d.output, format == present::Format::csv);
  present::render(outcome, format, [&](std::string_view piece) { sink.append(piece); });
  sink.commit();
  if (drawn) picture::put(*drawn, d.plot);
  if (page) put_page(*page, d.report);
  if (outcome.result.status == talweg::Status::stopped_by_caller) return interrupt::exit_status();
  return outcome.result.success() ? exit_status::success : exit_status::no_success;
}

constexpr const char* examples = R"help(Examples:
  talweg minimize "x^2 + 3*x + 2" --start x=5 --optimizer gd,learning_rate=0.1 --iterations 25 --tolerance 0 --trace
  talweg minimize "100*(y-x^2)^2 + (1-x)^2" --start x=-1.2,y=1 --format json
  talweg minimize "-x*y" --start x=1,y=2 --bounds x=0:2,y=0:3 --optimizer adam,learning_rate=0.1
  talweg minimize "sum(i=1:9, 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2)" --start "x[1:10]=-1.2"
  talweg minimize "mean((a+b*x-y)^2)/2" --data points.csv --start a=1,b=1
  talweg minimize "mean((a+b*x-y)^2)/2" --data points.csv --start a=1,b=1 --optimizer momentum,learning_rate=0.01 \
    --batch-size 2 --epochs 10 --trace

Formulas: + - * / ^ (-x^2 is -(x^2)), parentheses, pi, e, exp log log10 log2 log1p expm1 sqrt sin cos tan tanh sinh cosh
asin acos atan abs sign relu sigmoid softplus erf, min max pow atan2 hypot of two numbers, sum(i=1:9, x[i]^2), Greek names
(θ, α₁), x², √x and ·; with --data columns by name inside mean(…) and sum(…). Methods: talweg list optimizers.
Exit status: 0 success, 1 ended without success (a limit, divergence, a value that is no number), 2 wrong use,
130 or 143 interrupted (the best point so far is printed).)help";

}  // namespace

Command minimize_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, api::MinimizeRequest::run_options());
  add_options(command.options, a->request, api::MinimizeRequest::problem_options());
  add_options(command.options, a->documents,
              document_options({.format = table_formats,
                                .output = to_file,
                                .plot = "draw the path and f at each step: FILE.svg, FILE.png, or - for the terminal",
                                .report = "write a page with everything about the run, which opens offline"}));
  add_options(command.options, a->picture, present::PictureOptions::options());
  command.run = [a] { return run(*a); };
  return command;
}
