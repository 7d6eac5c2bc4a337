#include "talweg/autodiff/tape.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::autodiff {

template <class T> Tape<T>& Var<T>::tape() const {
  if (!tape_) throw Error("this value is empty: it was never computed on a tape");
  return *tape_;
}

template <class T> Var<T> Tape<T>::push(const Node<T>& node) {
  nodes_.push_back(node);
  return {this, static_cast<std::int32_t>(nodes_.size() - 1), generation_};
}

template <class T> Var<T> Tape<T>::constant(View<const T> value) {
  Node<T> node;
  node.shape = value.shape();
  node.value = value.data();
  return push(node);
}

template <class T> Var<T> Tape<T>::variable(View<const T> value, View<T> gradient) {
  if (value.shape() != gradient.shape())
    throw Error(text::cat("a variable of shape ", value.shape().to_string(), " has a gradient of shape ",
                          gradient.shape().to_string(), ": they must be equal"));
  Node<T> node;
  node.shape = value.shape();
  node.value = value.data();
  node.gradient = gradient.data();
  node.needs_gradient = true;
  return push(node);
}

template <class T> const Node<T>& Tape<T>::node(Var<T> v) const {
  if (v.tape_ != this) throw Error("this value lives on another tape: values of two networks do not mix");
  if (v.generation_ != generation_)
    throw Error(
        "this value is stale: the tape was started afresh after backward(); compute it again by a new forward pass");
  return nodes_[static_cast<std::size_t>(v.id_)];
}

template <class T>
Node<T> Tape<T>::prepare(std::span<const Var<T>> operands, int expected, int differentiable, std::string_view name,
                         Shapes& shapes, Operands<T>& x) const {
  if (operands.size() != static_cast<std::size_t>(expected))
    throw Error(text::cat(name, " takes ", expected, " operands, not ", operands.size()));
  Node<T> out;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Node<T>& operand = node(operands[i]);
    out.operands[i] = operands[i].id_;
    out.needs_gradient = out.needs_gradient || (operand.needs_gradient && static_cast<int>(i) < differentiable);
    shapes[i] = operand.shape;
    x[i] = {operand.value, operand.shape};
  }
  return out;
}

template <class T> void Tape<T>::backward(Var<T> loss) {
  if (shape(loss).size() != 1)
    throw Error(text::cat("backward() starts from one number, but this value has the shape ", shape(loss).to_string(),
                          ": reduce it first, by a loss, sum or mean"));
  if (!node(loss).needs_gradient) throw Error("backward() from a value that depends on no parameter");
  const auto last = static_cast<std::size_t>(loss.id_);
  for (std::size_t i = 0; i <= last; ++i) {
    Node<T>& n = nodes_[i];
    if (!n.operation || !n.needs_gradient) continue;
    if (!n.gradient) n.gradient = arena_.take(n.shape.size());
    std::fill_n(n.gradient, n.shape.size(), T(0));
  }
  *nodes_[last].gradient += T(1);
  for (std::size_t i = last + 1; i-- > 0;) {
    const Node<T>& n = nodes_[i];
    if (!n.operation || !n.needs_gradient) continue;
    Operands<T> x;
    Gradients<T> dx;
    for (std::size_t k = 0; k < static_cast<std::size_t>(n.operation->operands); ++k) {
      const Node<T>& operand = nodes_[static_cast<std::size_t>(n.operands[k])];
      x[k] = {operand.value, operand.shape};
      if (operand.needs_gradient && static_cast<int>(k) < n.operation->differentiable)
        dx[k] = {operand.gradient, operand.shape};
    }
    n.operation->backward(n.options.data(), *pool_, x, {n.value, n.shape}, n.saved, {n.gradient, n.shape}, dx);
  }
  replayed_ = true;
}

template <class T> void Tape<T>::clear() {
  nodes_.clear();
  arena_.clear();
  ++generation_;
  replayed_ = false;
}

template <class T> View<const T> Tape<T>::value(Var<T> v) const {
  const Node<T>& n = node(v);
  return {n.value, n.shape};
}

template <class T> T Tape<T>::scalar(Var<T> v) const {
  const Node<T>& n = node(v);
  if (n.shape.size() != 1)
    throw Error(text::cat("value() is for one number, but this has the shape ", n.shape.to_string(), ": use view()"));
  return *n.value;
}

template <class T> View<const T> Tape<T>::gradient(Var<T> v) const {
  const Node<T>& n = node(v);
  if (!n.gradient) throw Error("no gradient here: backward() was not called, or this value needs none");
  return {n.gradient, n.shape};
}

template class Tape<float>;
template class Tape<double>;
template class Var<float>;
template class Var<double>;

}  // namespace talweg::autodiff
