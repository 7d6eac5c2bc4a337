#include "talweg/optim/deterministic/sqp.hpp"

#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/explain/deterministic.hpp"
#include "talweg/optim/deterministic/constrained/hessian.hpp"

namespace talweg::explain {

namespace {

using text::cat;

std::string constraint_name(const StepView& view, std::size_t i) {
  return i < view.problem.constraints.size() ? view.problem.constraints[i] : view.problem.options.constraints[i].name;
}

/// The subproblem as the method solved it: with the B that it held, or with one begun anew.
struct Solved {
  std::vector<double> hessian;
  constrained::Step step;
  bool fresh = false;
};

Solved solve(const StepView& view, const Sqp::State& before, const constrained::Values& values,
             const Sqp::State& after) {
  const auto& o = view.problem.options;
  Solved s{before.hessian, {}, false};
  constrained::Subproblem subproblem;
  const auto run = [&] {
    s.step = subproblem.solve(view.before.at(), values, s.hessian, before.multipliers, o.constraints, o.bounds);
  };
  s.step.outcome = constrained::QpOutcome::indefinite;
  if (before.begun) run();
  // The point that it led to tells whether this was the step taken.
  bool taken = s.step.outcome == constrained::QpOutcome::solved;
  for (std::size_t i = 0; taken && i < view.size(); ++i) {
    const double wanted = view.after.at().x[i] - view.before.at().x[i], d = after.path.step_length * s.step.d[i];
    taken = std::abs(wanted - d) <= 1e-9 * (std::abs(d) + std::abs(view.before.at().x[i]));
  }
  if (taken) return s;
  Solved again{std::vector<double>(view.size() * view.size()), {}, before.begun};
  constrained::reset_hessian(again.hessian, view.size(), after.curvature);
  std::swap(s, again);
  run();
  return s.step.outcome == constrained::QpOutcome::solved ? s : again;
}

Section subproblem(const StepView& view, const Solved& s, const constrained::Values& values) {
  Section out{"Quadratic subproblem", {}};
  out.blocks.emplace_back("d minimises gᵀd + ½dᵀB·d where c + (∇c)ᵀd = 0, or ≥ 0, holds for every constraint c");
  if (s.fresh) out.blocks.emplace_back("with the B of the last step no step served: B is begun anew");
  out.blocks.emplace_back(matrix(view, "B", s.hessian));
  Table t{{"constraint", "c", "kind"}, {}};
  for (std::size_t j = 0; j < view.size(); ++j) t.columns.push_back(cat("∂c/∂", view.name(j)));
  t.columns.insert(t.columns.end(), {"multiplier λ"});
  for (std::size_t i = 0; i < values.c.size(); ++i) {
    const bool equality = view.problem.options.constraints[i].kind == Constraint::Kind::equality;
    std::vector<std::string> row{constraint_name(view, i), text::number(values.c[i]), equality ? "= 0" : "≥ 0"};
    for (std::size_t j = 0; j < view.size(); ++j) row.push_back(text::number(values.rows[i * view.size() + j]));
    row.push_back(text::number(s.step.multipliers[i]));
    t.rows.push_back(std::move(row));
  }
  out.blocks.emplace_back(std::move(t));
  Sheet sheet;
  for (std::size_t i = 0; i < view.size(); ++i)
    sheet.given(component(view, "d", i), s.step.d[i], i == 0 ? "the solution" : "");
  const Vector d = named(sheet, view, "d", s.step.d);
  for (std::size_t i = 0; i < values.c.size(); ++i) {
    const auto row = std::span<const double>(values.rows).subspan(i * view.size(), view.size());
    const std::string c = cat("c", i + 1);
    const Traced linear = Traced::symbol(sheet, c, values.c[i]) + dot(named(sheet, view, cat("∇", c), row), d);
    Traced::define(sheet, symbol(cat(c, "+∇", c, "ᵀd")), linear, constraint_name(view, i));
  }
  if (s.step.relaxation > 0)
    sheet.given(symbol("relaxation"), s.step.relaxation,
                "the share of the misses that the linearised constraints cannot remove");
  for (Block& b : sheet.take()) out.blocks.push_back(std::move(b));
  return out;
}

/// The merit function along d. The penalties are those after the step was planned.
Section merit(const StepView& view, const Sqp::State& after) {
  Section out{"Line search on the merit function", {}};
  out.blocks.emplace_back("φ(a) = f + Σ penalty·miss at x + a·d; the decrease must be 0.0001·a·φ′(0) at least");
  for (std::size_t i = 0; i < after.penalties.size(); ++i)
    out.blocks.emplace_back(
        Equation{symbol(cat("penalty", i + 1)), {}, {}, after.penalties[i], constraint_name(view, i)});
  Table t{{"trial", "a", "φ(a)", "φ(0) + 0.0001·a·φ′(0)", "φ(a) ≤"}, {}};
  SeenTrial origin{};
  std::size_t k = 0;
  for (const SeenTrial& s : view.trials) {
    if (s.step == 0) {
      origin = s;
      t.rows.push_back({"", "0", text::number(s.value), "", cat("φ′(0) = ", s.slope)});
      continue;
    }
    const double bound = origin.value + 1e-4 * s.step * origin.slope;
    const bool accepted = s.step == after.path.step_length && &s == &view.trials.back();
    t.rows.push_back({cat(++k), text::number(s.step), text::number(s.value), text::number(bound),
                      s.value <= bound ? "met"
                      : accepted       ? "met but for rounding"
                                       : "failed"});
  }
  out.blocks.emplace_back(std::move(t));
  return out;
}

}  // namespace

std::vector<Section> explain_sqp(const StepView& view) {
  const Sqp::State &before = *part_of<Sqp::State>(view.before), &after = *part_of<Sqp::State>(view.after);
  std::vector<Section> out;
  if (after.stall != 0) {
    out.push_back({"Fallback", {std::string("sqp stalled here, and the augmented Lagrangian goes on")}});
    const bool begun = before.stall != 0;
    const auto start = begun ? before.fallback : AugmentedLagrangian{}.start(view.before.at(), view.problem.options);
    for (Section& s : explain_auglag(view, AugmentedLagrangian{}, start, after.fallback)) out.push_back(std::move(s));
    return out;
  }
  constrained::Values values = before.values;
  constrained::evaluate(view.problem.options.constraints, view.before.at().x, values);
  const Solved s = solve(view, before, values, after);
  if (s.step.outcome == constrained::QpOutcome::solved) out.push_back(subproblem(view, s, values));
  if (!view.trials.empty()) out.push_back(merit(view, after));
  Descent path = after.path;
  path.old = view.before.at();
  path.direction = s.step.d;
  if (view.trials.empty()) path.step_length = 0;
  arrival_sections(view, path, out);
  return out;
}

}  // namespace talweg::explain
