#include "talweg/interchange/onnx/rows.hpp"

#include <numeric>
#include <span>
#include <unordered_map>

#include "talweg/base/text.hpp"
#include "talweg/interchange/utf8.hpp"

namespace talweg::interchange::onnx {

namespace {

using data::Column;
using data::Feature;

/// (v − mean)·factor of numbers raw (batch, features), the median in place of NaN.
Value encoded_numbers(Graph& g, const Value& raw, std::span<const Feature> features, bool single) {
  std::vector<double> fill, mean, factor;
  for (const Feature& f : features) fill.push_back(f.fill), mean.push_back(f.mean), factor.push_back(f.factor);
  const auto row = [&](std::string_view name, const std::vector<double>& values) {
    return g.constant(name, values, {1, static_cast<std::int64_t>(values.size())});
  };
  const Value known = g.node("Where", {g.node("IsNaN", {raw}), row("fill", fill), raw});
  const Value x = g.node("Mul", {g.node("Sub", {known, row("mean", mean)}), row("factor", factor)});
  return single ? g.rounded(x) : x;
}

/// 1 in the place of the category.
Value encoded_texts(Graph& g, const Value& raw, const Feature& f) {
  for (const auto& category : f.categories)
    require_utf8(category, text::cat("a category of the column '", f.name, "'"));
  const Value places =
      g.learned_node("OneHotEncoder", raw, {attribute("cats_strings", f.categories), attribute("zeros", 1)});
  g.tell(places, Element::float32, {batch, 1, static_cast<Axis>(f.categories.size())});
  return g.cast(g.node("Flatten", {places}, {attribute("axis", 1)}), Element::float64);
}

/// All pixels as one input, those that are features as they follow each other there.
Value encoded_pixels(Graph& g, const data::Preprocess& p, bool single) {
  std::unordered_map<std::string_view, std::int64_t> place;
  for (const auto& name : p.columns)
    if (name != p.target.name) place.emplace(name, static_cast<std::int64_t>(place.size()));
  const auto pixels = static_cast<std::int64_t>(place.size());
  Value raw = g.input("pixels", Element::float64, {batch, pixels});
  std::vector<std::int64_t> used;
  for (const Feature& f : p.features) used.push_back(place.at(f.name));
  if (used.size() < place.size()) {
    const auto count = static_cast<std::int64_t>(used.size());
    const Value which = g.constant("used_pixels", std::span<const std::int64_t>(used), {count});
    raw = g.node("Gather", {raw, which}, {attribute("axis", 1)});
  }
  return encoded_numbers(g, raw, p.features, single);
}

}  // namespace

Value encoded_table(Graph& g, const data::Preprocess& p, bool single) {
  if (p.format == data::Format::idx) return encoded_pixels(g, p, single);
  std::vector<Feature> used;
  for (const Feature& f : p.features)
    if (f.inputs() > 0) used.push_back(f);
  std::vector<Value> inputs;
  for (const Feature& f : used)
    inputs.push_back(g.input(f.name, f.kind == Column::Kind::text ? Element::text : Element::float64, {batch, 1}));
  std::vector<Value> parts;
  for (std::size_t from = 0, to = 0; from < used.size(); from = to) {
    to = from + 1;
    if (used[from].kind == Column::Kind::text) {
      parts.push_back(encoded_texts(g, inputs[from], used[from]));
      continue;
    }
    while (to < used.size() && used[to].kind == Column::Kind::numeric) ++to;
    const Value raw = g.concat(std::span(inputs).subspan(from, to - from));
    parts.push_back(encoded_numbers(g, raw, std::span(used).subspan(from, to - from), single));
  }
  return g.concat(parts);
}

Value indexed_sum(Graph& g, const IndexedSum& sum) {
  const std::size_t outputs = sum.constant.size();
  const Value indices = g.input("indices", Element::int64, {batch, entries});
  Value values = g.input("values", Element::float64, {batch, entries});
  if (sum.single) values = g.rounded(values);
  // A row of zeros first: where every other index is found.
  std::vector<std::int64_t> keys = sum.indices;
  std::vector<double> table(outputs, 0.0);
  table.insert(table.end(), sum.weights.begin(), sum.weights.end());
  if (keys.empty()) {
    keys.push_back(0);
    table.resize(2 * outputs, 0.0);
  }
  std::vector<std::int64_t> rows(keys.size());
  std::iota(rows.begin(), rows.end(), 1);
  const Value row =
      g.learned_node("LabelEncoder", indices,
                     {attribute("keys_int64s", keys), attribute("values_int64s", rows), attribute("default_int64", 0)});
  const auto width = static_cast<std::int64_t>(outputs);
  const Value weights =
      g.constant("weights", std::span<const double>(table), {static_cast<std::int64_t>(keys.size()) + 1, width});
  // (batch, 1, entries) × (batch, entries, outputs)
  const Value product = g.node("MatMul", {g.node("Unsqueeze", {values, g.axis(1)}), g.node("Gather", {weights, row})});
  const Value constant = g.constant("constant", std::span<const double>(sum.constant), {1, width});
  return g.node("Add", {g.node("Squeeze", {product, g.axis(1)}), constant});
}

}  // namespace talweg::interchange::onnx
