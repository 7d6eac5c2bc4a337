#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/api/explain/explain_report.hpp"
#include "talweg/api/minimize/minimize.hpp"

/// What `talweg explain` does, without the printing.
namespace talweg::api {

struct ExplainOutcome {
  std::string document;
  std::vector<std::string> warnings;
};

/// One update of a method on a formula. As a graph (dot, svg): the formula at the point before the step, with the value
/// and the derivative of f at each operation. Throws Error for anything wrong in the request, and when the run ends
/// before the step.
ExplainOutcome explain_step(const MinimizeRequest& request, std::int64_t step, ExplainFormat format);

/// A formula as a graph at its start, for dot and svg: values, and the derivatives of f.
std::string draw_formula(const MinimizeRequest& request, ExplainFormat format);

/// One neuron by the chain rule: "x=1,-2,3 w=-3,-1,2 b=1 activation=relu". What is given apart from the text (a
/// first-order method, empty: none) must not be given in it too.
ExplainOutcome explain_neuron(const std::string& text, const std::string& optimizer, ExplainFormat format);

struct ExplainModelRequest {
  std::string model, file;
  std::string target = {};  ///< the file of labels of IDX images, or a column under another name
  std::int64_t row = 1;     ///< counted from 1
  std::string weight = {};  ///< "dense1[2,3]"; empty: the one with the largest derivative
};
/// From the loss of one row to one weight of a trained model.
ExplainOutcome explain_model(const ExplainModelRequest& request, ExplainFormat format);

}  // namespace talweg::api
