#include "talweg/api/explain/explain.hpp"

#include <memory>

#include "command.hpp"
#include "documents.hpp"
#include "output.hpp"
#include "talweg/present/explain/explain_report.hpp"
#include "talweg/present/picture_options.hpp"

namespace {

namespace api = talweg::api;
namespace present = talweg::present;

struct Asked {
  api::ExplainRequest request;
  Documents documents;
  present::PictureOptions picture;  ///< its title alone: a graph has no axes
};

int run(const Asked& a) {
  const Documents& d = a.documents;
  const present::ExplainFormat format = present::parse_explain_format(d.format_or("text"));
  if (!d.on_stdout()) talweg::file::check_writable(d.output);
  if (!a.picture.title.empty() && !present::is_graph(format))
    throw talweg::Error("--title has no effect here: the graphs of --format svg, dot and tree have a title");
  const auto as = present::is_graph(format) ? api::ExplainAs::graph : api::ExplainAs::document;
  const api::ExplainOutcome outcome = api::explain(a.request, as);
  for (const auto& warning : outcome.warnings) put_warning(warning);
  put_document(present::render(outcome, format, a.picture.title), d.output);
  return exit_status::success;
}

constexpr const char* examples = R"help(Examples:
  talweg explain "x^2" --start x=10 --optimizer adam,learning_rate=0.5 --step 3
  talweg explain "100*(y-x^2)^2 + (1-x)^2" --start x=-1.2,y=1 --optimizer lbfgs --step 4 --format markdown
  talweg explain "x*y + sin(x)" --start x=2,y=3 --format svg --output graph.svg
  talweg explain "mean((a+b*x-y)^2)/2" --data points.csv --start a=1,b=1 --optimizer sgd --batch-size 2
  talweg explain --neuron "x=1,-2,3 w=-3,-1,2 b=1 activation=relu"
  talweg explain --neuron "x=1,-1 w=.5,-.8 b=.2 target=1" --optimizer adam,learning_rate=.01
  talweg explain iris.model iris.csv --row 17 --weight "dense1[2,3]"

The first update is step 1. Rows, inputs and units count from 1: a weight is dense1[input,unit], a bias
dense1.bias[unit]. Right-hand sides in numbers read back: put to a calculator they give the result to the last digit.)help";

}  // namespace

Command explain_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, api::ExplainRequest::options());
  auto problem = api::MinimizeRequest::problem_options();
  for (auto& option : problem) {
    if (option.info.name == "iterations") option.info.help = "length of the run, as for minimize";
    // The step is made whether the run has converged or not.
    option.info.hidden = option.info.name == "tolerance" || option.info.name == "gradient_tolerance";
  }
  add_options(command.options, a->request.problem, problem);
  add_options(command.options, a->documents,
              document_options(
                  {.format = "text, markdown, latex, json, or a graph as tree, dot or svg (text)", .output = to_file}));
  add_options(command.options, a->picture, {present::PictureOptions::title_option()});
  command.run = [a] { return run(*a); };
  return command;
}
