// A first-order rule of a program's own: the paper's formula in a struct, and one call that makes its name known.
#include <cmath>
#include <cstdio>

#include <talweg/extend.hpp>
#include <talweg/talweg.hpp>

/// Every coordinate moves by η, whichever way the moving average of its gradient points.
struct Signum {
  double learning_rate = 1e-3, beta = 0.9;

  static constexpr talweg::Card card{.name = "signum",
                                     .title = "Signum",
                                     .formula = "m = β·m + (1−β)·g; x −= η·sign(m)",
                                     .source = "Bernstein et al. 2018, arXiv:1802.04434, Algorithm 2"};
  static constexpr std::array params{
      talweg::Field{"learning_rate", &Signum::learning_rate, talweg::positive, "step size η"},
      talweg::Field{"beta", &Signum::beta, talweg::fraction, "decay of the moving average"}};
  static constexpr std::array slots{talweg::Slot{"momentum", "moving average of g", "m"}};

  template <class T> struct Step {
    T rate, beta, rest;  // rest = 1 − β
    Step(const Signum& s, const talweg::StepContext& now)
        : rate(T(now.learning_rate)), beta(T(s.beta)), rest(T(1 - s.beta)) {}
    void operator()(T& x, T g, T& m) const {
      m = beta * m + rest * g;
      x -= rate * talweg::simd::sign(m);
    }
  };
};

int main() {
  const auto f = [](auto x) { return (x[0] - 3) * (x[0] - 3) + 10 * (x[1] + 1) * (x[1] + 1); };

  // As a struct it needs no registration.
  const talweg::Result own = talweg::minimize(f, {0, 0}, Signum{.learning_rate = 0.01}, {.max_iterations = 1000});

  talweg::register_rule<Signum>();
  talweg::FirstOrder rule = talweg::FirstOrder::parse("signum,learning_rate=0.01");
  rule.schedule = talweg::Schedule::parse("cosine");
  const talweg::Result named = talweg::minimize(f, {0, 0}, talweg::Method(rule), {.max_iterations = 1000});

  std::printf("%s: f(%.4f, %.4f) = %.2g\n", own.optimizer.c_str(), own.x[0], own.x[1], own.value);
  std::printf("with a schedule:  f(%.4f, %.4f) = %.2g\n", named.x[0], named.x[1], named.value);
  for (const talweg::RuleInfo& known : talweg::first_order_methods())
    if (known.card.name == "signum") std::printf("%s: %s\n", known.label().c_str(), known.card.formula.data());
  return own.value < 1e-2 && named.value < 1e-3 ? 0 : 1;
}
