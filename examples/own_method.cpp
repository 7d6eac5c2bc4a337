// A deterministic method of a program's own, with its settings, known to spec strings after one call.
#include <cmath>
#include <cstdio>

#include <talweg/extend.hpp>
#include <talweg/talweg.hpp>

/// Where the lowest value of f is known, the gradient and the gap to it say how far to go.
struct Polyak {
  double lowest = 0, relaxation = 1;

  static constexpr talweg::Card card{.name = "polyak",
                                     .title = "Polyak's step size",
                                     .formula = "x −= γ·(f − f*)/‖g‖²·g",
                                     .source = "Polyak 1987, Introduction to Optimization, section 5.3"};
  static constexpr std::array settings{
      talweg::Field{"lowest", &Polyak::lowest, talweg::Range{-talweg::infinity, talweg::infinity, true, true},
                    "the lowest value of f, f*"},
      talweg::Field{"relaxation", &Polyak::relaxation, talweg::Range{0, 2, true, true}, "γ"}};
  static constexpr std::array observed{talweg::Slot{"step_length", "γ·(f − f*)/‖g‖²"}};
  static constexpr std::int64_t default_iterations = 10'000;
  /// f may rise on the way.
  static talweg::MethodTraits takes() { return {.monotone = false, .bounds = false}; }

  struct State {
    talweg::Descent path;  // at: the point, its value and gradient

    template <class Self, class V> static void visit(Self& s, V&& v) { talweg::Descent::visit(s.path, v); }
  };
  State start(talweg::Point at) const { return {talweg::Descent(std::move(at))}; }

  talweg::StepReport step(talweg::Evaluator& f, State& s) const {
    const talweg::Point& at = s.path.at;
    double square = 0;
    for (const double g : at.g) square += g * g;
    if (square == 0) return {};
    s.path.step_length = relaxation * (at.f - lowest) / square;
    talweg::Point next = at;
    for (std::size_t i = 0; i < next.x.size(); ++i) next.x[i] -= s.path.step_length * at.g[i];
    f(next);
    if (!talweg::finite(next)) return {talweg::Status::not_finite, "f is not finite behind the step"};
    s.path.at = std::move(next);
    return {};
  }
  talweg::Observations observe(const State& s) const {
    return {{"step_length", {s.path.step_length}, talweg::Per::step}};
  }
  talweg::Observations details(const State&) const { return {}; }
};
std::shared_ptr<const talweg::MethodBase> make_method(const Polyak& method) { return talweg::method_of(method); }

int main() {
  const auto f = [](auto x) { return 5 + x[0] * x[0] + 4 * x[1] * x[1]; };
  const talweg::Result own = talweg::minimize(f, {3, 1}, Polyak{.lowest = 5});

  talweg::register_method<Polyak>();
  const talweg::Result named = talweg::minimize(f, {3, 1}, "polyak,lowest=5");

  std::printf("%s: f = %.9f after %lld iterations\n  %s\n", named.optimizer.c_str(), named.value,
              static_cast<long long>(named.iterations), named.message.c_str());
  return own.success() && named.x == own.x && std::abs(named.value - 5) < 1e-9 ? 0 : 1;
}
