#include "talweg/interchange/onnx/onnx.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/interchange/onnx/activations.hpp"
#include "talweg/interchange/onnx/outputs.hpp"
#include "talweg/interchange/onnx/rows.hpp"
#include "talweg/interchange/utf8.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::interchange {

namespace {

using namespace onnx;

std::span<const double> values_of(const train::TrainedModel& m, const nn::Parameter& p) {
  return std::span(m.parameters).subspan(static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.size()));
}

/// x·W + b, the parameters `at` and `at` + 1.
Value dense(Graph& g, const train::TrainedModel& m, std::size_t at, const Value& x) {
  const nn::Parameter &weight = m.layout[at], &bias = m.layout[at + 1];
  const Value w = g.parameters(weight.name, values_of(m, weight), {weight.shape[0], weight.shape[1]}, m.single());
  const Value b = g.parameters(bias.name, values_of(m, bias), {bias.shape[0]}, m.single());
  return g.node("Gemm", {x, w, b});
}

/// The first layer on libsvm rows: inputs are (v − mean)·factor, so scale and mean are put into the weights, and a row
/// costs what it holds.
Value first_layer_of_indices(Graph& g, const train::TrainedModel& m) {
  const auto weight = values_of(m, m.layout[0]), bias = values_of(m, m.layout[1]);
  const auto& features = m.preprocess.features;
  IndexedSum sum;
  sum.constant.assign(bias.begin(), bias.end());
  sum.single = m.single() && std::ranges::all_of(features, [](const auto& f) { return f.mean == 0 && f.factor == 1; });
  for (std::size_t k = 0; k < features.size(); ++k) {
    const auto row = weight.subspan(k * bias.size(), bias.size());
    const data::Feature& f = features[k];
    for (std::size_t o = 0; o < row.size(); ++o) sum.constant[o] -= f.mean * f.factor * row[o];
    const auto index = f.name.starts_with('f') ? text::parse_integer(std::string_view(f.name).substr(1)) : std::nullopt;
    if (!index) continue;  // no libsvm row has it
    sum.indices.push_back(*index);
    for (const double w : row) sum.weights.push_back(f.factor * w);
  }
  return indexed_sum(g, sum);
}

void build(Graph& g, const train::TrainedModel& m) {
  Value z = m.preprocess.format == data::Format::libsvm ? first_layer_of_indices(g, m)
                                                        : dense(g, m, 0, encoded_table(g, m.preprocess, m.single()));
  for (std::size_t at = 2; at < m.layout.size(); at += 2) z = dense(g, m, at, activation(g, m.spec.activation, z));
  put_outputs(g, m.head, m.preprocess.target, z);
}

void build(Graph& g, const train::online::StreamModel& stream) {
  const models::SparseLinear& m = stream.model;
  if (m.features.hashed())
    throw Error(text::cat("this model hashes its features (",
                          text::option("hash_bits", std::int64_t{m.features.hash_bits}),
                          "), which ONNX has no operation for; write npz or JSON"));
  IndexedSum sum;
  sum.constant.assign(m.outputs(), 0.0);
  sum.single = m.single;
  for (std::size_t k = 0; k < m.places.size(); ++k) {
    const auto row = std::span(m.weights).subspan(k * m.outputs(), m.outputs());
    if (m.places[k] == 0) {
      std::ranges::copy(row, sum.constant.begin());
      continue;
    }
    sum.indices.push_back(m.places[k] - 1 + m.features.base);
    sum.weights.insert(sum.weights.end(), row.begin(), row.end());
  }
  put_outputs(g, m.head, m.target, indexed_sum(g, sum));
}

/// The number of an id, (batch, 1): `ids.size()` where it is not known.
Value looked_up(Graph& g, const Value& id, const data::Ids& ids, std::string_view what) {
  for (const auto& name : ids.names()) require_utf8(name, what);
  std::vector<std::int64_t> numbers(ids.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  return g.learned_node("LabelEncoder", id,
                        {attribute("keys_strings", ids.names()), attribute("values_int64s", numbers),
                         attribute("default_int64", static_cast<std::int64_t>(ids.size()))});
}

/// Where an id is not known, (batch, 1).
Value is_unknown(Graph& g, const Value& number, const data::Ids& ids) {
  const std::array unknown{static_cast<std::int64_t>(ids.size())};
  return g.node("Equal", {number, g.constant("unknown", std::span<const std::int64_t>(unknown), {1})});
}

/// Whoever is not known has the row of zeros behind each table.
void build(Graph& g, const train::SavedFactorization& f) {
  const models::Factorization& m = f.model;
  const Value user_id = g.input(f.columns.user, Element::text, {batch, 1}),
              item_id = g.input(f.columns.item, Element::text, {batch, 1});
  const Value user = looked_up(g, user_id, f.users, "the id of a user"),
              item = looked_up(g, item_id, f.items, "the id of an item");
  const auto users = static_cast<std::int64_t>(m.users) + 1, items = static_cast<std::int64_t>(m.items) + 1,
             rank = static_cast<std::int64_t>(m.rank);
  const auto table = [&](std::string_view name, std::size_t at, std::initializer_list<std::int64_t> shape) {
    const auto numbers =
        static_cast<std::size_t>(std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()));
    const std::size_t zeros = numbers / static_cast<std::size_t>(*shape.begin());
    const auto known = std::span(m.parameters).subspan(at, numbers - zeros);
    std::vector<double> padded(known.begin(), known.end());
    padded.resize(numbers, 0.0);
    return g.parameters(name, padded, shape, f.single());
  };
  const Value u = g.node("Gather", {table("user.factors", m.user_factors_at(), {users, rank}), user}),
              v = g.node("Gather", {table("item.factors", m.item_factors_at(), {items, rank}), item});
  Value z = g.node("ReduceSum", {g.node("Mul", {u, v}), g.axis(2)}, {attribute("keepdims", 0)});
  if (m.biases) {
    const Value b = g.node("Gather", {table("user.biases", m.user_biases_at(), {users}), user}),
                c = g.node("Gather", {table("item.biases", m.item_biases_at(), {items}), item});
    z = g.node("Add", {g.node("Add", {g.node("Add", {b, c}), z}), g.constant(m.mean)});
  } else {
    const Value cold = g.node("Or", {is_unknown(g, user, f.users), is_unknown(g, item, f.items)});
    z = g.node("Where", {cold, g.constant(m.fallback), z});
  }
  if (m.clip) z = g.node("Min", {g.node("Max", {z, g.constant(m.low)}), g.constant(m.high)});
  g.output(g.node("Squeeze", {z, g.axis(1)}, {}, "prediction"), Element::float64, {batch});
}

}  // namespace

std::string onnx_bytes(const models::SavedModel& model) {
  Graph graph;
  train::with_kind(model, [&](const auto& m) { build(graph, m); });
  return graph.model(model.text());
}

}  // namespace talweg::interchange
