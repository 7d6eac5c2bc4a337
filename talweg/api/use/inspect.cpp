#include "talweg/api/use/inspect.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>

#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/nn/mlp.hpp"
#include "talweg/train/coefficients.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::api {

namespace {

/// A coefficient by the place of its input and its output.
struct Weight {
  double value;
  std::size_t input, output;
  double scaled = value;  ///< for one standard deviation of its column: what makes columns comparable
};

/// The largest first; equal ones in the order of their inputs. Returns how many were left out.
std::int64_t keep_largest(std::vector<Weight>& weights, std::int64_t top) {
  const auto count = std::min(weights.size(), static_cast<std::size_t>(top));
  const auto larger = [](const Weight& a, const Weight& b) {
    const double x = std::abs(a.scaled), y = std::abs(b.scaled);
    return x != y ? x > y : a.input != b.input ? a.input < b.input : a.output < b.output;
  };
  std::partial_sort(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(count), weights.end(), larger);
  const auto left_out = static_cast<std::int64_t>(weights.size() - count);
  weights.resize(count);
  return left_out;
}

/// name, class where there are several outputs, value, and scaled where columns were.
struct CoefficientTable {
  bool classes = false, scaled = false;
  std::string name = "name", value = "value";  ///< headings

  report::Table operator()(const std::vector<Weight>& weights, const std::vector<std::string>& labels,
                           const std::function<std::string(std::size_t)>& name_of) const {
    report::Table table;
    table.columns = {name};
    if (classes) table.columns.push_back("class");
    table.columns.push_back(value);
    if (scaled) table.columns.push_back("scaled");
    for (const Weight& w : weights) {
      std::vector<report::Cell> row{name_of(w.input)};
      if (classes) row.emplace_back(labels[w.output]);
      row.emplace_back(w.value);
      if (scaled) row.emplace_back(w.scaled);
      table.rows.push_back(std::move(row));
    }
    return table;
  }
};

constexpr std::int64_t bias_place = 0;  // of sparse rows

void add_table(const train::online::StreamModel& m, std::int64_t top, InspectReport& r) {
  const models::SparseLinear& model = m.model;
  std::vector<Weight> weights;
  for (std::size_t o = 0; o < model.outputs(); ++o)
    r.intercepts.emplace_back(model.outputs() > 1 ? model.target.classes[o] : "", 0.0);
  for (std::size_t i = 0; i < model.places.size(); ++i)
    for (std::size_t o = 0; o < model.outputs(); ++o) {
      const double w = model.weights[i * model.outputs() + o];
      if (model.places[i] == bias_place)
        r.intercepts[o].second = w;
      else if (w != 0)
        weights.push_back({w, static_cast<std::size_t>(model.places[i]), o});
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
  std::vector<Weight> weights;
  for (std::size_t i = 0; i < c.values.size(); ++i)
    weights.push_back({c.values[i], i / width, i % width, scaled ? c.scaled[i] : c.values[i]});
  for (std::size_t o = 0; o < width; ++o) r.intercepts.emplace_back(classes ? labels[o] : "", c.intercepts[o]);
  r.title = "coefficients";
  r.left_out = keep_largest(weights, top);
  r.table =
      CoefficientTable{.classes = classes, .scaled = scaled}(weights, labels, [&](std::size_t i) { return inputs[i]; });
}

/// Of a factorisation: the biases that move a rating most.
void add_table(const train::SavedFactorization& m, std::int64_t top, InspectReport& r) {
  const models::Factorization& f = m.model;
  r.title = "largest biases";
  std::vector<Weight> biases;  // of users, then of items
  const auto add = [&](std::size_t at, std::size_t count, std::size_t side) {
    for (std::size_t i = 0; f.biases && i < count; ++i)
      if (const double b = f.parameters[at + i]; b != 0) biases.push_back({b, i, side});
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
        weights.push_back({w, static_cast<std::size_t>(model.places[i]), o});
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
