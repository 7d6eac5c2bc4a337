#pragma once
#include <concepts>

/// std::exp(x) in generic code finds no Scalar: without these the compiler lists every overload that it tried, here it
/// says one sentence. (A declaration in std for a type of one's own is what the standard would rather not see; it is
/// never chosen for anything else, and no program with it compiles. Not pow: after `using std::pow` it would be a
/// better match for pow(x, 2.5) than the right one.)
namespace talweg::autodiff {
class Scalar;
template <class T> inline constexpr bool is_no_scalar = !std::same_as<T, Scalar>;
}  // namespace talweg::autodiff

// NOLINTBEGIN(cert-dcl58-cpp)
namespace std {
#define TALWEG_BARE_NAME(name)                                                                  \
  template <same_as<talweg::autodiff::Scalar> S> S name(const S& x) {                           \
    static_assert(talweg::autodiff::is_no_scalar<S>,                                            \
                  "std::" #name " takes no talweg::Scalar: write the bare name, " #name "(x)"); \
    return x;                                                                                   \
  }
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
#undef TALWEG_BARE_NAME
}  // namespace std
// NOLINTEND(cert-dcl58-cpp)
