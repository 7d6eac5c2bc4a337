#include "talweg/api/explain/explain.hpp"

#include <algorithm>
#include <memory>

#include "command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "problem_options.hpp"

namespace {

using talweg::Error;
using talweg::text::cat;
namespace api = talweg::api;

/// The options as they were typed.
struct Arguments : ProblemArguments {
  std::vector<std::string> what;
  std::string format = "text", output, step, neuron, row, weight, target;
};

/// An option that another form of the command reads would have no effect here.
void refuse(const Arguments& a, const std::string& form, const std::vector<std::string>& without) {
  const std::pair<std::string, bool> given[] = {{"--start", !a.start.empty()},
                                                {"--optimizer", !a.optimizer.empty()},
                                                {"--step", !a.step.empty()},
                                                {"--iterations", !a.iterations.empty()},
                                                {"--tolerance", !a.tolerance.empty()},
                                                {"--gradient-tolerance", !a.gradient_tolerance.empty()},
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
    return {api::draw_formula(problem_request(a, a.what.at(0)), format), {}};
  }
  refuse(a, "one step, which is made whether the run has converged or not",
         {"--start", "--optimizer", "--step", "--iterations", "--bounds", "--subject-to", "--maximize", "--schedule",
          "--clip", "--group"});
  return api::explain_step(problem_request(a, a.what.at(0)), options::count("--step", a.step, 1).value_or(1), format);
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
  add_problem_options(command, *a, "length of the run, as for minimize");
  for (const char* never_read : {"--tolerance", "--gradient-tolerance"}) command.get_option(never_read)->group("");
  command.add_option("--step", a->step, "the update to explain, counted from 1 (1)")->option_text("K");
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
