#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

/// RAdam: Adam's division by √v̂ only once enough gradients were seen for v to mean something, rectified by r_t.
struct RAdam {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;

  static constexpr Card card{"radam",
                             "torch",
                             "Rectified Adam",
                             "ρ∞ = 2/(1−β2) − 1; ρ = ρ∞ − 2·t·β2ᵗ/(1−β2ᵗ); ρ > 5: r = √((ρ−4)(ρ−2)ρ∞/((ρ∞−4)(ρ∞−2)ρ)), "
                             "x −= η·r·m̂·√(1−β2ᵗ)/(√v + ε); otherwise x −= η·m̂",
                             "Liu et al. 2020, arXiv:1908.03265, Algorithm 2; PyTorch 2, torch.optim.RAdam",
                             "The paper's threshold is ρ > 4.",
                             {"as Adam, without a warm-up of the rate",
                              "its first steps, where v still says little, are those of momentum: no early blow-up",
                              "the first steps depend on the size of f, as those of momentum do"}};
  static constexpr auto params =
      families::moments(&RAdam::learning_rate, &RAdam::beta1, &RAdam::beta2, &RAdam::epsilon, "added to √v");
  static constexpr auto slots = families::moment_slots;
  static constexpr auto observed = families::corrected_moments;

  template <class T> struct Step : families::Moments<T> {
    static constexpr auto coefficients = [] {
      constexpr std::array more{
          Coefficient{"ρ∞", "2/(1 - beta2) - 1", "rho_inf", false},
          Coefficient{"ρ", "rho_inf - 2*t*beta2^t/(1 - beta2^t)", "rho", false},
          Coefficient{"r", "sqrt((rho - 4)*(rho - 2)*rho_inf/((rho_inf - 4)*(rho_inf - 2)*rho))*sqrt(1 - beta2^t)"}};
      return families::joined(families::Moments<T>::with_rate({"η̂", "learning_rate/(1 - beta1^t)"}), more);
    }();
    T rectifier;  // r·√(1 − β2ᵗ); rate = η·c1
    bool adaptive;
    template <class R> Step(const R& a, const StepContext& s) : families::Moments<T>(a, s) {
      const double t = double(s.t), power2 = std::pow(a.beta2, t), correct2 = 1 - power2;
      const double rho_inf = 2 / (1 - a.beta2) - 1, rho = rho_inf - 2 * t * power2 / correct2;
      adaptive = rho > 5;
      const double r =
          adaptive ? std::sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)) : 1;
      this->rate = folded<T>(s.learning_rate / (1 - std::pow(a.beta1, t)));
      rectifier = T(r * std::sqrt(correct2));
    }
    void operator()(T& x, T g, T& m, T& v) const {
      this->average(g, m, v);
      x -= this->rate * m * factor(v);
    }
    T factor(T v) const { return adaptive ? rectifier / (sqrt(v) + this->epsilon) : T(1); }
    std::array<T, 3> observe(T m, T v) const { return {m * this->c1, v * this->c2, this->rate / this->c1 * factor(v)}; }
  };
};

}  // namespace talweg
