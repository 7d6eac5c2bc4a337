#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/data/input.hpp"
#include "talweg/explain/document.hpp"
#include "talweg/explain/graph.hpp"

namespace talweg::models {
class SavedModel;
}

/// What `talweg explain` does, without the printing.
namespace talweg::api {

/// An explanation with its head, ready to be written.
struct ExplainDocument {
  std::string title;
  std::vector<std::string> sentences;  ///< below the title
  std::vector<explain::Section> sections;
  std::string json_head;  ///< an object; `sections` is added to it
};

/// What is wanted of an explanation: its arithmetic, or the graph of its operations.
enum class ExplainAs { document, graph };

struct ExplainOutcome {
  std::variant<ExplainDocument, explain::Graph> shown;
  std::vector<std::string> warnings;
};

/// What is to be explained: a formula by one update of a method, a neuron, or a weight of a model on one row.
struct ExplainRequest {
  std::vector<std::string> what;  ///< a formula, or a model file and a data file; beside a neuron, more of its words
  MinimizeRequest problem;        ///< how the formula is minimised; its `formula` is filled in
  std::optional<std::int64_t> step, row;  ///< counted from 1
  std::string neuron;                     ///< "x=1,-2,3 w=-3,-1,2 b=1 activation=relu"
  std::string weight;                     ///< "dense1[2,3]"; empty: the one with the largest derivative
  std::string target;                     ///< the file of labels of IDX images, or a column under another name

  template <class R = ExplainRequest> static std::vector<Option<R>> options();
};

template <class R> std::vector<Option<R>> ExplainRequest::options() {
  constexpr std::string_view model = "With a model";
  using O = Option<R>;
  return {O::template of<&R::what>({.name = "what",
                                    .takes = "FORMULA | MODEL FILE",
                                    .help = "a formula, or a model file and a data file",
                                    .path = PathRole::input_or_text,
                                    .path_words = "the input",
                                    .argument = true,
                                    .several = true}),
          O::template of<&R::step>({.name = "step",
                                    .takes = "K",
                                    .help = "the update to explain, counted from 1 (1)",
                                    .group = "Run",
                                    .low = 1}),
          O::template of<&R::neuron>({.name = "neuron",
                                      .takes = "\"x=... w=... b=...\"",
                                      .help = "one neuron: \"x=1,-2,3 w=-3,-1,2 b=1 activation=relu target=1\"",
                                      .group = "Problem"}),
          O::template of<&R::row>(
              {.name = "row", .takes = "R", .help = "the row of the file, counted from 1", .group = model, .low = 1}),
          O::template of<&R::weight>({.name = "weight",
                                      .takes = "NAME[I,J]",
                                      .help = "dense1[2,3] or dense1.bias[3] (the largest derivative)",
                                      .group = model}),
          O::template of<&R::target>({.name = "target",
                                      .takes = "COLUMN",
                                      .help = "of images: the file of their labels",
                                      .group = model,
                                      .path = PathRole::labels,
                                      .path_words = "the labels"})};
}

/// Throws Error for anything wrong in the request, for options that would have no effect among them.
ExplainOutcome explain(ExplainRequest request, ExplainAs as);

/// One update of a method on a formula. As a graph: the formula at the point before the step, with the value
/// and the derivative of f at each operation. Throws Error for anything wrong in the request, and when the run ends
/// before the step.
ExplainOutcome explain_step(const MinimizeRequest& request, std::int64_t step, ExplainAs as);

/// A formula as a graph at its start: values, and the derivatives of f.
explain::Graph draw_formula(const MinimizeRequest& request);

/// One neuron by the chain rule: "x=1,-2,3 w=-3,-1,2 b=1 activation=relu". What is given apart from the text (a
/// first-order method, empty: none) must not be given in it too.
ExplainOutcome explain_neuron(const std::string& text, const std::string& optimizer, ExplainAs as);

struct ExplainModelRequest {
  std::string model;
  data::Input file;
  std::string target = {};  ///< the file of labels of IDX images, or a column under another name
  std::int64_t row = 1;     ///< counted from 1
  std::string weight = {};  ///< "dense1[2,3]"; empty: the one with the largest derivative
};
/// From the loss of one row to one weight of a trained model.
ExplainOutcome explain_model(const ExplainModelRequest& request, ExplainAs as);
/// The same of a model in memory, which `request.model` names in messages and titles.
ExplainOutcome explain_model(const models::SavedModel& saved, const ExplainModelRequest& request, ExplainAs as);

}  // namespace talweg::api
