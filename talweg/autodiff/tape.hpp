#pragma once
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <vector>

#include "talweg/autodiff/arena.hpp"
#include "talweg/autodiff/operation.hpp"
#include "talweg/base/export.hpp"

namespace talweg::autodiff {

template <class T> class Tape;

/// A value on a tape: a handle, cheap to copy. After the tape was cleared it is stale, and using it throws Error. The
/// tape must outlive it.
template <class T> class TALWEG_API Var {
 public:
  Var() = default;
  View<const T> view() const { return tape().value(*this); }
  const Shape& shape() const { return tape().shape(*this); }
  /// The number in a value of one element: a loss.
  T value() const { return tape().scalar(*this); }
  /// The gradient that the last backward() left here.
  View<const T> gradient() const { return tape().gradient(*this); }
  /// Adds the gradient of this one number to every parameter that it depends on.
  void backward() const { tape().backward(*this); }
  Tape<T>& tape() const;

 private:
  friend class Tape<T>;
  Var(Tape<T>* tape, std::int32_t id, std::uint32_t generation) : tape_(tape), id_(id), generation_(generation) {}
  Tape<T>* tape_ = nullptr;
  std::int32_t id_ = 0;
  std::uint32_t generation_ = 0;
};

/// What the tape knows of an operation, for one type of number.
template <class T> struct OperationTable {
  std::string_view name;
  int operands, differentiable;
  void (*backward)(const void* op, Pool& pool, const Operands<T>& x, View<const T> y, const T* saved, View<const T> dy,
                   const Gradients<T>& dx);
};

/// One value: where it came from, and where it and its gradient lie.
template <class T> struct Node {
  const OperationTable<T>* operation = nullptr;  ///< null for inputs and parameters
  std::array<std::int32_t, max_operands> operands{};
  Shape shape;
  const T* value = nullptr;
  T* gradient = nullptr;
  T* saved = nullptr;
  bool needs_gradient = false;
  alignas(8) std::array<std::byte, 32> options{};  ///< the operation itself
};

/// Reverse-mode differentiation over dense tensors: a flat list of what was computed, replayed backwards. No
/// recursion, no graph of pointers, no global; it owns the memory of all values between inputs and loss, and uses it
/// again for the next step.
template <class T> class TALWEG_API Tape {
 public:
  Tape() = default;
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// A value that needs no gradient. The memory stays the caller's, and must live unchanged until backward().
  Var<T> constant(View<const T> value);
  /// A value whose gradient backward() adds to `gradient`; both stay the caller's.
  Var<T> variable(View<const T> value, View<T> gradient);
  /// The result of one operation, computed at once.
  template <Operation Op> Var<T> apply(const Op& op, std::type_identity_t<std::span<const Var<T>>> operands);
  template <Operation Op, class... Vars> Var<T> operator()(const Op& op, Vars... operands) {
    const std::array<Var<T>, sizeof...(Vars)> list{operands...};
    return apply(op, list);
  }

  /// Gradients of `loss`, one number, added into every variable's gradient. May be called again, for another loss.
  void backward(Var<T> loss);
  /// Forgets all values; handles become stale. Keeps the memory.
  void clear();
  /// Whether backward() was called since the last clear().
  bool replayed() const { return replayed_; }

  View<const T> value(Var<T> v) const;
  const Shape& shape(Var<T> v) const { return node(v).shape; }
  T scalar(Var<T> v) const;
  View<const T> gradient(Var<T> v) const;
  std::span<const Node<T>> nodes() const { return nodes_; }
  /// Its place in nodes().
  std::int32_t id(Var<T> v) const { return node(v), v.id_; }

  Pool& pool() { return *pool_; }
  /// Uses `pool` from now on; it must outlive the tape.
  void use(Pool& pool) { pool_ = &pool; }

 private:
  const Node<T>& node(Var<T> v) const;
  Var<T> push(const Node<T>& node);
  Node<T> prepare(std::span<const Var<T>> operands, int expected, int differentiable, std::string_view name,
                  Shapes& shapes, Operands<T>& x) const;

  Pool serial_{1};
  Pool* pool_ = &serial_;
  std::vector<Node<T>> nodes_;
  Arena<T> arena_;
  std::uint32_t generation_ = 1;
  bool replayed_ = false;
};

template <class T>
template <Operation Op>
Var<T> Tape<T>::apply(const Op& op, std::type_identity_t<std::span<const Var<T>>> operands) {
  static_assert(sizeof(Op) <= sizeof(Node<T>::options) && alignof(Op) <= 8 && Op::operands <= max_operands);
  static constexpr OperationTable<T> table{
      Op::name, Op::operands, Op::differentiable,
      [](const void* self, Pool& pool, const Operands<T>& x, View<const T> y, const T* saved, View<const T> dy,
         const Gradients<T>& dx) { static_cast<const Op*>(self)->template backward<T>(pool, x, y, saved, dy, dx); }};
  Shapes shapes;
  Operands<T> x;
  Node<T> node = prepare(operands, Op::operands, Op::differentiable, Op::name, shapes, x);
  node.operation = &table;
  new (node.options.data()) Op(op);
  node.shape = op.shape(shapes);
  T* value = arena_.take(node.shape.size());
  if (const std::int64_t saved = node.needs_gradient ? op.saved(shapes) : 0) node.saved = arena_.take(saved);
  op.template forward<T>(*pool_, x, View<T>(value, node.shape), node.saved);
  node.value = value;
  return push(node);
}

extern template class Tape<float>;
extern template class Tape<double>;
extern template class Var<float>;
extern template class Var<double>;

}  // namespace talweg::autodiff
