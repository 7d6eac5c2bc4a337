#include <memory>

#include "command.hpp"
#include "command_line.hpp"
#include "interrupt.hpp"
#include "options.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "problem_options.hpp"
#include "talweg/api/minimize/checkpoint.hpp"
#include "talweg/api/minimize/minimize_page.hpp"
#include "talweg/api/minimize/minimize_report.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;

/// The options as they were typed.
struct Arguments : ProblemArguments {
  std::string formula, format = "table", output, plot, report, max_evaluations, max_seconds, target_value, checkpoint,
                       resume, every, keep_last;
  bool trace = false;
};

api::MinimizeRequest request_from(const Arguments& a) {
  api::MinimizeRequest request = problem_request(a, a.formula);
  request.trace = a.trace;
  request.record = !a.plot.empty() || !a.report.empty();
  request.checkpoint = a.checkpoint;
  request.resume = a.resume;
  request.every = a.every;
  request.keep_last = a.keep_last;

  talweg::Options& o = request.options;
  if (const auto n = options::count("--max-evaluations", a.max_evaluations, 1)) o.max_evaluations = *n;
  if (const auto v =
          options::number("--max-seconds", a.max_seconds, {.low = 0, .low_open = true, .words = "a number above 0"}))
    o.max_seconds = *v;
  o.target_value = options::number("--target-value", a.target_value, {});
  o.on_iteration = [](const talweg::Iteration&) { return interrupt::signal() != 0; };
  return request;
}

int run(const Arguments& a, bool formula_given) {
  if (!formula_given && a.resume.empty())
    throw Error("the formula is missing: write for example talweg minimize \"x^2 + 3*x\" --start x=5");
  const api::Format format = api::parse_format(a.format);
  if (!a.output.empty() && a.output != "-") talweg::file::check_writable(a.output);
  picture::check(a.plot, a.format, a.output.empty() || a.output == "-");
  if (!a.report.empty()) talweg::file::check_writable(a.report);
  api::MinimizeRequest request = request_from(a);
  api::take_over(request);  // for pictures and pages
  interrupt::listen();
  const api::MinimizeOutcome outcome = api::minimize(request);
  for (const auto& warning : outcome.warnings) put_warning(warning);
  DocumentSink sink(a.output, format == api::Format::csv);
  api::render(outcome, format, [&](std::string_view piece) { sink.append(piece); });
  sink.commit();
  if (!a.plot.empty()) picture::put(api::picture(request, outcome), a.plot);
  if (!a.report.empty()) put_page(api::minimize_page(request, outcome, command_line::reproduction()), a.report);
  if (outcome.result.status == talweg::Status::stopped_by_caller) return interrupt::exit_status();
  return outcome.result.success() ? exit_status::success : exit_status::no_success;
}

constexpr const char* examples = R"(Examples:
  talweg minimize "x^2 + 3*x + 2" --start x=5 --optimizer gd,learning_rate=0.1 --iterations 25 --trace
  talweg minimize "100*(y-x^2)^2 + (1-x)^2" --start x=-1.2,y=1 --format json
  talweg minimize "-x*y" --start x=1,y=2 --bounds x=0:2,y=0:3 --optimizer adam,learning_rate=0.1

Formulas: + - * / ^ (-x^2 is -(x^2)), parentheses, pi, e, exp log sqrt sin cos tan tanh sinh cosh asin acos atan abs
min max pow. Methods: talweg list optimizers.
Exit status: 0 success, 1 ended without success (a limit, divergence, a value that is no number), 2 wrong use,
130 or 143 interrupted (the best point so far is printed).)";

}  // namespace

Runner add_minimize(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  CLI::Option* formula = command.add_option("formula", a->formula, "what to minimise, such as \"x^2 + 3*x + 2\"");
  add_problem_options(command, *a, "updates at most");
  command.add_option("--max-evaluations", a->max_evaluations, "evaluations of the formula at most")->option_text("N");
  command.add_option("--max-seconds", a->max_seconds, "seconds at most")->option_text("S");
  command.add_option("--target-value", a->target_value, "stop when f reaches this value")->option_text("F");
  command.add_flag("--trace", a->trace, "every iteration with the method's own numbers");
  command.add_option("--format", a->format, "table, json, csv, markdown or latex (table)")->option_text("FORMAT");
  command.add_option("--output", a->output, "write to this file, all of it or nothing")->option_text("FILE");
  command.add_option("--plot", a->plot, "draw the path and f at each step: FILE.svg, FILE.png, or - for the terminal")
      ->option_text("FILE|-");
  command.add_option("--checkpoint", a->checkpoint, "write the state of the run into this folder again and again")
      ->option_text("DIR");
  command.add_option("--every", a->every, "how often: 60s or 100steps (60s)")->option_text("PERIOD");
  command.add_option("--keep-last", a->keep_last, "how many checkpoints stay there, up to 20 (1)")->option_text("K");
  command.add_option("--resume", a->resume, "go on from the checkpoint there, and go on writing there")
      ->option_text("DIR");
  command.add_option("--report", a->report, "write a page with everything about the run, which opens offline")
      ->option_text("FILE.html");
  command.footer(examples);
  return [a, formula] { return run(*a, formula->count() > 0); };
}
