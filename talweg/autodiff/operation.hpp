#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "talweg/parallel/pool.hpp"
#include "talweg/tensor/tensor.hpp"

namespace talweg::autodiff {

inline constexpr int max_operands = 3;

/// The operands of an operation, x[0], x[1], …: as many as it has.
template <class T> using Operands = std::array<View<const T>, max_operands>;
/// Where their gradients are added. An empty view: this one is not needed, skip it.
template <class T> using Gradients = std::array<View<T>, max_operands>;
using Shapes = std::array<Shape, max_operands>;

/// An operation is plain data (its options), with the value and the gradient side by side:
///
///   static constexpr std::string_view name;
///   static constexpr int operands;           how many, 1 to max_operands
///   static constexpr int differentiable;     the first so many may need gradients; targets come after them
///   Shape shape(const Shapes& x) const;      of the result; throws Error when the operands do not fit together
///   std::int64_t saved(const Shapes& x) const;      numbers kept from forward for backward
///   template <class T> void forward(Pool&, const Operands<T>& x, View<T> y, T* saved) const;
///   template <class T> void backward(Pool&, const Operands<T>& x, View<const T> y, const T* saved,
///                                    View<const T> dy, const Gradients<T>& dx) const;
///
/// forward writes every element of y; `saved` may be null, when no backward will follow. backward ADDS to dx: a value
/// used twice collects the sum of both gradients. It knows nothing of the tape.
template <class Op>
concept Operation = std::is_trivially_copyable_v<Op> && requires(const Op& op, const Shapes& shapes) {
  { Op::name } -> std::convertible_to<std::string_view>;
  { Op::operands } -> std::convertible_to<int>;
  { Op::differentiable } -> std::convertible_to<int>;
  { op.shape(shapes) } -> std::same_as<Shape>;
  { op.saved(shapes) } -> std::same_as<std::int64_t>;
};

}  // namespace talweg::autodiff
