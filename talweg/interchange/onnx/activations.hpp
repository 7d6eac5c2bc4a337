#pragma once
#include <string_view>

#include "talweg/interchange/onnx/graph.hpp"

namespace talweg::interchange::onnx {

/// f(x) for x (batch, units), out of operations that runtimes have for doubles: ONNX's own Elu, Selu, LeakyRelu,
/// Softplus and Erf are for floats in onnxruntime. Differs from the library's by less than 1e-14 times max(1, |x|).
/// Throws Error for an activation of a program's own.
Value activation(Graph& graph, std::string_view name, const Value& x);

}  // namespace talweg::interchange::onnx
