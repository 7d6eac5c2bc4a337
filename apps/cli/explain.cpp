#include "talweg/api/explain/explain.hpp"

#include <algorithm>
#include <memory>

#include "command.hpp"
#include "options.hpp"
#include "output.hpp"

namespace {

using talweg::Error;
using talweg::text::cat;
namespace api = talweg::api;

/// The options as they were typed.
struct Arguments {
  std::vector<std::string> what;
  std::string start, optimizer, bounds, schedule, clip, format = "text", output, step, iterations, tolerance;
  std::string neuron, row, weight, target;
  std::vector<std::string> constraints, groups;
  bool maximize = false;
};

api::MinimizeRequest request_from(const Arguments& a) {
  api::MinimizeRequest request;
  request.formula = talweg::text::trim(a.what.at(0));
  if (!a.start.empty()) request.start = api::parse_start(a.start);
  if (!a.bounds.empty()) request.bounds = api::parse_bounds(a.bounds);
  request.constraints = a.constraints;
  request.method = {.optimizer = a.optimizer, .schedule = a.schedule, .clip = a.clip, .groups = a.groups};
  request.options.maximize = a.maximize;
  request.options.max_iterations = options::count("--iterations", a.iterations, 0);
  if (const auto v = options::number("--tolerance", a.tolerance,
                                     {.low = 0, .high = 1, .high_open = true, .words = "a number from 0 to below 1"}))
    request.options.gradient_tolerance = *v;
  return request;
}

/// An option that another form of the command reads would have no effect here.
void refuse(const Arguments& a, const std::string& form, const std::vector<std::string>& without) {
  const std::pair<std::string, bool> given[] = {{"--start", !a.start.empty()},
                                                {"--optimizer", !a.optimizer.empty()},
                                                {"--step", !a.step.empty()},
                                                {"--iterations", !a.iterations.empty()},
                                                {"--tolerance", !a.tolerance.empty()},
                                                {"--bounds", !a.bounds.empty()},
                                                {"--subject-to", !a.constraints.empty()},
                                                {"--maximize", a.maximize},
                                                {"--schedule", !a.schedule.empty()},
                                                {"--clip", !a.clip.empty()},
                                                {"--group", !a.groups.empty()},
                                                {"--row", !a.row.empty()},
                                                {"--weight", !a.weight.empty()},
                                                {"--target", !a.target.empty()}};
  for (const auto& [option, is_given] : given)
    if (is_given && std::find(without.begin(), without.end(), option) == without.end())
      throw Error(cat(option, " has no effect on ", form, ": leave it out"));
}

api::ExplainOutcome explain(const Arguments& a, api::ExplainFormat format) {
  if (!a.neuron.empty()) {
    std::string neuron = a.neuron;
    for (const auto& word : a.what) {  // --neuron "x=1 w=2 b=0" learning_rate=0.1
      if (word.find('=') == std::string::npos)
        throw Error(cat("'", word, "' and --neuron: explain one thing at a time"));
      neuron += " " + word;
    }
    refuse(a, "--neuron", {"--optimizer"});
    return api::explain_neuron(neuron, a.optimizer, format);
  }
  if (a.what.empty())
    throw Error("nothing to explain: give a formula, --neuron \"x=1 w=2 b=0\", or a model file and a data file");
  if (a.what.size() > 2)
    throw Error(
        cat("unexpected argument '", a.what[2], "': give a formula in quotes, or a model file and a data file"));
  if (a.what.size() == 2) {
    refuse(a, "a model", {"--row", "--weight", "--target"});
    if (a.row.empty()) throw Error("--row is missing: say which row of the file to explain, counted from 1");
    return api::explain_model({.model = a.what[0],
                               .file = a.what[1],
                               .target = a.target,
                               .row = options::count("--row", a.row, 1).value_or(1),
                               .weight = a.weight},
                              format);
  }
  if (!a.row.empty() || !a.weight.empty() || !a.target.empty())
    throw Error("--row, --weight and --target belong to a model: talweg explain MODEL FILE --row 17");
  const bool graph = format == api::ExplainFormat::dot || format == api::ExplainFormat::svg;
  if (graph && a.step.empty()) {
    refuse(a, "the graph of a formula at its start (with --step it is drawn at that step)", {"--start"});
    return {api::draw_formula(request_from(a), format), {}};
  }
  return api::explain_step(request_from(a), options::count("--step", a.step, 1).value_or(1), format);
}

int run(const Arguments& a) {
  const api::ExplainFormat format = api::parse_explain_format(a.format);
  if (!a.output.empty() && a.output != "-") talweg::file::check_writable(a.output);
  const api::ExplainOutcome outcome = explain(a, format);
  for (const auto& warning : outcome.warnings) put_warning(warning);
  put_document(outcome.document, a.output);
  return exit_status::success;
}

constexpr const char* examples = R"help(Examples:
  talweg explain "x^2" --start x=10 --optimizer adam,learning_rate=0.5 --step 3
  talweg explain "100*(y-x^2)^2 + (1-x)^2" --start x=-1.2,y=1 --optimizer lbfgs --step 4 --format markdown
  talweg explain "x*y + sin(x)" --start x=2,y=3 --format svg --output graph.svg
  talweg explain --neuron "x=1,-2,3 w=-3,-1,2 b=1 activation=relu"
  talweg explain --neuron "x=1,-1 w=.5,-.8 b=.2 target=1" --optimizer adam,learning_rate=.01
  talweg explain iris.model iris.csv --row 17 --weight "dense1[2,3]"

The first update is step 1. Rows, inputs and units count from 1: a weight is dense1[input,unit], a bias
dense1.bias[unit]. Right-hand sides in numbers read back: put to a calculator they give the result to the last digit.)help";

}  // namespace

Runner add_explain(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  command.add_option("what", a->what, "a formula, or a model file and a data file")
      ->option_text("FORMULA | MODEL FILE");
  command.add_option("--start", a->start, "where to begin, for every variable: x=-1.2,y=1")->option_text("x=...,y=...");
  command.add_option("--optimizer", a->optimizer, "the method: name[:variant][,key=value]...")->option_text("SPEC");
  command.add_option("--step", a->step, "the update to explain, counted from 1 (1)")->option_text("K");
  command.add_option("--iterations", a->iterations, "length of the run, as for minimize")->option_text("N");
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
  command.add_option("--neuron", a->neuron, "one neuron: \"x=1,-2,3 w=-3,-1,2 b=1 activation=relu target=1\"")
      ->option_text("\"x=... w=... b=...\"");
  command.add_option("--row", a->row, "with a model: the row of the file, counted from 1")->option_text("R");
  command.add_option("--weight", a->weight, "with a model: dense1[2,3] or dense1.bias[3] (the largest derivative)")
      ->option_text("NAME[I,J]");
  command.add_option("--target", a->target, "with a model of images: the file of their labels")->option_text("COLUMN");
  command.add_option("--format", a->format, "text, markdown, latex, json, dot or svg (text)")->option_text("FORMAT");
  command.add_option("--output", a->output, "write to this file, all of it or nothing")->option_text("FILE");
  command.footer(examples);
  return [a] { return run(*a); };
}
