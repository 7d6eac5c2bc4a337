#include "talweg/explain/first_step.hpp"

#include "talweg/base/text.hpp"
#include "talweg/explain/rule.hpp"
#include "talweg/optim/optimizer.hpp"

namespace talweg::explain {

FirstStep explain_first_step(Sheet& sheet, std::string_view optimizer, const std::string& name, double value,
                             double gradient, const std::string& gradient_name) {
  const FirstOrder method = FirstOrder::parse(optimizer);
  // The engine makes the step; it also knows the context and the carry that the arithmetic is shown with.
  Optimizer<double> engine(method, 1);
  double x = value;
  engine.step({&x, 1}, {&gradient, 1}, {.value = 0.0});
  const auto how = engine.treatment(0);
  const std::vector<double> slots(method.rule().active_slots());
  const Element e{how.method.rule(), how.context, how.carry, slots, value};

  const Traced before = Traced::symbol(sheet, name, value);
  Traced g = Traced::symbol(sheet, gradient_name, gradient), from = before;
  const Traced lambda = Traced::symbol(sheet, "λ", method.weight_decay);
  if (method.weight_decay != 0 && !method.decoupled()) g = g + lambda * before;
  g = Traced::define(sheet, indexed("g", 1), g);
  if (method.weight_decay != 0 && method.decoupled()) {
    const double share = method.decoupling == Decoupling::schedule ? 1 : how.context.learning_rate;
    const Traced decay = Traced::define(sheet, symbol("decay"), lambda * Traced::symbol(sheet, "η", share));
    from = Traced::define(sheet, symbol(text::cat(name, "′")), before - decay * before, "decoupled weight decay");
  }
  RuleTrace trace = run_rule(e, sheet, from, g);
  const double next = Traced::define(sheet, symbol(text::cat(name, "⁺")), trace.x).value();
  return {next, std::move(trace.coefficients)};
}

}  // namespace talweg::explain
