#pragma once
#include <cmath>

#include "talweg/optim/first_order/rule.hpp"

namespace talweg {

/// RAdam: Adam's division by √v̂ only once enough gradients were seen for v to mean something, rectified by r_t.
struct RAdam {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;

  static constexpr Card card{
      .name = "radam",
      .variant = "torch",
      .title = "Rectified Adam",
      .formula =
          "ρ∞ = 2/(1−β2) − 1; ρ = ρ∞ − 2·t·β2ᵗ/(1−β2ᵗ); ρ > 5: r = √((ρ−4)(ρ−2)ρ∞/((ρ∞−4)(ρ∞−2)ρ)), "
          "x −= η·r·m̂·√(1−β2ᵗ)/(√v + ε); otherwise x −= η·m̂",
      .source = "Liu et al. 2020, arXiv:1908.03265, Algorithm 2; PyTorch 2, torch.optim.RAdam",
      .note = "The paper's threshold is ρ > 4."};
  static constexpr std::array params{Param<RAdam>{"learning_rate", &RAdam::learning_rate, positive, "step size η"},
                                     Param<RAdam>{"beta1", &RAdam::beta1, fraction, "decay of the first moment"},
                                     Param<RAdam>{"beta2", &RAdam::beta2, fraction, "decay of the second moment"},
                                     Param<RAdam>{"epsilon", &RAdam::epsilon, divisor, "added to √v"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"second_moment", "moving average of g²", "v"}};
  static constexpr std::array<std::string_view, 3> observed{"corrected_first_moment", "corrected_second_moment",
                                                            "learning_rate"};

  template <class T> struct Step {
    static constexpr std::array coefficients{
        Coefficient{"η̂", "learning_rate/(1 - beta1^t)"},
        Coefficient{"β1", "beta1"},
        Coefficient{"(1−β1)", "1 - beta1"},
        Coefficient{"β2", "beta2"},
        Coefficient{"(1−β2)", "1 - beta2"},
        Coefficient{"ε", "epsilon"},
        Coefficient{"c1", "1/(1 - beta1^t)"},
        Coefficient{"c2", "1/(1 - beta2^t)"},
        Coefficient{"ρ∞", "2/(1 - beta2) - 1", "rho_inf", false},
        Coefficient{"ρ", "rho_inf - 2*t*beta2^t/(1 - beta2^t)", "rho", false},
        Coefficient{"r", "sqrt((rho - 4)*(rho - 2)*rho_inf/((rho_inf - 4)*(rho_inf - 2)*rho))*sqrt(1 - beta2^t)"}};
    T rate, beta1, rest1, beta2, rest2, epsilon, c1, c2, rectifier;  // rest = 1 − β; c = 1/(1 − βᵗ); rate = η·c1
    bool adaptive;                                                   // rectifier = r·√(1 − β2ᵗ)
    Step(const RAdam& a, const StepContext& s)
        : beta1(T(a.beta1)), rest1(T(1 - a.beta1)), beta2(T(a.beta2)), rest2(T(1 - a.beta2)), epsilon(T(a.epsilon)) {
      const double t = double(s.t), power2 = std::pow(a.beta2, t), correct2 = 1 - power2;
      const double correct1 = 1 - std::pow(a.beta1, t);
      const double rho_inf = 2 / (1 - a.beta2) - 1, rho = rho_inf - 2 * t * power2 / correct2;
      adaptive = rho > 5;
      const double r =
          adaptive ? std::sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)) : 1;
      rate = folded<T>(s.learning_rate / correct1);
      c1 = T(1 / correct1);
      c2 = T(1 / correct2);
      rectifier = T(r * std::sqrt(correct2));
    }
    void operator()(T& x, T g, T& m, T& v) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      x -= rate * m * factor(v);
    }
    T factor(T v) const { return adaptive ? rectifier / (sqrt(v) + epsilon) : T(1); }
    std::array<T, 3> observe(T m, T v) const { return {m * c1, v * c2, rate / c1 * factor(v)}; }
  };
};

}  // namespace talweg
