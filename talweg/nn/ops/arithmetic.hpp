#pragma once
#include "talweg/base/export.hpp"
#include "talweg/nn/ops/operation.hpp"

namespace talweg::nn {

/// y = a + b, equal shapes.   da += dy   db += dy
struct TALWEG_API Add {
  static constexpr std::string_view name = "add";
  static constexpr int operands = 2, differentiable = 2;
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y = a − b, equal shapes.   da += dy   db −= dy
struct TALWEG_API Subtract {
  static constexpr std::string_view name = "subtract";
  static constexpr int operands = 2, differentiable = 2;
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y = a·b, element by element, equal shapes.   da += b·dy   db += a·dy
struct TALWEG_API Multiply {
  static constexpr std::string_view name = "multiply";
  static constexpr int operands = 2, differentiable = 2;
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y = factor·a.   da += factor·dy
struct TALWEG_API Scale {
  static constexpr std::string_view name = "scale";
  static constexpr int operands = 1, differentiable = 1;
  double factor = 1;
  Shape shape(const Shapes& x) const { return x[0]; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y (1) = Σ a, summed in double.   da += dy
struct TALWEG_API Sum {
  static constexpr std::string_view name = "sum";
  static constexpr int operands = 1, differentiable = 1;
  Shape shape(const Shapes&) const { return {1}; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y (1) = Σ a / n over all n elements.   da += dy / n
struct TALWEG_API Mean {
  static constexpr std::string_view name = "mean";
  static constexpr int operands = 1, differentiable = 1;
  Shape shape(const Shapes&) const { return {1}; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// The same numbers in another shape of the same size.
struct TALWEG_API Reshape {
  static constexpr std::string_view name = "reshape";
  static constexpr int operands = 1, differentiable = 1;
  std::int32_t rows = 1, columns = 1;
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

template <class T> Var<T> sum(Var<T> a) { return a.tape()(Sum{}, a); }
template <class T> Var<T> mean(Var<T> a) { return a.tape()(Mean{}, a); }

}  // namespace talweg::nn

namespace talweg::autodiff {  // beside Var, so that argument-dependent lookup finds them

template <class T> Var<T> operator+(Var<T> a, Var<T> b) { return a.tape()(nn::Add{}, a, b); }
template <class T> Var<T> operator-(Var<T> a, Var<T> b) { return a.tape()(nn::Subtract{}, a, b); }
template <class T> Var<T> operator*(Var<T> a, Var<T> b) { return a.tape()(nn::Multiply{}, a, b); }
template <class T> Var<T> operator*(double factor, Var<T> a) { return a.tape()(nn::Scale{factor}, a); }

}  // namespace talweg::autodiff
