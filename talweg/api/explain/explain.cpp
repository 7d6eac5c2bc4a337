#include "talweg/api/explain/explain.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "talweg/api/minimize/batches.hpp"
#include "talweg/api/train/training_table.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"
#include "talweg/explain/formula_sheet.hpp"
#include "talweg/explain/graph.hpp"
#include "talweg/explain/network.hpp"
#include "talweg/explain/neuron.hpp"
#include "talweg/explain/rows.hpp"
#include "talweg/explain/update.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::api {

namespace {

using text::cat;
using Json = nlohmann::ordered_json;

std::string kept_text(std::span<const Slot> slots, std::string_view nothing) {
  std::string out;
  for (const Slot& s : slots) {
    out += cat(out.empty() ? "" : ", ", s.name);
    if (!s.symbol.empty()) out += cat(" ", s.symbol);
    out += cat(" (", s.what, ")");
  }
  return out.empty() ? std::string(nothing) : out;
}

/// What the card of the method says: the update in one line, and the numbers that it has.
std::vector<std::string> words_of_card(std::string_view optimizer) {
  const std::string_view label = optimizer.substr(0, optimizer.find(','));
  for (const auto& m : first_order_methods())
    if (m.label() == label)
      return {std::string(m.card.formula),
              cat("kept between steps: ", kept_text(m.slots, "nothing, the update needs x and g alone"))};
  for (const bool exact : {true, false})  // a method without variants is called by its name
    for (const auto& m : deterministic_methods())
      if (exact ? m.label() == label : m.card.name == label)
        return {std::string(m.card.formula), cat("of each step: ", kept_text(m.slots, "nothing"))};
  return {};
}

Json by_name(const std::vector<std::string>& names, const std::vector<double>& x) {
  auto out = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) out[names[i]] = x[i];
  return out;
}

std::string point_text(const explain::Update& u, const std::vector<double>& x, std::int64_t index) {
  std::string out;
  for (std::size_t i = 0; i < x.size(); ++i)
    out += cat(i ? ", " : "", explain::indexed(u.names[i], index).plain, " = ", x[i]);
  return out;
}

explain::Graph graph_at(const Problem& problem, std::span<const std::string> names, std::span<const double> x,
                        const std::string& text) {
  if (!problem.formula())
    throw Error("data", cat("a formula over rows has no graph of its own: leave ", text::option("data"),
                            " out and give numbers for its columns, or explain it as text"));
  explain::Sheet sheet;
  std::vector<explain::Sheet::Id> ids;
  for (std::size_t i = 0; i < names.size(); ++i) ids.push_back(sheet.symbol(explain::symbol(names[i]), x[i]));
  const auto root = put(sheet, *problem.formula(), ids);
  return explain::graph_of(sheet, root, cat("f = ", text, ": values, and ∂ = ∂f/∂(this)"), "f");
}

ExplainDocument document_of(const MinimizeRequest& request, explain::Update u) {
  ExplainDocument d;
  d.title = cat("Step ", u.step, " of ", u.optimizer);
  d.sentences.push_back(cat("f = ", request.formula, request.options.maximize ? ", to be maximised" : ""));
  for (std::string& words : words_of_card(u.optimizer)) d.sentences.push_back(std::move(words));
  d.sentences.push_back(cat("before: ", point_text(u, u.x, u.step - 1), ", f = ", u.value));
  d.sentences.push_back(cat("after: ", point_text(u, u.next, u.step), ", f = ", u.next_value));
  d.json_head =
      Json{{"formula", request.formula},       {"optimizer", u.optimizer},  {"step", u.step},
           {"x", by_name(u.names, u.x)},       {"value", u.value},          {"gradient", by_name(u.names, u.gradient)},
           {"next", by_name(u.names, u.next)}, {"next_value", u.next_value}}
          .dump(-1, ' ', false, Json::error_handler_t::replace);
  d.sections = std::move(u.sections);
  return d;
}

}  // namespace

ExplainOutcome explain_step(const MinimizeRequest& request, std::int64_t step, ExplainAs as) {
  PreparedMinimize p = prepare(request);
  explain::UpdateProblem problem{.function = p.problem->function(),
                                 .start = p.problem->start(),
                                 .method = p.method.method,
                                 .options = p.options,
                                 .constraints = request.constraints,
                                 .step = step};
  std::optional<FunctionInBatches> batches;
  if (p.batch) {
    batches.emplace(request, p);
    problem.function = batches->function();
    problem.options.max_iterations = batches->steps();
    problem.before_step = [&] { batches->begin_again(step); };
  }
  explain::Update u = explain::explain_update(problem);
  std::vector<std::string> warnings = std::move(p.method.warnings);
  if (as == ExplainAs::graph) return {graph_at(*p.problem, u.names, u.x, request.formula), std::move(warnings)};
  if (p.problem->over_rows()) {
    const std::vector<std::uint32_t> rows = batches ? batches->rows(step) : std::vector<std::uint32_t>();
    auto sections = explain::explain_rows(*p.problem->over_rows(), u.taken_at, rows,
                                          [&](std::size_t row) { return p.problem->line(row); });
    u.sections.insert(u.sections.begin(), sections.begin(), sections.end());
  }
  return {document_of(request, std::move(u)), std::move(warnings)};
}

explain::Graph draw_formula(const MinimizeRequest& request) {
  const PreparedMinimize p = prepare(request);
  return graph_at(*p.problem, p.problem->variables(), p.problem->start(), request.formula);
}

ExplainOutcome explain_neuron(const std::string& text, const std::string& optimizer, ExplainAs as) {
  explain::Neuron n = explain::Neuron::parse(text);
  if (!optimizer.empty()) {
    if (!n.optimizer.empty())
      throw Error("optimizer", text::cat(text::option("optimizer"), " is given beside ", text::option("neuron"),
                                         " and in it: give it once"));
    n.optimizer = optimizer;
  }
  explain::NeuronExplanation e = explain::explain_neuron(n);
  if (as == ExplainAs::graph) return {e.graph, {}};
  ExplainDocument d;
  d.title = cat("One neuron: y = ", n.activation, "(w·x + b)");
  d.sentences.push_back(n.target ? "with a target t, and J = ½(t − y)²" : "the derivatives of its output y");
  Json head{{"activation", n.activation}, {"x", n.x}, {"w", n.w}, {"b", n.b}, {"z", e.z}, {"y", e.y}};
  if (n.target) head["target"] = *n.target;
  if (e.loss) head["loss"] = *e.loss;
  head["slope"] = e.slope;
  head["gradient"] = {{"w", e.gradient}, {"b", e.bias_gradient}};
  head["updated"] = {{"w", e.new_w}, {"b", e.new_b}, {"z", e.new_z}, {"y", e.new_y}};
  if (e.new_loss) head["updated"]["loss"] = *e.new_loss;
  d.json_head = head.dump(-1, ' ', false, Json::error_handler_t::replace);
  d.sections = std::move(e.sections);
  return {d, {}};
}

ExplainOutcome explain_model(const ExplainModelRequest& request, ExplainAs as) {
  return explain_model(*train::load_model(request.model), request, as);
}

ExplainOutcome explain_model(const models::SavedModel& saved, const ExplainModelRequest& request, ExplainAs as) {
  const auto* trained = dynamic_cast<const train::TrainedModel*>(&saved);
  if (!trained)
    throw Error(cat(request.model, ": holds ", train::what_it_holds(saved.archive()),
                    ", which has no layers to follow from the loss to a weight; explain takes linear, logistic, ",
                    "softmax and mlp models that were trained on a table"));
  train::TrainedModel model = *trained;
  if (!request.target.empty() && !data::labels_lie_apart(request.file)) model.preprocess.target.name = request.target;
  data::Table table = train::read_for(model, request.file, true);
  if (table.labels_apart && !table.find(model.preprocess.target.name))
    append_truth(table, request.file, request.target);
  if (request.row < 1) throw Error("row", cat(text::option("row", request.row), " is out of range: rows count from 1"));
  explain::WeightExplanation e = explain::explain_weight(
      {.model = model, .table = table, .row = static_cast<std::size_t>(request.row), .weight = request.weight});
  if (as == ExplainAs::graph) return {e.graph, {}};
  ExplainDocument d;
  d.title =
      cat("From the loss to ", e.weight, " of ", request.model, ", row ", request.row, " of ", request.file.name());
  d.sentences.push_back(cat(model.spec.text(), ", ", model.head.loss,
                            "; indices and rows count from 1; weights are [input,unit]; computed in double"));
  d.sentences.push_back(cat(e.weight, " = ", e.value, ", ∂loss/∂", e.weight, " = ", e.gradient));
  if (model.spec.dropout > 0) d.sentences.push_back("without the dropout of training: every unit is present");
  d.json_head = Json{{"model", request.model}, {"file", request.file.name()},
                     {"row", request.row},     {"weight", e.weight},
                     {"value", e.value},       {"loss", e.loss},
                     {"gradient", e.gradient}, {"updated", e.new_value}}
                    .dump(-1, ' ', false, Json::error_handler_t::replace);
  d.sections = std::move(e.sections);
  return {d, {}};
}

namespace {

/// An option that another form of the request reads would have no effect here.
void refuse_others(ExplainRequest& request, std::string_view form, std::initializer_list<std::string_view> allowed) {
  std::vector<BoundOption> options;
  add_options(options, request.problem, MinimizeRequest::problem_options());
  add_options(options, request, ExplainRequest::options());
  for (const BoundOption& option : options)
    if (!option.info.argument && std::ranges::find(allowed, option.info.name) == allowed.end() && !option.get().empty())
      throw Error(option.info.name, cat(text::option(option.info.name), " has no effect on ", form, ": leave it out"));
}

ExplainOutcome explain_words(ExplainRequest& request, ExplainAs as) {
  std::string neuron = request.neuron;
  for (const std::string& word : request.what) {  // x=1 w=2 b=0 beside learning_rate=0.1
    if (word.find('=') == std::string::npos)
      throw Error(cat("'", word, "' and ", text::option("neuron"), ": explain one thing at a time"));
    neuron += " " + word;
  }
  refuse_others(request, text::option("neuron"), {"neuron", "optimizer"});
  return explain_neuron(neuron, request.problem.method.optimizer, as);
}

}  // namespace

ExplainOutcome explain(ExplainRequest request, ExplainAs as) {
  if (!request.neuron.empty()) return explain_words(request, as);
  if (request.what.empty())
    throw Error(cat("nothing to explain: give a formula, ", text::option("neuron", "\"x=1 w=2 b=0\""),
                    ", or a model file and a data file"));
  if (request.what.size() > 2)
    throw Error(
        cat("unexpected argument '", request.what[2], "': give a formula in quotes, or a model file and a data file"));
  if (request.what.size() == 2) {
    refuse_others(request, "a model",
                  {"row", "weight", "target", "delimiter", "header", "skip", "decimal", "thousands", "missing"});
    if (!request.row)
      throw Error("row", cat(text::option("row"), " is missing: say which row of the file to explain, counted from 1"));
    return explain_model({.model = request.what[0],
                          .file = {request.what[1], request.problem.data.reading},
                          .target = request.target,
                          .row = *request.row,
                          .weight = request.weight},
                         as);
  }
  if (request.row || !request.weight.empty() || !request.target.empty())
    throw Error("row", cat(text::option("row"), ", ", text::option("weight"), " and ", text::option("target"),
                           " belong to a model: name its file and a data file, and ", text::option("row", 17)));
  request.problem.formula = text::trim(request.what[0]);
  if (as == ExplainAs::graph && !request.step) {
    refuse_others(request,
                  cat("the graph of a formula at its start (with ", text::option("step"), " it is drawn at that step)"),
                  {"start", "data", "delimiter", "header", "skip", "decimal", "thousands", "missing", "date"});
    return {.shown = draw_formula(request.problem), .warnings = {}};
  }
  refuse_others(request, "one step, which is made whether the run has converged or not",
                {"start",  "optimizer", "step",    "iterations", "bounds",  "subject_to", "maximize", "schedule",
                 "clip",   "group",     "data",    "batch_size", "epochs",  "seed",       "order",    "delimiter",
                 "header", "skip",      "decimal", "thousands",  "missing", "date"});
  return explain_step(request.problem, request.step.value_or(1), as);
}

}  // namespace talweg::api
