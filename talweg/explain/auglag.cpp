#include "talweg/optim/deterministic/auglag.hpp"

#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/explain/deterministic.hpp"

namespace talweg::explain {

namespace {

using text::cat;
using State = AugmentedLagrangian::State;

bool is_equality(const StepView& view, std::size_t i) {
  return view.problem.options.constraints[i].kind == Constraint::Kind::equality;
}

std::string constraint_name(const StepView& view, std::size_t i) {
  return i < view.problem.constraints.size() ? view.problem.constraints[i] : view.problem.options.constraints[i].name;
}

/// λ − ρ·scale²·c, at least 0 for an inequality.
Traced next_multiplier(const StepView& view, Sheet& sheet, const State& s, double rho, double c, std::size_t i) {
  const std::string k = std::to_string(i + 1);
  const Traced lambda = Traced::symbol(sheet, cat("λ", k), s.multipliers[i]), r = Traced::symbol(sheet, "ρ", rho),
               value = Traced::symbol(sheet, cat("c", k), c);
  Traced weight = r;
  if (s.scales[i] != 1) {
    const Traced scale = Traced::symbol(sheet, cat("scale", k), s.scales[i]);
    weight = r * scale * scale;
  }
  const Traced e = lambda - weight * value;
  return is_equality(view, i) ? e : Traced::binary(Op::max, Traced(0), e);
}

/// The augmented Lagrangian at the start of the step: weights of the constraints, and its gradient.
Section lagrangian(const StepView& view, const State& s, double rho, const constrained::Values& values) {
  Sheet sheet;
  sheet.say("L = f + Σ ((max(0, λ − ρc))² − λ²)/(2ρ), without the max for equalities; ∇L = ∇f − Σ weight·∇c");
  sheet.given(symbol("ρ"), rho, "penalty");
  std::vector<Traced> weights;
  for (std::size_t i = 0; i < values.c.size(); ++i) {
    const std::string k = std::to_string(i + 1);
    sheet.given(symbol(cat("c", k)), values.c[i], constraint_name(view, i));
    weights.push_back(
        Traced::define(sheet, symbol(cat("weight", k)), next_multiplier(view, sheet, s, rho, values.c[i], i)));
  }
  for (std::size_t j = 0; j < view.size(); ++j) {
    Traced g(sheet, sheet.given(symbol(cat("∂f/∂", view.name(j))), view.before.at().g[j]));
    for (std::size_t i = 0; i < values.c.size(); ++i)
      g = g - weights[i] *
                  Traced::symbol(sheet, symbol(cat("∂c", i + 1, "/∂", view.name(j))), values.rows[i * view.size() + j]);
    Traced::define(sheet, symbol(cat("∂L/∂", view.name(j))), g);
  }
  return {"Augmented Lagrangian", sheet.take()};
}

Section updates(const StepView& view, const State& before, const State& after, double rho) {
  Sheet sheet;
  if (after.escapes > before.escapes) {
    Traced::define(sheet, symbol("ρ⁺"),
                   Traced::symbol(sheet, "growth", after.rho / rho) * Traced::symbol(sheet, "ρ", rho),
                   "L falls without bound along this step, which is taken back: a larger penalty must hold it");
    return {"Penalty", sheet.take()};
  }
  if (after.updates == before.updates) {
    sheet.say("L is not yet minimised well enough: multipliers and penalty stay as they are");
    return {"Multipliers", sheet.take()};
  }
  for (std::size_t i = 0; i < after.multipliers.size(); ++i) {
    const Traced next = next_multiplier(view, sheet, before, rho, after.values.c[i], i);
    Traced::define(sheet, symbol(cat("λ", i + 1, "⁺")), next, cat(constraint_name(view, i), ", at the new point"));
  }
  if (after.rho != rho)
    Traced::define(sheet, symbol("ρ⁺"),
                   Traced::symbol(sheet, "growth", after.rho / rho) * Traced::symbol(sheet, "ρ", rho),
                   "the violation did not fall enough: the penalty grows");
  else
    sheet.say("the violation fell enough: the penalty stays");
  return {"Multipliers", sheet.take()};
}

}  // namespace

std::vector<Section> explain_auglag(const StepView& view, const AugmentedLagrangian& m, const State& before,
                                    const State& after) {
  std::vector<Section> out;
  constrained::Values values{std::vector<double>(view.problem.options.constraints.size()),
                             std::vector<double>(view.problem.options.constraints.size() * view.size())};
  constrained::evaluate(view.problem.options.constraints, view.before.at().x, values);
  State start = before;
  if (!before.begun) start.scales = after.scales;
  // The first penalty is chosen inside the step; it grows only when the multipliers have moved.
  double rho = before.begun ? before.rho : after.rho;
  if (!before.begun && after.stalls > 0) rho = after.rho / m.growth;
  out.push_back(lagrangian(view, start, rho, values));
  const Descent& inner = after.inner.path;
  const bool taken_back = after.escapes > before.escapes, elsewhere = after.looks > before.looks;
  const bool moved = view.after.at().x != view.before.at().x;
  if (moved || taken_back) {
    Point at = view.before.at();
    at.g = inner.old.g;
    if (!before.begun) {  // the inner method has seen f so far, not L
      start.inner.path.at = at;
      forget(start.inner, view.problem.options.bounds);
    }
    out.push_back(explain_box_direction(view, start.inner, at, inner.direction));
    search_sections(view, {LineSearch::weak_wolfe, Lbfgsb{}.decrease, Lbfgsb{}.curvature}, inner.step_length, out);
  }
  out.push_back(updates(view, start, after, rho));
  Descent path = inner;
  if (!moved) path.step_length = 0;
  arrival_sections(view, path, out,
                   taken_back  ? "where this L was begun"
                   : elsewhere ? "a point near by at which the constraints are missed by less"
                               : "");
  return out;
}

}  // namespace talweg::explain
