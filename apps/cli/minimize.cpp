#include <memory>

#include "command.hpp"
#include "command_line.hpp"
#include "interrupt.hpp"
#include "options.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "talweg/api/minimize/minimize_page.hpp"
#include "talweg/api/minimize/minimize_report.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;

/// The options as they were typed.
struct Arguments {
  std::string formula, start, optimizer, bounds, schedule, clip, format = "table", output, plot, report;
  std::string iterations, tolerance, max_evaluations, max_seconds, target_value;
  std::vector<std::string> constraints, groups;
  bool trace = false, maximize = false;
};

api::MinimizeRequest request_from(const Arguments& a) {
  api::MinimizeRequest request;
  request.formula = talweg::text::trim(a.formula);
  if (!a.start.empty()) request.start = api::parse_start(a.start);
  if (!a.bounds.empty()) request.bounds = api::parse_bounds(a.bounds);
  request.constraints = a.constraints;
  request.method = {.optimizer = a.optimizer, .schedule = a.schedule, .clip = a.clip, .groups = a.groups};
  request.trace = a.trace;
  request.record = !a.plot.empty() || !a.report.empty();

  talweg::Options& o = request.options;
  o.maximize = a.maximize;
  o.max_iterations = options::count("--iterations", a.iterations, 0);
  if (const auto n = options::count("--max-evaluations", a.max_evaluations, 1)) o.max_evaluations = *n;
  if (const auto v = options::number("--tolerance", a.tolerance,
                                     {.low = 0, .high = 1, .high_open = true, .words = "a number from 0 to below 1"}))
    o.gradient_tolerance = *v;
  if (const auto v =
          options::number("--max-seconds", a.max_seconds, {.low = 0, .low_open = true, .words = "a number above 0"}))
    o.max_seconds = *v;
  o.target_value = options::number("--target-value", a.target_value, {});
  o.on_iteration = [](const talweg::Iteration&) { return interrupt::signal() != 0; };
  return request;
}

int run(const Arguments& a, bool formula_given) {
  if (!formula_given)
    throw Error("the formula is missing: write for example talweg minimize \"x^2 + 3*x\" --start x=5");
  const api::Format format = api::parse_format(a.format);
  if (!a.output.empty() && a.output != "-") talweg::file::check_writable(a.output);
  picture::check(a.plot, a.format, a.output.empty() || a.output == "-");
  if (!a.report.empty()) talweg::file::check_writable(a.report);
  const api::MinimizeRequest request = request_from(a);
  interrupt::listen();
  const api::MinimizeOutcome outcome = api::minimize(request);
  for (const auto& warning : outcome.warnings) put_warning(warning);
  put_document(api::render(outcome, format), a.output);
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
  command.add_option("--start", a->start, "where to begin, for every variable: x=-1.2,y=1")->option_text("x=...,y=...");
  command.add_option("--optimizer", a->optimizer, "the method: name[:variant][,key=value]...")->option_text("SPEC");
  command.add_option("--iterations", a->iterations, "updates at most")->option_text("N");
  command.add_option("--tolerance", a->tolerance, "converged when max|gradient| <= T*max(1,|f|) (1e-8); 0: never")
      ->option_text("T");
  command.add_option("--bounds", a->bounds, "keep variables in ranges: x=0:2,y=-inf:1")->option_text("x=A:B,...");
  command.add_option("--subject-to", a->constraints, "a constraint with <=, >= or =; may be repeated")
      ->option_text("CONSTRAINT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_flag("--maximize", a->maximize, "go uphill: the largest value is wanted");
  command.add_option("--schedule", a->schedule, "how the learning rate changes: cosine,warmup=10")->option_text("SPEC");
  command.add_option("--clip", a->clip, "limit the gradient: norm=1, global=1 or value=0.5")->option_text("KIND=LIMIT");
  command.add_option("--group", a->groups, "settings for one variable: 'x:learning_rate=0.1'; may be repeated")
      ->option_text("PATTERN:KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--max-evaluations", a->max_evaluations, "evaluations of the formula at most")->option_text("N");
  command.add_option("--max-seconds", a->max_seconds, "seconds at most")->option_text("S");
  command.add_option("--target-value", a->target_value, "stop when f reaches this value")->option_text("F");
  command.add_flag("--trace", a->trace, "every iteration with the method's own numbers");
  command.add_option("--format", a->format, "table, json, csv, markdown or latex (table)")->option_text("FORMAT");
  command.add_option("--output", a->output, "write to this file, all of it or nothing")->option_text("FILE");
  command.add_option("--plot", a->plot, "draw the path and f at each step: FILE.svg, FILE.png, or - for the terminal")
      ->option_text("FILE|-");
  command.add_option("--report", a->report, "write a page with everything about the run, which opens offline")
      ->option_text("FILE.html");
  command.footer(examples);
  return [a, formula] { return run(*a, formula->count() > 0); };
}
