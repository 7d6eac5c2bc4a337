#include "talweg/api/use/inspect.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>

#include <nlohmann/json.hpp>

#include "talweg/api/use/coefficient_table.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/nn/mlp.hpp"
#include "talweg/train/coefficients.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::api {

namespace {

constexpr std::int64_t bias_place = 0;  // of sparse rows

void add_table(const train::online::StreamModel& m, std::int64_t top, InspectReport& r) {
  const models::SparseLinear& model = m.model;
  std::vector<Weight> weights;
  for (std::size_t o = 0; o < model.outputs(); ++o)
    r.intercepts.push_back({model.outputs() > 1 ? model.target.classes[o] : "", 0.0});
  for (std::size_t i = 0; i < model.places.size(); ++i)
    for (std::size_t o = 0; o < model.outputs(); ++o) {
      const double w = model.weights[i * model.outputs() + o];
      if (model.places[i] == bias_place)
        r.intercepts[o].value = w;
      else if (w != 0)
        weights.push_back({w, static_cast<std::size_t>(model.places[i]), o, w});
    }
  r.title = "coefficients";
  r.left_out = keep_largest(weights, top);
  r.table = CoefficientTable{.classes = model.outputs() > 1}(weights, model.target.classes,
                                                             [&](std::size_t place) { return model.name_of(place); });
}

std::string shape_text(const Shape& shape) {
  std::string out;
  for (int a = 0; a < shape.rank(); ++a) out += text::cat(a == 0 ? "" : " x ", shape[a]);
  return out;
}

void add_tensors(const train::TrainedModel& m, InspectReport& r) {
  r.model = m.spec.text(), r.activation = m.spec.activation;
  r.features = m.preprocess.input_names(), r.classes = m.preprocess.target.classes;
  for (const auto& p : m.layout) {
    const auto from = m.parameters.begin() + p.offset;
    r.tensors.push_back({p.name, p.shape[0], p.shape.rank() == 2 ? p.shape[1] : 0, {from, from + p.size()}});
  }
}

void list_layers(const train::TrainedModel& m, InspectReport& r) {
  r.title = "layers";
  r.table.columns = {"parameter", "shape", "numbers", "norm", "mean", "smallest", "largest", "zeros"};
  for (const auto& p : m.layout) {
    double squares = 0, sum = 0, low = INFINITY, high = -INFINITY;
    std::int64_t zeros = 0;
    for (std::int64_t i = p.offset; i < p.offset + p.size(); ++i) {
      const double v = m.parameters[static_cast<std::size_t>(i)];
      squares += v * v, sum += v;
      low = std::min(low, v), high = std::max(high, v);
      zeros += v == 0;
    }
    r.table.rows.push_back({p.name, shape_text(p.shape), p.size(), std::sqrt(squares),
                            sum / static_cast<double>(p.size()), low, high, zeros});
  }
}

/// What the errors beside the coefficients are, and which of them cannot be had.
void tell_errors(const train::TrainedModel& m, const std::vector<std::string>& inputs, InspectReport& r) {
  const train::Inference& known = m.inference;
  if (!known.none.empty()) r.facts.emplace_back("standard_errors", text::cat("none: ", known.none));
  if (!known.has_errors()) return;
  r.facts.emplace_back(
      "standard_errors",
      text::cat(known.penalised ? "of the Hessian with the l2 penalty at the optimum" : "of the Hessian at the optimum",
                known.degrees_of_freedom > 0
                    ? text::cat("; Student's t with ", known.degrees_of_freedom, " degrees of freedom")
                    : "; the normal distribution",
                "; intervals of 95 %", m.head.outputs > 1 ? "; coefficients add to 0 over the classes" : ""));
  const std::size_t width = m.head.outputs;
  for (std::size_t i = 0; i <= inputs.size(); ++i)
    if (known.errors[i * width] < 0) r.undetermined.push_back(i < inputs.size() ? inputs[i] : "intercept");
}

void add_table(const train::TrainedModel& m, std::int64_t top, InspectReport& r) {
  add_tensors(m, r);
  const std::vector<std::string> inputs = m.preprocess.input_names();
  const bool linear = m.spec.hidden.empty() && m.layout.size() == 2 &&
                      m.layout[0].size() == static_cast<std::int64_t>(inputs.size() * m.head.outputs) &&
                      m.layout[1].size() == static_cast<std::int64_t>(m.head.outputs);
  if (!linear) {
    list_layers(m, r);
    return;
  }
  const double epsilon = m.precision == train::Precision::float32 ? std::numeric_limits<float>::epsilon()
                                                                  : std::numeric_limits<double>::epsilon();
  const train::Coefficients c = train::coefficients_of(m.preprocess, m.head, m.parameters, epsilon);
  const std::size_t width = m.head.outputs;
  const bool classes = width > 1, scaled = !c.scaled.empty();
  const auto& labels = m.preprocess.target.classes;
  const train::Inference& known = m.inference;
  const Doubts doubts{.inference = known.has_errors() ? &known : nullptr,
                      .odds = m.head.traits().link == nn::Link::sigmoid};
  std::vector<Weight> weights;
  for (std::size_t i = 0; i < c.values.size(); ++i)
    weights.push_back({c.values[i], i / width, i % width, scaled ? c.scaled[i] : c.values[i],
                       known.has_errors() ? known.errors[i] : -1});
  for (std::size_t o = 0; o < width; ++o)
    r.intercepts.push_back(
        {classes ? labels[o] : "", c.intercepts[o],
         doubts.cells(c.intercepts[o], known.has_errors() ? known.errors[c.values.size() + o] : -1)});
  r.doubts = doubts.columns();
  tell_errors(m, inputs, r);
  r.title = "coefficients";
  r.left_out = keep_largest(weights, top);
  r.table = CoefficientTable{.classes = classes, .scaled = scaled, .doubts = doubts}(
      weights, labels, [&](std::size_t i) { return inputs[i]; });
}

/// Of a factorisation: the biases that move a rating most.
void add_table(const train::SavedFactorization& m, std::int64_t top, InspectReport& r) {
  const models::Factorization& f = m.model;
  r.title = "largest biases";
  std::vector<Weight> biases;  // of users, then of items
  const auto add = [&](std::size_t at, std::size_t count, std::size_t side) {
    for (std::size_t i = 0; f.biases && i < count; ++i)
      if (const double b = f.parameters[at + i]; b != 0) biases.push_back({b, i, side, b});
  };
  add(f.user_biases_at(), f.users, 0);
  add(f.item_biases_at(), f.items, 1);
  r.left_out = keep_largest(biases, top);
  r.table.columns = {"of", "id", "bias"};
  for (const Weight& b : biases)
    r.table.rows.push_back(
        {std::string(b.output ? "item" : "user"), (b.output ? m.items : m.users).names()[b.input], b.value});
}

}  // namespace

report::Table largest_weights(const models::SparseLinear& model, std::int64_t top, std::int64_t& left_out) {
  std::vector<Weight> weights;
  for (std::size_t i = 0; i < model.places.size(); ++i)
    for (std::size_t o = 0; o < model.outputs(); ++o)
      if (const double w = model.weights[i * model.outputs() + o]; w != 0)
        weights.push_back({w, static_cast<std::size_t>(model.places[i]), o, w});
  left_out = keep_largest(weights, top);
  return CoefficientTable{.classes = model.outputs() > 1, .name = "feature", .value = "weight"}(
      weights, model.target.classes, [&](std::size_t place) { return model.name_of(place); });
}

namespace {

bool is_spec(const std::string& text) {
  try {
    models::ModelSpec::parse(text);
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// What there is of it before anything is trained: its layers, from nothing but sizes.
InspectReport untrained(const InspectRequest& request) {
  if (!request.inputs || !request.outputs)
    throw Error(
        request.inputs ? "outputs" : "inputs",
        text::cat("a model by its spec needs ", text::option("inputs", "N"), " and ", text::option("outputs", "N")));
  const models::ModelSpec spec = models::ModelSpec::parse(request.model);
  std::int64_t inputs = *request.inputs, parameters = 0;
  InspectReport r{.title = "layers", .model = spec.text(), .activation = spec.activation};
  r.table.columns = {"parameter", "shape", "numbers"};
  std::map<std::string, int> counts;
  for (const nn::Module& layer : nn::mlp_layers({.inputs = inputs,
                                 .outputs = *request.outputs,
                                 .hidden = spec.hidden,
                                 .activation = spec.activation,
                                 .init = spec.init,
                                 .dropout = spec.dropout})) {
    const std::string name = text::cat(layer.name(), ++counts[std::string(layer.name())]);
    for (const nn::LayerParameter& p : layer.parameters(inputs)) {
      const bool matrix = p.shape.rank() == 2;
      r.tensors.push_back({text::cat(name, ".", p.name), p.shape[0], matrix ? p.shape[1] : 0});
      r.table.rows.push_back({r.tensors.back().name, shape_text(p.shape), p.shape.size()});
      parameters += p.shape.size();
    }
    inputs = layer.outputs(inputs);
  }
  r.facts = {
      {"model", spec.text()}, {"inputs", *request.inputs}, {"outputs", *request.outputs}, {"parameters", parameters}};
  return r;
}

}  // namespace

InspectReport inspect(const InspectRequest& request) {
  if (request.inputs || request.outputs || (!std::filesystem::exists(request.model) && is_spec(request.model)))
    return untrained(request);
  return inspect(*train::load_model(request.model), request.top);
}

InspectReport inspect(const models::SavedModel& model, std::int64_t top) {
  InspectReport r;
  for (const models::Fact& fact : model.describe())
    r.facts.emplace_back(fact.name, std::visit([](const auto& v) { return report::Cell(v); }, fact.value));
  train::with_kind(model, [&](const auto& m) { add_table(m, top, r); });
  return r;
}

}  // namespace talweg::api
