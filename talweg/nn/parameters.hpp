#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/tensor/tensor.hpp"

namespace talweg::nn {

/// One named piece of the flat parameter vector: "dense1.weight" (inputs, outputs), "dense1.bias" (outputs).
struct Parameter {
  std::string name;
  Shape shape;
  std::int64_t offset;  ///< of its first element in Parameters::values

  std::int64_t size() const { return shape.size(); }
};

/// All parameters of a network and their gradients: one flat vector each, without gaps, so that an optimizer makes one
/// pass and a model file is one block. The memory belongs to the network, and stays where it is when the network moves.
template <class T> struct TALWEG_API Parameters {
  std::span<const Parameter> list;
  std::span<T> values, gradients;

  auto begin() const { return list.begin(); }
  auto end() const { return list.end(); }
  std::int64_t size() const { return static_cast<std::int64_t>(values.size()); }
  View<T> value(const Parameter& p) const { return {values.data() + p.offset, p.shape}; }
  View<T> gradient(const Parameter& p) const { return {gradients.data() + p.offset, p.shape}; }
  /// By name; throws Error with the near names.
  View<T> value(std::string_view name) const { return value(find(name)); }
  View<T> gradient(std::string_view name) const { return gradient(find(name)); }
  const Parameter& find(std::string_view name) const;
  void zero_gradients() const { std::fill(gradients.begin(), gradients.end(), T(0)); }
};

}  // namespace talweg::nn
