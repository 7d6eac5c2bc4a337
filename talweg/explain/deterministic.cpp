#include "talweg/explain/deterministic.hpp"

#include <array>
#include <cassert>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/conjugate_gradient.hpp"
#include "talweg/optim/deterministic/gradient_descent.hpp"
#include "talweg/optim/deterministic/lbfgs.hpp"
#include "talweg/optim/deterministic/sqp.hpp"

namespace talweg::explain {

namespace {

using text::cat;

std::string_view name_of(LineSearch kind) {
  switch (kind) {
    case LineSearch::weak_wolfe:
      return "weak Wolfe conditions";
    case LineSearch::wolfe:
      return "strong Wolfe conditions (Moré & Thuente)";
    case LineSearch::hager_zhang:
      return "approximate Wolfe conditions (Hager & Zhang)";
    case LineSearch::armijo:
      return "sufficient decrease only (Armijo)";
  }
  return "";
}

/// Whether the slope test holds, in the form of the search.
bool flat_enough(const SearchRules& rules, const SeenTrial& t, const SeenTrial& origin) {
  if (rules.kind == LineSearch::wolfe) return std::abs(t.slope) <= -rules.curvature * origin.slope;
  return t.slope >= rules.curvature * origin.slope;
}

std::vector<std::string> trial_row(const SearchRules& rules, std::size_t k, const SeenTrial& t, const SeenTrial& o) {
  const auto trial = [](const SeenTrial& s) { return Trial{s.step, s.value, s.slope}; };
  const double bound = o.value + rules.decrease * t.step * o.slope;
  const bool low = decreases(trial(t), trial(o), rules.decrease), plainly = t.value <= bound;
  std::vector<std::string> row{cat(k), text::number(t.step), text::number(t.value), text::number(bound),
                               !low      ? "failed"
                               : plainly ? "met"
                                         : "met by the slopes"};
  if (low && !plainly) row.back() = "met by the slopes";
  if (!low && plainly) row.back() = "failed: no change but rounding";
  if (rules.kind != LineSearch::armijo) {
    row.push_back(text::number(t.slope));
    row.push_back(text::number((rules.kind == LineSearch::wolfe ? -rules.curvature : rules.curvature) * o.slope));
    row.push_back(flat_enough(rules, t, o) ? "met" : "failed");
  }
  return row;
}

Section one_search(const SearchRules& rules, const SeenTrial& o, std::span<const SeenTrial> trials, double accepted,
                   bool last) {
  Section out{"Line search", {}};
  out.blocks.emplace_back(cat("along d, φ(a) = f(x + a·d): ", name_of(rules.kind), ", c1 = ", rules.decrease,
                              rules.kind == LineSearch::armijo ? std::string() : cat(", c2 = ", rules.curvature)));
  out.blocks.emplace_back(Equation{symbol("φ(0)"), {}, {}, o.value, "f where the search begins"});
  out.blocks.emplace_back(Equation{symbol("φ′(0)"), {}, {}, o.slope, "the slope gᵀd"});
  Table table{{"trial", "a", "φ(a)", "φ(0) + c1·a·φ′(0)", "φ(a) ≤"}, {}};
  if (rules.kind != LineSearch::armijo) {
    const bool strong = rules.kind == LineSearch::wolfe;
    table.columns.insert(table.columns.end(),
                         {"φ′(a)", strong ? "c2·|φ′(0)|" : "c2·φ′(0)", strong ? "|φ′(a)| ≤" : "φ′(a) ≥"});
  }
  bool taken = false;
  for (std::size_t k = 0; k < trials.size(); ++k) {
    table.rows.push_back(trial_row(rules, k + 1, trials[k], o));
    taken = taken || trials[k].step == accepted;
  }
  out.blocks.emplace_back(std::move(table));
  if (!last || !taken) {
    out.blocks.emplace_back("the search ended without a step");
    return out;
  }
  Sheet sheet;
  const Traced a = Traced::symbol(sheet, "a", accepted);
  const Traced bound = Traced::symbol(sheet, "φ(0)", o.value) +
                       Traced::symbol(sheet, "c1", rules.decrease) * a * Traced::symbol(sheet, "φ′(0)", o.slope);
  sheet.given(symbol("a"), accepted, "the step that was taken");
  Traced::define(sheet, symbol("bound"), bound, "what φ(a) may be at most");
  for (Block& b : sheet.take()) out.blocks.push_back(std::move(b));
  return out;
}

std::vector<Section> explain_gradient_descent(const StepView& view, const GradientDescent& m,
                                              const GradientDescent::State& after) {
  std::vector<Section> out;
  Sheet sheet;
  steepest_lines(sheet, view, after.path.unit, "steepest descent");
  out.push_back({"Direction", sheet.take()});
  search_sections(view, {m.line_search, m.decrease, m.curvature}, after.path.step_length, out);
  arrival_sections(view, after.path, out);
  return out;
}

std::vector<Section> explain_lbfgsb(const StepView& view, const Lbfgsb& m, const Lbfgsb::State& before,
                                    const Lbfgsb::State& after) {
  std::vector<Section> out{explain_box_direction(view, before, view.before.at(), after.path.direction)};
  search_sections(view, {LineSearch::weak_wolfe, m.decrease, m.curvature}, after.path.step_length, out);
  arrival_sections(view, after.path, out);
  return out;
}

/// The step of a run that stands where f is level: possible only without a test of convergence.
std::vector<Section> explain_standstill(const StepView& view) {
  std::vector<Section> out{
      {"Direction",
       {std::string(view.problem.options.bounds.empty()
                        ? "the gradient is exactly 0: there is nowhere to go"
                        : "every variable has a gradient of exactly 0, or stands on a bound that −g points out of: "
                          "nothing can move")}}};
  arrival_sections(view, {}, out);
  return out;
}

}  // namespace

Vector gradient(Sheet& sheet, const StepView& view, double unit) {
  const Vector g = named(sheet, view, "g", view.before.at().g);
  if (unit == 1) return g;
  const Traced u(sheet, sheet.given(symbol("unit"), unit, "a power of two, so that products of gradients are numbers"));
  Vector out;
  for (std::size_t i = 0; i < g.size(); ++i)
    out.push_back(Traced::define(sheet, component(view, "g\xCC\x82", i), u * g[i]));
  return out;
}

void steepest_lines(Sheet& sheet, const StepView& view, double unit, std::string note) {
  const Vector g = gradient(sheet, view, unit);
  for (std::size_t i = 0; i < g.size(); ++i)
    Traced::define(sheet, component(view, "d", i), -g[i], i == 0 ? std::move(note) : "");
}

Text component(const StepView& view, std::string_view s, std::size_t i) {
  return view.size() == 1 ? symbol(s) : symbol(cat(s, "(", view.name(i), ")"));
}

Vector named(Sheet& sheet, const StepView& view, std::string_view s, std::span<const double> values) {
  Vector out;
  for (std::size_t i = 0; i < values.size(); ++i)
    out.push_back(Traced::symbol(sheet, component(view, s, i), values[i]));
  return out;
}

Traced dot(const Vector& a, const Vector& b) {
  constexpr std::size_t lanes = 4;
  std::array<std::array<Traced, lanes>, 4> packs;
  std::array<std::array<bool, lanes>, 4> used{};
  const auto add = [&](Traced& to, bool& any, const Traced& v) {
    to = any ? to + v : v;
    any = true;
  };
  std::size_t i = 0;
  const auto block = [&](std::size_t pack) {
    for (std::size_t lane = 0; lane < lanes; ++lane, ++i) add(packs[pack][lane], used[pack][lane], a[i] * b[i]);
  };
  while (i + 4 * lanes <= a.size())
    for (std::size_t p = 0; p < 4; ++p) block(p);
  while (i + lanes <= a.size()) block(0);
  Traced total;
  bool any = false;
  if (used[0][0]) {
    for (std::size_t lane = 0; used[1][0] && lane < lanes; ++lane)
      packs[0][lane] = (packs[0][lane] + packs[1][lane]) + (packs[2][lane] + packs[3][lane]);
    add(total, any, (packs[0][0] + packs[0][1]) + (packs[0][2] + packs[0][3]));
  }
  for (; i < a.size(); ++i) add(total, any, a[i] * b[i]);
  return total;
}

void search_sections(const StepView& view, const SearchRules& rules, double accepted, std::vector<Section>& out) {
  const auto& seen = view.trials;
  for (std::size_t i = 0; i < seen.size();) {
    std::size_t end = i + 1;
    while (end < seen.size() && seen[end].step != 0) ++end;
    const bool last = end == seen.size();
    out.push_back(one_search(rules, seen[i], std::span(seen).subspan(i + 1, end - i - 1), accepted, last));
    if (!last) out.back().blocks.emplace_back("steepest descent is tried instead");
    i = end;
  }
}

void arrival_sections(const StepView& view, const Descent& path, std::vector<Section>& out,
                      const std::string& elsewhere) {
  const Bounds& box = view.problem.options.bounds;
  const bool direct = path.step_length > 0 && path.old.x == view.before.at().x;
  for (std::size_t i = 0; i < view.size(); ++i) {
    Sheet sheet;
    const double from = path.step_length > 0 ? path.old.x[i] : view.before.at().x[i], to = view.after.at().x[i];
    if (!elsewhere.empty()) {
      sheet.given(view.new_x(i), to, elsewhere);
      out.push_back({view.name(i), sheet.take()});
      continue;
    }
    const Text start = direct ? view.old_x(i) : symbol(cat(view.old_x(i).plain, "′"));
    if (path.step_length > 0) {
      const Traced x(sheet, sheet.given(start, from, direct ? "" : "where the last search of this step began"));
      const Traced change = Traced::define(sheet, symbol(cat("Δ", view.name(i))),
                                           Traced::symbol(sheet, "a", path.step_length) *
                                               Traced::symbol(sheet, component(view, "d", i), path.direction[i]));
      const Traced moved = x + change, inside = project(moved, box, i);
      if (moved.value() == to)
        Traced::define(sheet, view.new_x(i), moved);
      else if (inside.value() == to)
        Traced::define(sheet, view.new_x(i), inside, "rounding must not leave the box");
      else
        sheet.given(view.new_x(i), to, "a whole step ends on the bound itself");
    } else {
      sheet.given(view.new_x(i), to, "it did not move");
    }
    out.push_back({view.name(i), sheet.take()});
  }
}

Table matrix(const StepView& view, std::string_view corner, std::span<const double> values) {
  const std::size_t n = view.size();
  Table out{{std::string(corner)}, {}};
  for (std::size_t i = 0; i < n; ++i) out.columns.push_back(view.name(i));
  for (std::size_t i = 0; i < n; ++i) {
    out.rows.push_back({view.name(i)});
    for (std::size_t j = 0; j < n; ++j) out.rows.back().push_back(text::number(values[i * n + j]));
  }
  return out;
}

std::vector<Section> explain_deterministic(const StepView& view) {
  const Run &before = view.before, &after = view.after;
  const Options& o = view.problem.options;
  const bool level = o.constraints.empty() && gradient_norm(before.at().x, before.at().g, o.bounds) == 0;
  if (level && after.at().x == before.at().x) return explain_standstill(view);
  if (const auto* m = part_of<GradientDescent>(before))
    return explain_gradient_descent(view, *m, *part_of<GradientDescent::State>(after));
  if (part_of<Lbfgs>(before)) return explain_lbfgs(view);
  if (part_of<ConjugateGradient>(before)) return explain_conjugate_gradient(view);
  if (const auto* m = part_of<Lbfgsb>(before))
    return explain_lbfgsb(view, *m, *part_of<Lbfgsb::State>(before), *part_of<Lbfgsb::State>(after));
  if (part_of<Sqp>(before)) return explain_sqp(view);
  if (const auto* m = part_of<AugmentedLagrangian>(before))
    return explain_auglag(view, *m, *part_of<AugmentedLagrangian::State>(before),
                          *part_of<AugmentedLagrangian::State>(after));
  throw Error(
      cat("the steps of ", view.problem.method->traits().spec, " cannot be explained: the method is not known"));
}

}  // namespace talweg::explain
