#pragma once
#include <cmath>
#include <utility>

#include "talweg/optim/first_order/rule.hpp"
#include "talweg/simd/select.hpp"

/// What rules have in common: fields, slots, derived numbers, and the folding of Adam and its kin.
namespace talweg {

/// A name with what a table says of it: the same for all its variants.
struct Family {
  std::string_view name;
  Guidance guidance;
  constexpr Card card(std::string_view variant, std::string_view title, std::string_view formula,
                      std::string_view source, std::string_view note = "") const {
    return {name, variant, title, formula, source, note, guidance};
  }
};

namespace families {

template <class R> constexpr Field<R> rate(double R::*m) { return {"learning_rate", m, positive, "step size η"}; }
template <class R> constexpr Field<R> kept(double R::*m) {
  return {"momentum", m, fraction, "share μ of the velocity that is kept"};
}
/// Of Adam and its kin; `what` is said of epsilon.
template <class R, class M = double R::*>
constexpr std::array<Field<R>, 4> moments(double R::*first, M beta1, M beta2, M epsilon, std::string_view what) {
  return {rate(first), Field<R>{"beta1", beta1, fraction, "decay of the first moment"},
          Field<R>{"beta2", beta2, fraction, "decay of the second moment"},
          Field<R>{"epsilon", epsilon, divisor, what}};
}
template <class V, std::size_t n, std::size_t m>
constexpr std::array<V, n + m> joined(const std::array<V, n>& a, const std::array<V, m>& b) {
  return [&]<std::size_t... I, std::size_t... J>(std::index_sequence<I...>, std::index_sequence<J...>) {
    return std::array<V, n + m>{a[I]..., b[J]...};
  }
  (std::make_index_sequence<n>{}, std::make_index_sequence<m>{});
}
/// The same with amsgrad.
template <class R, class M = double R::*>
constexpr std::array<Field<R>, 5> amsgrad(double R::*first, M beta1, M beta2, M epsilon, bool R::*amsgrad,
                                          std::string_view what) {
  return joined(moments(first, beta1, beta2, epsilon, what),
                std::array{Field<R>{"amsgrad", amsgrad, "divide by the largest second moment so far"}});
}

inline constexpr Slot first_moment{"first_moment", "moving average of g", "m"},
    second_moment{"second_moment", "moving average of g²", "v"};
inline constexpr std::array moment_slots{first_moment, second_moment};
inline constexpr std::array amsgrad_slots{
    first_moment, second_moment, Slot{"largest_second_moment", "maximum of the second moment (amsgrad)", "vmax"}};
inline constexpr std::array<std::string_view, 1> effective_rate{"learning_rate"};
inline constexpr std::array<std::string_view, 3> corrected_moments{"corrected_first_moment", "corrected_second_moment",
                                                                   "learning_rate"};

/// The two moving averages, and their corrections c for the start from 0.
template <class T> struct Moments {
  T rate, beta1, rest1, beta2, rest2, epsilon, c1, c2;  // rest = 1 − β; c = 1/(1 − βᵗ)
  static constexpr std::array coefficients{Coefficient{"η", "learning_rate"},    Coefficient{"β1", "beta1"},
                                           Coefficient{"(1−β1)", "1 - beta1"},   Coefficient{"β2", "beta2"},
                                           Coefficient{"(1−β2)", "1 - beta2"},   Coefficient{"ε", "epsilon"},
                                           Coefficient{"c1", "1/(1 - beta1^t)"}, Coefficient{"c2", "1/(1 - beta2^t)"}};
  /// The same with another rate.
  static constexpr auto with_rate(Coefficient folded) {
    auto out = coefficients;
    out[0] = folded;
    return out;
  }
  template <class R>
  Moments(const R& a, const StepContext& s)
      : rate(T(s.learning_rate)),
        beta1(T(a.beta1)),
        rest1(T(1 - a.beta1)),
        beta2(T(a.beta2)),
        rest2(T(1 - a.beta2)),
        epsilon(T(a.epsilon)),
        c1(T(1 / (1 - std::pow(a.beta1, double(s.t))))),
        c2(T(1 / (1 - std::pow(a.beta2, double(s.t))))) {}
  void average(T g, T& m, T& v) const {
    m = beta1 * m + rest1 * g;
    v = beta2 * v + rest2 * g * g;
  }
};

}  // namespace families

}  // namespace talweg
