#pragma once
#include <string_view>
#include <tuple>

#include "talweg/autodiff/operation.hpp"
#include "talweg/autodiff/tape.hpp"
#include "talweg/base/describe.hpp"
#include "talweg/base/export.hpp"

/// The words that every operation is written in; see autodiff/operation.hpp for the contract.
namespace talweg::nn {

using autodiff::Gradients;
using autodiff::Operands;
using autodiff::Shapes;
using autodiff::Tape;
using autodiff::Var;

/// The card of an operation: `title` says in a few words what it is.
constexpr Card described(std::string_view name, std::string_view formula, std::string_view title,
                         Guidance guidance = {}) {
  return {.name = name, .title = title, .formula = formula, .guidance = guidance};
}

namespace detail {
/// Throws Error: "add: the shapes (2, 3) and (3, 2) do not fit: they must be equal".
[[noreturn]] TALWEG_API void throw_misfit(std::string_view operation, const Shape& a, const Shape& b,
                                          std::string_view rule);

/// Whoever keeps these compiles an operation's forward and backward, for those who see their declarations only.
template <class Op>
inline constexpr std::tuple addresses{&Op::template forward<float>, &Op::template forward<double>,
                                      &Op::template backward<float>, &Op::template backward<double>};
}  // namespace detail

}  // namespace talweg::nn

/// Compiles an operation's forward and backward for float and double: once, in the operation's own .cpp file.
#define TALWEG_INSTANTIATE_OPERATION(Op)                                                                               \
  template void Op::forward<float>(Pool&, const Operands<float>&, View<float>, float*) const;                          \
  template void Op::forward<double>(Pool&, const Operands<double>&, View<double>, double*) const;                      \
  template void Op::backward<float>(Pool&, const Operands<float>&, View<const float>, const float*, View<const float>, \
                                    const Gradients<float>&) const;                                                    \
  template void Op::backward<double>(Pool&, const Operands<double>&, View<const double>, const double*,                \
                                     View<const double>, const Gradients<double>&) const;

/// The declarations that every operation shares: see the contract.
#define TALWEG_DECLARE_OPERATION()                                                                   \
  template <class T> void forward(Pool& pool, const Operands<T>& x, View<T> y, T* saved) const;      \
  template <class T>                                                                                 \
  void backward(Pool& pool, const Operands<T>& x, View<const T> y, const T* saved, View<const T> dy, \
                const Gradients<T>& dx) const;
