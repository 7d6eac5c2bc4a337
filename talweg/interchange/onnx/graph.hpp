#pragma once
#include <cstdint>
#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/interchange/onnx/protobuf.hpp"

namespace talweg::interchange::onnx {

/// What a tensor is made of, by ONNX's numbers.
enum class Element { float32 = 1, int64 = 7, text = 8, float64 = 11 };

/// A tensor of the graph: its name.
using Value = std::string;

/// The length of an axis; below 0: any, `batch` and `entries` in the file.
using Axis = std::int64_t;
inline constexpr Axis batch = -1, entries = -2;

/// An attribute of a node.
Message attribute(std::string_view name, std::int64_t value);
Message attribute(std::string_view name, std::span<const std::int64_t> values);
Message attribute(std::string_view name, std::span<const std::string> values);

/// A graph in the making: inputs first, then nodes in the order in which they are computed.
class Graph {
 public:
  /// Throws Error for a name that no tensor can have: an empty one, one that is no UTF-8, one that is taken.
  Value input(const std::string& name, Element element, std::initializer_list<Axis> shape);

  Value constant(std::string_view name, std::span<const double> values, std::initializer_list<std::int64_t> shape);
  Value constant(std::string_view name, std::span<const std::int64_t> values,
                 std::initializer_list<std::int64_t> shape);
  Value constant(std::string_view name, std::span<const std::string> values);
  /// One number, shape ().
  Value constant(double value);
  /// Axes of operations that take them as a tensor, shape (1).
  Value axis(std::int64_t axis);
  /// Parameters as doubles. `single`: they are floats, are stored as such, and cast.
  Value parameters(std::string_view name, std::span<const double> values, std::initializer_list<std::int64_t> shape,
                   bool single);

  /// The one output of an operation, called `name`, or after the operation.
  Value node(std::string_view operation, std::initializer_list<Value> inputs,
             std::initializer_list<Message> attributes = {}, std::string_view name = "");
  /// The same of ai.onnx.ml.
  Value learned_node(std::string_view operation, const Value& input, std::initializer_list<Message> attributes);
  Value concat(std::span<const Value> parts);
  Value cast(const Value& x, Element to);
  /// As a float would hold it.
  Value rounded(const Value& x) { return cast(cast(x, Element::float32), Element::float64); }

  /// Says what shape inference cannot know of a value.
  void tell(const Value& value, Element element, std::initializer_list<Axis> shape);
  void output(const Value& value, Element element, std::initializer_list<Axis> shape);

  /// The file: IR 8, opset 13. Throws Error where it is larger than protobuf allows, 2 GB.
  std::string model(std::string_view about) const;

 private:
  Value fresh(std::string_view name);
  Value add_node(std::string_view domain, std::string_view operation, std::span<const Value> inputs,
                 std::initializer_list<Message> attributes, std::string_view name);
  Value store(std::string_view name, Element element, std::span<const std::int64_t> shape, const Message& numbers);

  Message nodes_, initializers_, inputs_, outputs_, values_;
  std::set<std::string, std::less<>> names_;
  bool learned_ = false;  ///< whether ai.onnx.ml is used
};

}  // namespace talweg::interchange::onnx
