#pragma once
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Reads an ONNX file by the description of protobuf and of onnx.proto, not by the code that wrote it.
namespace talweg::testing {

/// The fields of a message: numbers and byte strings by their number, in order.
class Fields {
 public:
  explicit Fields(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::uint64_t key = varint(bytes);
      const int number = static_cast<int>(key >> 3);
      if ((key & 7) == 0) {
        numbers_[number].push_back(static_cast<std::int64_t>(varint(bytes)));
      } else if ((key & 7) == 2) {
        const std::uint64_t size = varint(bytes);
        if (size > bytes.size()) throw std::runtime_error("a field goes beyond its message");
        texts_[number].emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
      } else {
        throw std::runtime_error("a kind of field that ONNX files here do not have");
      }
    }
  }
  const std::vector<std::int64_t>& numbers(int field) { return numbers_[field]; }
  const std::vector<std::string>& texts(int field) { return texts_[field]; }
  std::int64_t number(int field) { return numbers_[field].empty() ? 0 : numbers_[field].back(); }
  std::string text(int field) { return texts_[field].empty() ? "" : texts_[field].back(); }

 private:
  static std::uint64_t varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (bytes.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes[0]);
      bytes.remove_prefix(1);
      value |= std::uint64_t{byte & 127u} << shift;
      if (byte < 128) return value;
    }
    throw std::runtime_error("a number is cut");
  }
  std::map<int, std::vector<std::int64_t>> numbers_;
  std::map<int, std::vector<std::string>> texts_;
};

enum OnnxType { onnx_float = 1, onnx_int64 = 7, onnx_string = 8, onnx_bool = 9, onnx_double = 11 };

/// Values in row-major order; whole numbers, truths and floats as doubles.
struct OnnxTensor {
  int type = onnx_double;
  std::vector<std::int64_t> shape;
  std::vector<double> numbers = {};
  std::vector<std::string> texts = {};
};

struct OnnxAttribute {
  std::int64_t integer = 0;
  std::vector<std::int64_t> integers;
  std::vector<std::string> texts;
};

struct OnnxNode {
  std::string domain, operation, output;
  std::vector<std::string> inputs;
  std::map<std::string, OnnxAttribute> attributes;
};

struct OnnxValue {
  std::string name;
  int type;
  std::vector<std::string> shape;  ///< "batch", "3"
};

struct OnnxModel {
  std::int64_t ir_version;
  std::map<std::string, std::int64_t> opsets;  ///< by domain
  std::string about;
  std::vector<OnnxNode> nodes;
  std::map<std::string, OnnxTensor> initializers;
  std::vector<OnnxValue> inputs, outputs;
};

template <class T> std::vector<double> numbers_of(const std::string& raw) {
  std::vector<T> values(raw.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), raw.data(), values.size() * sizeof(T));
  std::vector<double> out;
  for (const T v : values) out.push_back(static_cast<double>(v));
  return out;
}

inline OnnxTensor read_onnx_tensor(const std::string& bytes) {
  Fields f(bytes);
  OnnxTensor t{static_cast<int>(f.number(2)), f.numbers(1), {}, f.texts(6)};
  if (t.type == onnx_float) t.numbers = numbers_of<float>(f.text(9));
  if (t.type == onnx_int64) t.numbers = numbers_of<std::int64_t>(f.text(9));
  if (t.type == onnx_double) t.numbers = numbers_of<double>(f.text(9));
  return t;
}

inline OnnxValue read_onnx_value(const std::string& bytes) {
  Fields value(bytes), type(value.text(2)), tensor(type.text(1)), shape(tensor.text(2));
  OnnxValue out{value.text(1), static_cast<int>(tensor.number(1)), {}};
  for (const auto& axis : shape.texts(1)) {
    Fields f(axis);
    out.shape.push_back(f.text(2).empty() ? std::to_string(f.number(1)) : f.text(2));
  }
  return out;
}

inline OnnxModel read_onnx(const std::string& bytes) {
  Fields model(bytes), graph(model.text(7));
  OnnxModel out{model.number(1), {}, graph.text(10), {}, {}, {}, {}};
  for (const auto& one : model.texts(8)) {
    Fields f(one);
    out.opsets[f.text(1)] = f.number(2);
  }
  for (const auto& one : graph.texts(1)) {
    Fields f(one);
    OnnxNode node{f.text(7), f.text(4), f.text(2), f.texts(1), {}};
    for (const auto& attribute : f.texts(5)) {
      Fields a(attribute);
      node.attributes[a.text(1)] = {a.number(3), a.numbers(8), a.texts(9)};
    }
    out.nodes.push_back(std::move(node));
  }
  for (const auto& one : graph.texts(5)) out.initializers[Fields(one).text(8)] = read_onnx_tensor(one);
  for (const auto& one : graph.texts(11)) out.inputs.push_back(read_onnx_value(one));
  for (const auto& one : graph.texts(12)) out.outputs.push_back(read_onnx_value(one));
  return out;
}

}  // namespace talweg::testing
