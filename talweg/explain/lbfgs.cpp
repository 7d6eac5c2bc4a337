#include "talweg/optim/deterministic/lbfgs.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/explain/deterministic.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// The two loops of L-BFGS over the pairs of `h`, newest first and back again, on q = −g.
class TwoLoops {
 public:
  TwoLoops(const StepView& view, const History& h, Sheet& sheet) : view_(view), h_(h), sheet_(sheet) {}

  void run() {
    const Vector g = gradient(sheet_, view_, h_.unit);
    Vector q;
    for (std::size_t i = 0; i < g.size(); ++i) q.push_back(line("q", i, -g[i]));
    sheet_.say(cat("first loop, from the newest of ", h_.size, h_.size == 1 ? " pair" : " pairs", " to the oldest"));
    std::vector<Traced> alphas;
    for (std::size_t age = 0; age < h_.size; ++age) {
      alphas.push_back(
          Traced::define(sheet_, number("α", age), dot(pair(age, true), q) / (weight(age) * curvature(age))));
      const Traced share = weighs(age) ? alphas[age] * weight(age) : alphas[age];
      const Vector y = pair(age, false);
      for (std::size_t i = 0; i < q.size(); ++i) q[i] = line("q", i, q[i] - share * y[i]);
    }
    q = scale(q);
    sheet_.say("second loop, from the oldest pair to the newest");
    for (std::size_t age = h_.size; age-- > 0;) {
      const Traced beta = Traced::define(sheet_, number("β", age), dot(pair(age, false), q) / curvature(age));
      const Vector s = pair(age, true);
      for (std::size_t i = 0; i < q.size(); ++i) q[i] = line("q", i, q[i] + (alphas[age] - beta) * s[i]);
    }
    for (std::size_t i = 0; i < q.size(); ++i) line("d", i, q[i]);
  }

 private:
  Traced line(std::string_view name, std::size_t i, const Traced& e) {
    return Traced::define(sheet_, component(view_, name, i), e);
  }
  /// Pairs are numbered by age: 1 is the newest.
  Text number(std::string_view name, std::size_t age) const { return indexed(name, static_cast<long long>(age + 1)); }
  Vector pair(std::size_t age, bool s) {
    const std::size_t k = h_.slot(age);
    return named(sheet_, view_, number(s ? "s" : "y", age).plain, s ? h_.s_at(k) : h_.y_at(k));
  }
  bool weighs(std::size_t age) const { return h_.weight[h_.slot(age)] != 1; }
  Traced weight(std::size_t age) { return Traced::symbol(sheet_, number("w", age), h_.weight[h_.slot(age)]); }
  Traced curvature(std::size_t age) {
    return Traced::symbol(sheet_, symbol(cat(number("s", age).plain, "ᵀ", number("y", age).plain)),
                          h_.sy[h_.slot(age)]);
  }

  Vector scale(const Vector& q) {
    const double gamma = h_.initial_scale();
    std::size_t best = 0;
    for (std::size_t age = 0; age < std::min<std::size_t>(3, h_.size); ++age)
      if (h_.scale(age) > h_.scale(best)) best = age;
    const Traced ratio =
        curvature(best) / Traced::symbol(sheet_, symbol(cat("‖", number("y", best).plain, "‖²")), h_.yy[h_.slot(best)]);
    Traced factor(sheet_, sheet_.symbol(symbol("γ"), gamma));
    const double rise = 1.4;
    const Traced e = Traced(rise) * ratio;
    if (e.value() == gamma)
      factor = Traced::define(sheet_, symbol("γ"), e,
                              "H0 = γ·I: the largest sᵀy/yᵀy of the last three pairs, a little longer");
    else
      sheet_.given(symbol("γ"), gamma, "H0 = γ·I");
    Vector out;
    for (std::size_t i = 0; i < q.size(); ++i) out.push_back(line("q", i, factor * q[i]));
    return out;
  }

  const StepView& view_;
  const History& h_;
  Sheet& sheet_;
};

Table pair_table(const StepView& view, const History& h) {
  Table t{{"pair", "sᵀy", "yᵀy", "weight w"}, {}};
  for (std::size_t i = 0; i < view.size(); ++i) t.columns.push_back(component(view, "s", i).plain);
  for (std::size_t i = 0; i < view.size(); ++i) t.columns.push_back(component(view, "y", i).plain);
  for (std::size_t age = 0; age < h.size; ++age) {
    const std::size_t k = h.slot(age);
    std::vector<std::string> row{cat(age + 1), text::number(h.sy[k]), text::number(h.yy[k]), text::number(h.weight[k])};
    for (const double v : h.s_at(k)) row.push_back(text::number(v));
    for (const double v : h.y_at(k)) row.push_back(text::number(v));
    t.rows.push_back(std::move(row));
  }
  return t;
}

}  // namespace

std::vector<Section> explain_lbfgs(const StepView& view) {
  const Lbfgs& m = *part_of<Lbfgs>(view.before);
  const Lbfgs::State &before = *part_of<Lbfgs::State>(view.before), &after = *part_of<Lbfgs::State>(view.after);
  const History& h = before.pairs;
  std::vector<Section> out;
  std::vector<double> d(view.size());
  const double slope = h.size > 0 ? h.direction(h.initial_scale(), view.before.at().g, d) : 0;
  const bool uphill = !(slope < 0 && std::isfinite(slope));
  if (h.size > 0) {
    out.push_back(
        {"Pairs",
         {cat("s = x⁺ − x and y = g⁺ − g of the last steps, 1 the newest; y counts w times"), pair_table(view, h)}});
    Sheet sheet;
    TwoLoops(view, h, sheet).run();
    if (uphill) sheet.say("this does not lead downhill: the pairs are dropped");
    out.push_back({"Direction: the two loops", sheet.take()});
  }
  if (h.size == 0 || uphill || after.path.fell_back) {
    Sheet sheet;
    sheet.say(h.size == 0 ? "no pair yet: steepest descent"
              : uphill    ? "steepest descent"
                          : "after the failure along the direction above: steepest descent");
    steepest_lines(sheet, view, after.path.unit);
    out.push_back({"Direction", sheet.take()});
  }
  search_sections(view, {m.line_search, m.decrease, m.curvature}, after.path.step_length, out);
  arrival_sections(view, after.path, out);
  if (after.path.step_length == 0) return out;
  const History& now = after.pairs;
  Section learned{"What the step taught", {}};
  if (now.skipped > before.pairs.skipped || now.size == 0) {
    learned.blocks.emplace_back("the new pair has no positive curvature sᵀy and is left out");
  } else {
    learned.blocks.emplace_back(Equation{symbol("sᵀy"), {}, {}, now.sy[now.newest], "positive: the pair is kept"});
    learned.blocks.emplace_back(
        Equation{symbol("w"), {}, {}, now.weight[now.newest], "weight of y, by what the values of f say (Biggs)"});
  }
  out.push_back(std::move(learned));
  return out;
}

}  // namespace talweg::explain
