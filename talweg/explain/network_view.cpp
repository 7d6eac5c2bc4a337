#include "talweg/explain/network_view.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/operations.hpp"
#include "talweg/models/targets.hpp"
#include "talweg/nn/layers/all.hpp"

namespace talweg::explain {

namespace {

using text::cat;

models::Model<double> restore(const train::TrainedModel& m) {
  models::ModelSpec spec = m.spec;
  spec.dropout = 0;  // a row is explained as it is predicted: every unit present
  models::Model<double> model(spec, m.head, m.preprocess.inputs(), 0);
  const auto values = model.network().parameters().values;
  std::copy(m.parameters.begin(), m.parameters.end(), values.begin());
  return model;
}

std::vector<double> copy(const double* from, std::int64_t count) {
  return from ? std::vector<double>(from, from + count) : std::vector<double>(static_cast<std::size_t>(count));
}

std::size_t index_of(std::string_view token, std::size_t count, std::string_view what, const std::string& weight) {
  const auto k = text::parse_integer(token);
  if (!k || *k < 1 || static_cast<std::size_t>(*k) > count)
    throw Error("weight", cat(text::option("weight", weight), ": '", token, "' is no ", what,
                              ": indices count from 1, give 1 to ", count));
  return static_cast<std::size_t>(*k - 1);
}

}  // namespace

NetworkView::NetworkView(const train::TrainedModel& trained, const data::Table& table, std::size_t row)
    : model(restore(trained)), x(trained.preprocess.inputs()) {
  if (row < 1 || row > table.rows)
    throw Error("row", cat(text::option("row", row), ": ", table.origin, " has rows 1 to ", table.rows));
  const auto at = static_cast<std::uint32_t>(row - 1);
  trained.preprocess.encode(table, std::span(&at, 1), std::span(x));
  const auto truths = data::target_values(table, trained.preprocess.target);
  truth = truths[at];
  target = models::encode_targets<double>(trained.head, std::span(&truths[at], 1));

  const nn::Targets<double> targets = models::rows_of(target, 0, 1);
  auto& network = model.network();
  network.parameters().zero_gradients();
  loss = model.differentiate(View<const double>(x.data(), {1, static_cast<std::int64_t>(x.size())}), targets);

  const auto parameters = network.parameters();
  const auto nodes = network.tape().nodes();
  const auto placed = network.layers();
  std::size_t next = 0;
  for (std::size_t n = 0; n < nodes.size() && next < placed.size(); ++n) {
    const auto& node = nodes[n];
    if (!node.operation || node.operation->name != nn::Dense::name) continue;
    while (!placed[next].module.as<nn::layers::Dense>()) ++next;
    const nn::PlacedLayer& layer = placed[next++];
    const auto& in = nodes[static_cast<std::size_t>(node.operands[0])];
    LayerView v;
    v.name = layer.name;
    v.weight = parameters.value(parameters.list[layer.first]).span();
    v.bias = parameters.value(parameters.list[layer.first + 1]).span();
    v.in = copy(in.value, in.shape.size());
    v.z = v.out = copy(node.value, node.shape.size());
    v.by_z = v.by_out = copy(node.gradient, node.shape.size());
    v.slope.assign(v.z.size(), 1.0);
    if (next < placed.size()) {
      const auto& after = nodes[n + 1];
      v.activation = placed[next].module.as<nn::layers::Activation>()->f.name();
      v.out = copy(after.value, after.shape.size());
      v.by_out = copy(after.gradient, after.shape.size());
      for (std::size_t j = 0; acts_on_single_numbers(v.activation) && j < v.z.size(); ++j) {
        Sheet sheet;
        v.slope[j] =
            activation_slope(v.activation, Traced::symbol(sheet, "z", v.z[j]), Traced::symbol(sheet, "a", v.out[j]))
                .value();
      }
    }
    if (!v.activation.empty() && !acts_on_single_numbers(v.activation)) first_followed = layers.size() + 1;
    layers.push_back(std::move(v));
  }
}

std::string NetworkView::name(const Place& p) const {
  const std::string& layer = layers[p.layer].name;
  return p.bias ? cat(layer, ".bias[", p.unit + 1, "]") : cat(layer, ".weight[", p.input + 1, ",", p.unit + 1, "]");
}

Place NetworkView::find(const std::string& weight) {
  const auto open = weight.find('[');
  std::string parameter = weight.substr(0, open);
  if (parameter.find('.') == std::string::npos) parameter += ".weight";
  const auto parameters = model.network().parameters();
  const nn::Parameter& found = parameters.find(parameter);
  Place p;
  for (std::size_t l = 0; l < layers.size(); ++l)
    if (found.name.starts_with(layers[l].name + ".")) p.layer = l;
  p.bias = found.shape.rank() == 1;
  const LayerView& layer = layers[p.layer];
  const std::string form =
      p.bias ? cat(found.name, "[unit], from [1] to [", layer.units(), "]")
             : cat(found.name, "[input,unit], from [1,1] to [", layer.inputs(), ",", layer.units(), "]");
  if (open == std::string::npos || weight.back() != ']')
    throw Error("weight", cat(text::option("weight", weight), ": say which number: ", form));
  const auto indices = text::split(std::string_view(weight).substr(open + 1, weight.size() - open - 2), ',');
  if (indices.size() != (p.bias ? 1u : 2u))
    throw Error("weight", cat(text::option("weight", weight), ": write ", form));
  if (!p.bias) p.input = index_of(indices[0], layer.inputs(), "input", weight);
  p.unit = index_of(indices.back(), layer.units(), "unit", weight);
  return p;
}

Place NetworkView::largest() const {
  Place best;
  double most = -1;
  for (std::size_t l = first_followed; l < layers.size(); ++l)
    for (std::size_t i = 0; i < layers[l].inputs(); ++i)
      for (std::size_t j = 0; j < layers[l].units(); ++j)
        if (const double g = std::abs(layers[l].in[i] * layers[l].by_z[j]); g > most) {
          most = g;
          best = {l, false, i, j};
        }
  return best;
}

double NetworkView::value(const Place& p) const {
  return p.bias ? layers[p.layer].bias[p.unit] : layers[p.layer].w(p.input, p.unit);
}

double NetworkView::gradient(const Place& p) {
  const auto parameters = model.network().parameters();
  const auto gradient = parameters.gradient(cat(layers[p.layer].name, p.bias ? ".bias" : ".weight")).span();
  return gradient[p.bias ? p.unit : p.input * layers[p.layer].units() + p.unit];
}

}  // namespace talweg::explain
