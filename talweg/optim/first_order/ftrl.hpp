#pragma once
#include <algorithm>

#include "talweg/optim/first_order/families.hpp"

namespace talweg {

namespace ftrl {

inline constexpr Family family{"ftrl",
                               {"huge sparse online data (clicks, text), and models that have to be small",
                                "weights that matter little are exactly 0; one pass is often enough",
                                "made for linear models on sparse rows; four numbers to choose"}};

template <class R, class M = double R::*>
constexpr std::array<Field<R>, 5> params(double R::*alpha, M beta, M l1, M l2, M start) {
  return {Field<R>{"alpha", alpha, divisor, "step size α; learning_rate is accepted"},
          Field<R>{"beta", beta, non_negative, "β, added to √n"},
          Field<R>{"l1", l1, non_negative, "λ1: larger makes more coordinates exactly zero"},
          Field<R>{"l2", l2, non_negative, "λ2: shrinks all"},
          Field<R>{"initial_accumulator", start, non_negative, "n before the first step"}};
}

/// (β + √n)/α + λ2 divides; a coordinate with g = 0 keeps n at its start.
template <class R> std::string_view contradiction(const R& rule) {
  return rule.beta + rule.l2 + rule.initial_accumulator > 0
             ? ""
             : "beta, l2 and initial_accumulator must not all be 0: x is divided by (β + √n)/α + λ2";
}

/// Form has recall(z, n). λ2 counts `times`.
template <class T, class Form, int times> struct Folded {
  static constexpr std::array coefficients{Coefficient{"1/α", "1/learning_rate"}, Coefficient{"β", "beta"},
                                           Coefficient{"λ1", "l1"},
                                           times == 1 ? Coefficient{"λ2", "l2"} : Coefficient{"2λ2", "2*l2"}};
  T per_alpha, beta, l1, l2;
  /// A schedule may end at the rate 0, where x is 0: 1/1e-30 is near enough, and finite in float too.
  template <class R>
  Folded(const R& a, const StepContext& s)
      : per_alpha(T(1 / std::max(s.learning_rate, 1e-30))), beta(T(a.beta)), l1(T(a.l1)), l2(T(times * a.l2)) {}
  void operator()(T& x, T g, T& z, T& n) const {
    const T larger_n = simd::called("n⁺", n + g * g);
    const T sigma = simd::called("σ", (sqrt(larger_n) - sqrt(n)) * per_alpha);
    z += g - sigma * x;
    n = larger_n;
    x = static_cast<const Form&>(*this).recall(z, n);
  }
  T curvature(T n) const { return (beta + sqrt(n)) * per_alpha + l2; }
  std::array<T, 1> observe(T, T n) const { return {1 / curvature(n)}; }
};

}  // namespace ftrl

/// FTRL-Proximal: x is a function of the state (z, n), exactly zero where |z| <= λ1. The paper computes x when it is
/// next wanted; here it is computed at once, which is the same x.
struct Ftrl {
  double alpha = 0.1, beta = 1, l1 = 1, l2 = 1, initial_accumulator = 0, weight_decay = 0;

  static constexpr Card card =
      ftrl::family.card("paper", "FTRL-Proximal",
                        "σ = (√(n + g²) − √n)/α; z += g − σ·x; n += g²; "
                        "x = 0 if |z| ≤ λ1, else −(z − sgn(z)·λ1)/((β + √n)/α + λ2)",
                        "McMahan et al. 2013, KDD, Algorithm 1",
                        "A start other than 0 is kept: z0 = −x0·((β + √n0)/α + λ2) − sgn(x0)·λ1. Keras starts "
                        "from z = 0 whatever x is, and doubles λ2: `ftrl:keras`.");
  static constexpr RuleTraits traits{.lazy = Lazy::exact};
  static constexpr auto params =
      ftrl::params(&Ftrl::alpha, &Ftrl::beta, &Ftrl::l1, &Ftrl::l2, &Ftrl::initial_accumulator);
  static constexpr std::array slots{Slot{"z", "sum of g − σ·x", "z"}, Slot{"accumulator", "n, the sum of g²", "n"}};
  static constexpr auto observed = families::effective_rate;

  std::string_view contradiction() const { return ftrl::contradiction(*this); }
  template <class T> T start(std::size_t slot, T x) const {
    if (slot == 1) return T(initial_accumulator);
    if (x == 0) return T(0);
    const double curvature = (beta + std::sqrt(initial_accumulator)) / alpha + l2;
    return T(-double(x) * curvature - std::copysign(l1, double(x)));
  }

  template <class T> struct Step : ftrl::Folded<T, Step<T>, 1> {
    using ftrl::Folded<T, Step, 1>::Folded;
    T recall(T z, T n) const {
      const T dense = -(z - simd::sign(z) * this->l1) / this->curvature(n);
      return simd::called("|z|", abs(z)) <= this->l1 ? T(0) : dense;
    }
  };
};

/// Keras' Ftrl: no correction for the start, 2·λ2 in the place of λ2.
struct FtrlKeras {
  double alpha = 0.001, beta = 0, l1 = 0, l2 = 0, initial_accumulator = 0.1, weight_decay = 0;

  static constexpr Card card = ftrl::family.card("keras", "FTRL-Proximal (Keras)",
                                                 "σ = (√(n + g²) − √n)/α; z += g − σ·x; n += g²; "
                                                 "x = (clamp(z, −λ1, λ1) − z)/((β + √n)/α + 2·λ2)",
                                                 "Keras 3, keras.optimizers.Ftrl",
                                                 "z starts from 0 whatever x is, so the first step moves x towards 0.");
  static constexpr RuleTraits traits{.decoupled = true, .lazy = Lazy::exact};
  static constexpr auto params = ftrl::params(&FtrlKeras::alpha, &FtrlKeras::beta, &FtrlKeras::l1, &FtrlKeras::l2,
                                              &FtrlKeras::initial_accumulator);
  static constexpr std::array slots{Slot{"z", "sum of g − σ·x", "z"},
                                    Slot{"accumulator", "n, n0 and the sum of g²", "n"}};
  static constexpr auto observed = families::effective_rate;

  std::string_view contradiction() const { return ftrl::contradiction(*this); }
  template <class T> T start(std::size_t slot, T) const { return slot == 1 ? T(initial_accumulator) : T(0); }

  template <class T> struct Step : ftrl::Folded<T, Step<T>, 2> {
    using ftrl::Folded<T, Step, 2>::Folded;
    T recall(T z, T n) const { return (simd::clamp(z, -this->l1, this->l1) - z) / this->curvature(n); }
  };
};

}  // namespace talweg
