#include "talweg/interchange/onnx/graph.hpp"

#include <array>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/interchange/utf8.hpp"

namespace talweg::interchange::onnx {

namespace {

// Numbers of fields, from onnx.proto.
namespace field {
constexpr int model_ir_version = 1, model_producer = 2, model_graph = 7, model_opset = 8;
constexpr int opset_domain = 1, opset_version = 2;
constexpr int graph_node = 1, graph_name = 2, graph_initializer = 5, graph_doc = 10, graph_input = 11,
              graph_output = 12, graph_value = 13;
constexpr int node_input = 1, node_output = 2, node_name = 3, node_operation = 4, node_attribute = 5, node_domain = 7;
constexpr int attribute_name = 1, attribute_integer = 3, attribute_integers = 8, attribute_texts = 9,
              attribute_type = 20;
constexpr int tensor_axis = 1, tensor_element = 2, tensor_texts = 6, tensor_name = 8, tensor_raw = 9;
constexpr int value_name = 1, value_type = 2, type_tensor = 1, tensor_type_element = 1, tensor_type_shape = 2,
              shape_axis = 1, axis_length = 1, axis_name = 2;
}  // namespace field

constexpr std::string_view learned_domain = "ai.onnx.ml";
constexpr std::size_t most_bytes = 0x7fffffff;

std::uint64_t number_of(Element element) { return static_cast<std::uint64_t>(element); }

Message value_info(const Value& name, Element element, std::initializer_list<Axis> shape) {
  Message axes;
  for (const Axis axis : shape) {
    Message one;
    if (axis < 0)
      one.bytes(field::axis_name, axis == batch ? "batch" : "entries");
    else
      one.number(field::axis_length, static_cast<std::uint64_t>(axis));
    axes.message(field::shape_axis, one);
  }
  Message tensor;
  tensor.number(field::tensor_type_element, number_of(element)).message(field::tensor_type_shape, axes);
  return Message()
      .bytes(field::value_name, name)
      .message(field::value_type, Message().message(field::type_tensor, tensor));
}

template <class T> Message raw(std::span<const T> values) {
  return Message().bytes(field::tensor_raw, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

Message opset(std::string_view domain, std::uint64_t version) {
  return Message().bytes(field::opset_domain, domain).number(field::opset_version, version);
}

}  // namespace

Message attribute(std::string_view name, std::int64_t value) {
  constexpr std::uint64_t type = 2;
  return Message()
      .bytes(field::attribute_name, name)
      .number(field::attribute_integer, static_cast<std::uint64_t>(value))
      .number(field::attribute_type, type);
}

Message attribute(std::string_view name, std::span<const std::int64_t> values) {
  constexpr std::uint64_t type = 7;
  Message out;
  out.bytes(field::attribute_name, name);
  for (const auto v : values) out.number(field::attribute_integers, static_cast<std::uint64_t>(v));
  return out.number(field::attribute_type, type);
}

Message attribute(std::string_view name, std::span<const std::string> values) {
  constexpr std::uint64_t type = 8;
  Message out;
  out.bytes(field::attribute_name, name);
  for (const auto& v : values) out.bytes(field::attribute_texts, v);
  return out.number(field::attribute_type, type);
}

Value Graph::input(const std::string& name, Element element, std::initializer_list<Axis> shape) {
  require_utf8(name, "the name of a column");
  if (name.empty())
    throw Error("a column without a name can be no input of an ONNX graph; name it in the file, and train again");
  if (!names_.insert(name).second)
    throw Error(text::cat("two columns are called '", text::shown(name),
                          "', and the inputs of an ONNX graph need names that differ; rename one, and train again"));
  inputs_.message(field::graph_input, value_info(name, element, shape));
  return name;
}

Value Graph::fresh(std::string_view name) {
  std::string out(name);
  for (int k = 2; !names_.insert(out).second; ++k) out = text::cat(name, "_", k);
  return out;
}

Value Graph::store(std::string_view name, Element element, std::span<const std::int64_t> shape,
                   const Message& numbers) {
  const Value value = fresh(name);
  Message tensor;
  for (const auto axis : shape) tensor.number(field::tensor_axis, static_cast<std::uint64_t>(axis));
  tensor.number(field::tensor_element, number_of(element));
  if (element == Element::text) tensor.append(numbers);
  tensor.bytes(field::tensor_name, value);
  if (element != Element::text) tensor.append(numbers);
  initializers_.message(field::graph_initializer, tensor);
  return value;
}

Value Graph::constant(std::string_view name, std::span<const double> values,
                      std::initializer_list<std::int64_t> shape) {
  return store(name, Element::float64, shape, raw(values));
}

Value Graph::constant(std::string_view name, std::span<const std::int64_t> values,
                      std::initializer_list<std::int64_t> shape) {
  return store(name, Element::int64, shape, raw(values));
}

Value Graph::constant(std::string_view name, std::span<const std::string> values) {
  Message texts;
  for (const auto& text : values) texts.bytes(field::tensor_texts, text);
  const auto count = static_cast<std::int64_t>(values.size());
  return store(name, Element::text, std::array{count}, texts);
}

Value Graph::constant(double value) { return constant("constant", std::array{value}, {}); }

Value Graph::axis(std::int64_t axis) { return constant("axis", std::array{axis}, {1}); }

Value Graph::parameters(std::string_view name, std::span<const double> values,
                        std::initializer_list<std::int64_t> shape, bool single) {
  if (!single) return constant(name, values, shape);
  const std::vector<float> floats(values.begin(), values.end());
  return cast(store(name, Element::float32, shape, raw<float>(floats)), Element::float64);
}

Value Graph::add_node(std::string_view domain, std::string_view operation, std::span<const Value> inputs,
                      std::initializer_list<Message> attributes, std::string_view name) {
  const Value out = fresh(name.empty() ? text::lower(operation) : std::string(name));
  Message node;
  for (const Value& input : inputs) node.bytes(field::node_input, input);
  node.bytes(field::node_output, out).bytes(field::node_name, out).bytes(field::node_operation, operation);
  for (const Message& one : attributes) node.message(field::node_attribute, one);
  if (!domain.empty()) node.bytes(field::node_domain, domain);
  nodes_.message(field::graph_node, node);
  return out;
}

Value Graph::node(std::string_view operation, std::initializer_list<Value> inputs,
                  std::initializer_list<Message> attributes, std::string_view name) {
  return add_node("", operation, std::span(inputs.begin(), inputs.size()), attributes, name);
}

Value Graph::learned_node(std::string_view operation, const Value& input, std::initializer_list<Message> attributes) {
  learned_ = true;
  return add_node(learned_domain, operation, {&input, 1}, attributes, "");
}

Value Graph::concat(std::span<const Value> parts) {
  return parts.size() == 1 ? parts[0] : add_node("", "Concat", parts, {attribute("axis", 1)}, "");
}

Value Graph::cast(const Value& x, Element to) {
  return node("Cast", {x}, {attribute("to", static_cast<std::int64_t>(to))});
}

void Graph::tell(const Value& value, Element element, std::initializer_list<Axis> shape) {
  values_.message(field::graph_value, value_info(value, element, shape));
}

void Graph::output(const Value& value, Element element, std::initializer_list<Axis> shape) {
  outputs_.message(field::graph_output, value_info(value, element, shape));
}

std::string Graph::model(std::string_view about) const {
  constexpr std::uint64_t ir_version = 8, operations = 13, learned_operations = 2;
  Message graph;
  graph.append(nodes_).bytes(field::graph_name, "talweg").append(initializers_).bytes(field::graph_doc, about);
  graph.append(inputs_).append(outputs_).append(values_);
  Message model;
  model.number(field::model_ir_version, ir_version).bytes(field::model_producer, "talweg");
  model.message(field::model_graph, graph).message(field::model_opset, opset("", operations));
  if (learned_) model.message(field::model_opset, opset(learned_domain, learned_operations));
  if (model.str().size() > most_bytes)
    throw Error(
        "an ONNX file of this model would have more than 2 GB, the most that protobuf allows; write npz or JSON");
  return model.str();
}

}  // namespace talweg::interchange::onnx
