#include "talweg/interchange/onnx/outputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "talweg/interchange/utf8.hpp"

namespace talweg::interchange::onnx {

namespace {

/// The labels of classes `place` (batch): texts, whole numbers, or doubles, as the file of training has them.
void put_labels(Graph& g, const data::Target& target, const Value& place) {
  const auto& values = target.class_values;
  const auto count = static_cast<std::int64_t>(target.classes.size());
  constexpr double most = 9007199254740992;  // 2^53: up to here a double tells whole numbers apart
  const bool whole = std::ranges::all_of(values, [](double v) { return v == std::rint(v) && std::abs(v) <= most; });
  Element element = Element::text;
  Value labels;
  if (!target.numeric) {
    for (const auto& label : target.classes) require_utf8(label, "a class");
    labels = g.constant("classes", target.classes);
  } else if (whole) {
    element = Element::int64;
    const std::vector<std::int64_t> numbers(values.begin(), values.end());
    labels = g.constant("classes", std::span<const std::int64_t>(numbers), {count});
  } else {
    element = Element::float64;
    labels = g.constant("classes", std::span<const double>(values), {count});
  }
  g.output(g.node("Gather", {labels, place}, {}, "label"), element, {batch});
}

Value without_last_axis(Graph& g, const Value& x, std::string_view name = "") {
  return g.node("Squeeze", {x, g.axis(1)}, {}, name);
}

void put_number(Graph& g, const models::TargetUnit& unit, const Value& z) {
  const Value number = without_last_axis(g, z);
  const Value prediction =
      unit.exponential ? g.node("Exp", {number}, {}, "prediction")
                       : g.node("Add", {g.node("Mul", {number, g.constant(unit.deviation)}), g.constant(unit.mean)}, {},
                                "prediction");
  g.output(prediction, Element::float64, {batch});
}

void put_two_classes(Graph& g, const models::Head& head, const data::Target& target, const Value& z) {
  put_labels(g, target, g.cast(without_last_axis(g, g.node("Greater", {z, g.constant(head.cut())})), Element::int64));
  if (!head.has_probabilities()) return g.output(without_last_axis(g, z, "score"), Element::float64, {batch});
  const Value first = g.node("Sigmoid", {g.node("Neg", {z})}), second = g.node("Sigmoid", {z});
  g.output(g.node("Concat", {first, second}, {attribute("axis", 1)}, "probabilities"), Element::float64, {batch, 2});
}

}  // namespace

void put_outputs(Graph& g, const models::Head& head, const data::Target& target, const Value& z) {
  if (head.task == data::Task::regression) return put_number(g, head.unit(), z);
  if (head.task == data::Task::binary) return put_two_classes(g, head, target, z);
  put_labels(g, target, g.node("ArgMax", {z}, {attribute("axis", 1), attribute("keepdims", 0)}));
  g.output(g.node("Softmax", {z}, {attribute("axis", 1)}, "probabilities"), Element::float64,
           {batch, static_cast<Axis>(head.outputs)});
}

}  // namespace talweg::interchange::onnx
