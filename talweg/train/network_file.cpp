#include "talweg/train/network_file.hpp"

#include <algorithm>
#include <set>
#include <type_traits>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/model.hpp"
#include "talweg/nn/layers/all.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg {

namespace {

using text::cat;

/// The layers as the text of a model names them.
models::ModelSpec spec_of(std::span<const nn::PlacedLayer> layers, data::Task task) {
  models::ModelSpec spec;
  const auto refuse = [](const nn::PlacedLayer& layer) {
    throw Error(cat("the layer ", layer.name,
                    " has no place in a model file, which holds dense layers "
                    "with the same ",
                    "activation and dropout after each but the last"));
  };
  const bool hidden = layers.size() > 1;
  spec.kind = hidden                           ? "mlp"
              : task == data::Task::regression ? "linear"
              : task == data::Task::binary     ? "logistic"
                                               : "softmax";
  for (std::size_t i = 0; i < layers.size();) {
    const auto* dense = layers[i].module.as<nn::layers::Dense>();
    if (!dense) refuse(layers[i]);
    if (++i == layers.size()) return spec;
    const bool first = spec.hidden.empty();
    spec.hidden.push_back(dense->size);
    const auto* activation = layers[i].module.as<nn::layers::Activation>();
    if (!activation || (!first && activation->f.name() != spec.activation)) refuse(layers[i]);
    spec.activation = activation->f.name();
    double rate = 0;
    if (++i < layers.size())
      if (const auto* dropout = layers[i].module.as<nn::layers::Dropout>()) rate = dropout->rate, ++i;
    if (i == layers.size() || (!first && rate != spec.dropout)) refuse(layers[i - 1]);
    spec.dropout = rate;
  }
  return spec;
}

data::Task task_of(const NetworkFile& about, std::int64_t outputs) {
  const auto classes = static_cast<std::int64_t>(about.classes.size());
  if (classes == 0 && outputs == 1) return data::Task::regression;
  if (classes == 2 && outputs == 1) return data::Task::binary;
  if (classes > 1 && classes == outputs) return data::Task::classes;
  throw Error(cat("a network of ", outputs, outputs == 1 ? " output" : " outputs", " and ", classes,
                  " names of classes: one output is a number or, with two "
                  "names, two classes; several outputs need a ",
                  "name each"));
}

void require_different(const std::vector<std::string>& names, std::string_view what) {
  if (std::set(names.begin(), names.end()).size() != names.size())
    throw Error(cat("two ", what, " have the same name: ", "give each its own"));
}

data::Preprocess rows_of(const NetworkFile& about, std::int64_t inputs, data::Task task) {
  std::vector<std::string> columns = about.columns;
  for (std::int64_t i = 1; about.columns.empty() && i <= inputs; ++i) columns.push_back(cat("x", i));
  if (static_cast<std::int64_t>(columns.size()) != inputs)
    throw Error(cat(columns.size(), " names of columns for a network of ", inputs, " inputs: give one for each"));
  data::Preprocess out;
  for (const auto& name : columns) out.features.emplace_back().name = name;
  out.target.name = about.target;
  out.target.task = task;
  out.target.numeric = task == data::Task::regression;
  out.target.classes = about.classes;
  out.columns = std::move(columns);
  out.columns.push_back(about.target);
  require_different(out.columns, "columns");
  require_different(about.classes, "classes");
  return out;
}

}  // namespace

template <class T> void save_network(const nn::Network<T>& network, const std::string& path, const NetworkFile& about) {
  train::TrainedModel m;
  const data::Task task = task_of(about, network.outputs());
  m.spec = spec_of(network.layers(), task);
  m.preprocess = rows_of(about, network.inputs(), task);
  m.head.task = task;
  m.head.loss = nn::loss(about.loss.empty() ? models::default_loss(task) : about.loss).name();
  m.head.outputs = static_cast<std::size_t>(network.outputs());
  if (nn::loss(m.head.loss).traits().task != models::task_of(task))
    throw Error(cat("loss '", m.head.loss, "' does not fit the outputs of the network"));
  m.precision = std::is_same_v<T, float> ? train::Precision::float32 : train::Precision::float64;
  m.layout = models::layout(m.spec, m.head, m.preprocess.inputs());
  const auto values = network.values();
  m.parameters.assign(values.begin(), values.end());
  m.save(path);
}

template <class T> nn::Network<T> load_network(const std::string& path) {
  const auto m = train::TrainedModel::load(path);
  if (std::is_same_v<T, float> && m.precision == train::Precision::float64)
    throw Error(cat(path,
                    ": holds numbers in double, which float would round; "
                    "load it as a network of double"));
  models::Model<T> model(m.spec, m.head, m.preprocess.inputs(), 0);
  const auto values = model.network().parameters().values;
  std::transform(m.parameters.begin(), m.parameters.end(), values.begin(), [](double v) { return static_cast<T>(v); });
  return std::move(model.network());
}

template void save_network(const nn::Network<float>&, const std::string&, const NetworkFile&);
template void save_network(const nn::Network<double>&, const std::string&, const NetworkFile&);
template nn::Network<float> load_network(const std::string&);
template nn::Network<double> load_network(const std::string&);

}  // namespace talweg
