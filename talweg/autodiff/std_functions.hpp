#pragma once
#include <concepts>
#include <type_traits>

/// std::exp(x) in generic code finds no Scalar, and tgamma(x) finds no derivative: without these the compiler lists
/// every overload that it tried, here it says one sentence. (A declaration in std for a type of one's own is what the
/// standard would rather not see; it is never chosen for anything else, and no program with it compiles. After `using
/// std::pow` Scalar's own pow is the better match for pow(x, 2.5): it is the more specialised of two templates.)
namespace talweg::autodiff {
class Scalar;
template <class T> inline constexpr bool is_no_scalar = !std::same_as<T, Scalar>;
template <class... T> struct ScalarAmong {
  using type = Scalar;
};  // dependent: Scalar is complete when it is asked for
template <class... T> inline constexpr bool has_scalar = (std::same_as<T, Scalar> || ...);
template <class A, class B>
inline constexpr bool scalar_and_number = has_scalar<A, B> && (std::is_arithmetic_v<A> || std::is_arithmetic_v<B>);
}  // namespace talweg::autodiff

// NOLINTBEGIN(cert-dcl58-cpp)
#define TALWEG_BARE_NAME(name)                                                                  \
  template <same_as<talweg::autodiff::Scalar> S> S name(const S& x) {                           \
    static_assert(talweg::autodiff::is_no_scalar<S>,                                            \
                  "std::" #name " takes no talweg::Scalar: write the bare name, " #name "(x)"); \
    return x;                                                                                   \
  }
#define TALWEG_BARE_NAME_OF_TWO(name, condition)                                                                  \
  template <class A, class B>                                                                                     \
  requires(talweg::autodiff::condition<A, B>) typename talweg::autodiff::ScalarAmong<A, B>::type name(const A&,   \
                                                                                                      const B&) { \
    static_assert(!talweg::autodiff::has_scalar<A, B>,                                                            \
                  "std::" #name " takes no talweg::Scalar: write the bare name, " #name "(x, y)");                \
    return {};                                                                                                    \
  }
namespace std {
TALWEG_BARE_NAME(exp)
TALWEG_BARE_NAME(log)
TALWEG_BARE_NAME(sqrt)
TALWEG_BARE_NAME(sin)
TALWEG_BARE_NAME(cos)
TALWEG_BARE_NAME(tan)
TALWEG_BARE_NAME(tanh)
TALWEG_BARE_NAME(sinh)
TALWEG_BARE_NAME(cosh)
TALWEG_BARE_NAME(asin)
TALWEG_BARE_NAME(acos)
TALWEG_BARE_NAME(atan)
TALWEG_BARE_NAME(abs)
TALWEG_BARE_NAME(fabs)
TALWEG_BARE_NAME(log10)
TALWEG_BARE_NAME(log2)
TALWEG_BARE_NAME(log1p)
TALWEG_BARE_NAME(expm1)
TALWEG_BARE_NAME(erf)
TALWEG_BARE_NAME_OF_TWO(pow, has_scalar)
TALWEG_BARE_NAME_OF_TWO(atan2, has_scalar)
TALWEG_BARE_NAME_OF_TWO(hypot, has_scalar)
TALWEG_BARE_NAME_OF_TWO(min, scalar_and_number)  // of two Scalars std::min is right
TALWEG_BARE_NAME_OF_TWO(max, scalar_and_number)
}  // namespace std
#undef TALWEG_BARE_NAME
#undef TALWEG_BARE_NAME_OF_TWO

// With and without std::, since the bare name would be the next thing to try.
#define TALWEG_WITHOUT_DERIVATIVE(name, instead)                                                                      \
  template <class... T>                                                                                               \
  requires(talweg::autodiff::has_scalar<T...>) typename talweg::autodiff::ScalarAmong<T...>::type name(const T&...) { \
    static_assert(!talweg::autodiff::has_scalar<T...>, #name " takes no talweg::Scalar: write " instead);             \
    return {};                                                                                                        \
  }
#define TALWEG_FUNCTIONS_WITHOUT_DERIVATIVE                                                    \
  TALWEG_WITHOUT_DERIVATIVE(exp2, "pow(2, x)")                                                 \
  TALWEG_WITHOUT_DERIVATIVE(cbrt, "pow(x, 1.0 / 3) for x > 0")                                 \
  TALWEG_WITHOUT_DERIVATIVE(asinh, "log(x + sqrt(x * x + 1))")                                 \
  TALWEG_WITHOUT_DERIVATIVE(acosh, "log(x + sqrt(x * x - 1))")                                 \
  TALWEG_WITHOUT_DERIVATIVE(atanh, "log((1 + x) / (1 - x)) / 2")                               \
  TALWEG_WITHOUT_DERIVATIVE(erfc, "its derivative into a function that writes its gradient")   \
  TALWEG_WITHOUT_DERIVATIVE(tgamma, "its derivative into a function that writes its gradient") \
  TALWEG_WITHOUT_DERIVATIVE(lgamma, "its derivative into a function that writes its gradient") \
  TALWEG_WITHOUT_DERIVATIVE(floor, "floor(x.value()), a constant to the derivative")           \
  TALWEG_WITHOUT_DERIVATIVE(ceil, "ceil(x.value()), a constant to the derivative")             \
  TALWEG_WITHOUT_DERIVATIVE(trunc, "trunc(x.value()), a constant to the derivative")           \
  TALWEG_WITHOUT_DERIVATIVE(round, "round(x.value()), a constant to the derivative")           \
  TALWEG_WITHOUT_DERIVATIVE(isnan, "isnan(x.value())")                                         \
  TALWEG_WITHOUT_DERIVATIVE(isinf, "isinf(x.value())")                                         \
  TALWEG_WITHOUT_DERIVATIVE(isfinite, "isfinite(x.value())")                                   \
  TALWEG_WITHOUT_DERIVATIVE(signbit, "signbit(x.value())")                                     \
  TALWEG_WITHOUT_DERIVATIVE(fmin, "min(x, y)")                                                 \
  TALWEG_WITHOUT_DERIVATIVE(fmax, "max(x, y)")                                                 \
  TALWEG_WITHOUT_DERIVATIVE(fmod, "x - y * trunc(x.value() / y)")                              \
  TALWEG_WITHOUT_DERIVATIVE(remainder, "x - y * round(x.value() / y)")                         \
  TALWEG_WITHOUT_DERIVATIVE(copysign, "abs(x) or -abs(x), as the sign of y.value() asks")      \
  TALWEG_WITHOUT_DERIVATIVE(fdim, "max(x - y, 0)")                                             \
  TALWEG_WITHOUT_DERIVATIVE(fma, "x * y + z")                                                  \
  TALWEG_WITHOUT_DERIVATIVE(lerp, "a + t * (b - a)")                                           \
  TALWEG_WITHOUT_DERIVATIVE(clamp, "min(max(x, low), high)")
namespace std {
TALWEG_FUNCTIONS_WITHOUT_DERIVATIVE
}  // namespace std
namespace talweg::autodiff {
TALWEG_FUNCTIONS_WITHOUT_DERIVATIVE
}  // namespace talweg::autodiff
#undef TALWEG_FUNCTIONS_WITHOUT_DERIVATIVE
#undef TALWEG_WITHOUT_DERIVATIVE
// NOLINTEND(cert-dcl58-cpp)
