#pragma once
#include <algorithm>
#include <cmath>

#include "talweg/optim/first_order/rule.hpp"
#include "talweg/simd/select.hpp"

namespace talweg {

namespace ftrl {

/// (β + √n)/α + λ2 divides; a coordinate with g = 0 keeps n at its start.
template <class R> std::string_view contradiction(const R& rule) {
  return rule.beta + rule.l2 + rule.initial_accumulator > 0
             ? ""
             : "beta, l2 and initial_accumulator must not all be 0: x is divided by (β + √n)/α + λ2";
}

/// 1/α of this step. A schedule may end at the rate 0, where x is 0: 1e30 is near enough, and finite in float too.
inline double per_alpha(const StepContext& s) { return 1 / std::max(s.learning_rate, 1e-30); }

}  // namespace ftrl

/// FTRL-Proximal: x is a function of the state (z, n), exactly zero where |z| <= λ1. The paper computes x when it is
/// next wanted; here it is computed at once, which is the same x.
struct Ftrl {
  double alpha = 0.1, beta = 1, l1 = 1, l2 = 1, initial_accumulator = 0, weight_decay = 0;

  static constexpr Card card{.name = "ftrl",
                             .variant = "paper",
                             .title = "FTRL-Proximal",
                             .formula =
                                 "σ = (√(n + g²) − √n)/α; z += g − σ·x; n += g²; "
                                 "x = 0 if |z| ≤ λ1, else −(z − sgn(z)·λ1)/((β + √n)/α + λ2)",
                             .source = "McMahan et al. 2013, KDD, Algorithm 1",
                             .note =
                                 "A start other than 0 is kept: z0 = −x0·((β + √n0)/α + λ2) − sgn(x0)·λ1. Keras "
                                 "starts from z = 0 whatever x is, and doubles λ2: `ftrl:keras`.",
                             .lazy = Lazy::exact};
  static constexpr std::array params{
      Param<Ftrl>{"alpha", &Ftrl::alpha, divisor, "step size α; learning_rate is accepted"},
      Param<Ftrl>{"beta", &Ftrl::beta, non_negative, "β, added to √n"},
      Param<Ftrl>{"l1", &Ftrl::l1, non_negative, "λ1: larger makes more coordinates exactly zero"},
      Param<Ftrl>{"l2", &Ftrl::l2, non_negative, "λ2: shrinks all"},
      Param<Ftrl>{"initial_accumulator", &Ftrl::initial_accumulator, non_negative, "n before the first step"}};
  static constexpr std::array slots{Slot{"z", "sum of g − σ·x", "z"}, Slot{"accumulator", "n, the sum of g²", "n"}};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};

  std::string_view contradiction() const { return ftrl::contradiction(*this); }
  template <class T> T start(std::size_t slot, T x) const {
    if (slot == 1) return T(initial_accumulator);
    if (x == 0) return T(0);
    const double curvature = (beta + std::sqrt(initial_accumulator)) / alpha + l2;
    return T(-double(x) * curvature - std::copysign(l1, double(x)));
  }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"1/α", "1/learning_rate"}, Coefficient{"β", "beta"},
                                             Coefficient{"λ1", "l1"}, Coefficient{"λ2", "l2"}};
    T per_alpha, beta, l1, l2;  // per_alpha = 1/α
    Step(const Ftrl& a, const StepContext& s)
        : per_alpha(T(ftrl::per_alpha(s))), beta(T(a.beta)), l1(T(a.l1)), l2(T(a.l2)) {}
    void operator()(T& x, T g, T& z, T& n) const {
      const T larger_n = simd::called("n⁺", n + g * g);
      const T sigma = simd::called("σ", (sqrt(larger_n) - sqrt(n)) * per_alpha);
      z += g - sigma * x;
      n = larger_n;
      x = recall(z, n);
    }
    T recall(T z, T n) const {
      const T dense = -(z - simd::sign(z) * l1) / ((beta + sqrt(n)) * per_alpha + l2);
      return simd::called("|z|", abs(z)) <= l1 ? T(0) : dense;
    }
    std::array<T, 1> observe(T, T n) const { return {1 / ((beta + sqrt(n)) * per_alpha + l2)}; }
  };
};

/// Keras' Ftrl: no correction for the start, 2·λ2 in the place of λ2.
struct FtrlKeras {
  double alpha = 0.001, beta = 0, l1 = 0, l2 = 0, initial_accumulator = 0.1, weight_decay = 0;

  static constexpr Card card{.name = "ftrl",
                             .variant = "keras",
                             .title = "FTRL-Proximal (Keras)",
                             .formula =
                                 "σ = (√(n + g²) − √n)/α; z += g − σ·x; n += g²; "
                                 "x = (clamp(z, −λ1, λ1) − z)/((β + √n)/α + 2·λ2)",
                             .source = "Keras 3, keras.optimizers.Ftrl",
                             .note = "z starts from 0 whatever x is, so the first step moves x towards 0.",
                             .decoupled = true,
                             .lazy = Lazy::exact};
  static constexpr std::array params{
      Param<FtrlKeras>{"alpha", &FtrlKeras::alpha, divisor, "step size α; learning_rate is accepted"},
      Param<FtrlKeras>{"beta", &FtrlKeras::beta, non_negative, "β, added to √n"},
      Param<FtrlKeras>{"l1", &FtrlKeras::l1, non_negative, "λ1: larger makes more coordinates exactly zero"},
      Param<FtrlKeras>{"l2", &FtrlKeras::l2, non_negative, "λ2: shrinks all"},
      Param<FtrlKeras>{"initial_accumulator", &FtrlKeras::initial_accumulator, non_negative,
                       "n before the first step"}};
  static constexpr std::array slots{Slot{"z", "sum of g − σ·x", "z"},
                                    Slot{"accumulator", "n, n0 and the sum of g²", "n"}};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};

  std::string_view contradiction() const { return ftrl::contradiction(*this); }
  template <class T> T start(std::size_t slot, T) const { return slot == 1 ? T(initial_accumulator) : T(0); }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"1/α", "1/learning_rate"}, Coefficient{"β", "beta"},
                                             Coefficient{"λ1", "l1"}, Coefficient{"2λ2", "2*l2"}};
    T per_alpha, beta, l1, twice_l2;  // per_alpha = 1/α
    Step(const FtrlKeras& a, const StepContext& s)
        : per_alpha(T(ftrl::per_alpha(s))), beta(T(a.beta)), l1(T(a.l1)), twice_l2(T(2 * a.l2)) {}
    void operator()(T& x, T g, T& z, T& n) const {
      const T larger_n = simd::called("n⁺", n + g * g);
      const T sigma = simd::called("σ", (sqrt(larger_n) - sqrt(n)) * per_alpha);
      z += g - sigma * x;
      n = larger_n;
      x = recall(z, n);
    }
    T recall(T z, T n) const { return (simd::clamp(z, -l1, l1) - z) / ((beta + sqrt(n)) * per_alpha + twice_l2); }
    std::array<T, 1> observe(T, T n) const { return {1 / ((beta + sqrt(n)) * per_alpha + twice_l2)}; }
  };
};

}  // namespace talweg
