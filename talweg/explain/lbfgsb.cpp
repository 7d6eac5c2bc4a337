#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/explain/deterministic.hpp"
#include "talweg/optim/deterministic/box/direction.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// Up to this many variables the matrix B is written out.
constexpr std::size_t most_for_matrix = 8;

/// B = θI − W M W', column by column.
std::vector<double> model_matrix(const box::History& h, const box::Saddle& middle) {
  const std::size_t n = h.n, k = 2 * h.count;
  std::vector<double> b(n * n), w(k), row(k);
  for (std::size_t j = 0; j < n; ++j) {
    h.weigh(h.row(j), w);
    middle.solve(w);
    for (std::size_t i = 0; i < n; ++i) {
      h.weigh(h.row(i), row);
      double sum = i == j ? h.theta : 0;
      for (std::size_t p = 0; p < k; ++p) sum -= row[p] * w[p];
      b[i * n + j] = sum;
    }
  }
  return b;
}

/// Where the path P(x − t·unit·g) meets the bound of variable i; infinite when never.
double breakpoint(const Point& at, double unit, const Bounds& box, std::size_t i) {
  const double bound = box.empty() ? HUGE_VAL : at.g[i] > 0 ? box.lower[i] : at.g[i] < 0 ? box.upper[i] : HUGE_VAL;
  return std::isinf(bound) ? HUGE_VAL : (at.x[i] - bound) / (unit * at.g[i]);
}

}  // namespace

Section explain_box_direction(const StepView& view, const Lbfgsb::State& before, const Point& at,
                              std::span<const double> taken) {
  const Bounds& box = view.problem.options.bounds;
  box::History h = before.pairs;
  h.look(at, box);
  box::DirectionScratch scratch;
  scratch.start(h);
  std::vector<double> d(view.size());
  const std::vector<std::uint8_t> movable = h.free;
  box::Saddle middle;
  const bool definite = h.middle(middle);
  const double slope = box::find_direction(h, at, box, scratch, d);

  Section out{"Direction", {}};
  out.blocks.emplace_back(
      h.count == 0 ? std::string("no pair yet: the model is f + gᵀd + ½θ‖d‖²")
                   : cat("the model f + gᵀd + ½dᵀB·d, B made of ", h.count, h.count == 1 ? " pair" : " pairs"));
  const char* g = h.unit == 1 ? "g" : "g\xCC\x82";
  if (h.unit != 1)
    out.blocks.emplace_back(Equation{symbol("unit"),
                                     {},
                                     {},
                                     h.unit,
                                     cat("a power of two, so that products of gradients are numbers: ", g,
                                         " = unit·g, and θ, B and t belong to it")});
  out.blocks.emplace_back(Equation{symbol("θ"), {}, {}, h.theta, "B0 = θ·I"});
  if (h.count > 0 && definite && h.n <= most_for_matrix)
    out.blocks.emplace_back(matrix(view, "B", model_matrix(h, middle)));
  const double length = scratch.cauchy.length;
  out.blocks.emplace_back(Equation{
      symbol("t"),
      {},
      {},
      length,
      cat("the Cauchy point: x − t·", g, ", bounds kept; ", scratch.cauchy.hits,
          scratch.cauchy.hits == 1 ? " variable meets its bound" : " variables meet their bounds", " on the way")});
  Table t{{"variable", "x", "lower", "upper", g, "meets its bound at t =", "Cauchy point", "then", "d"}, {}};
  for (std::size_t i = 0; i < view.size(); ++i) {
    const double low = box.empty() ? -HUGE_VAL : box.lower[i], high = box.empty() ? HUGE_VAL : box.upper[i];
    const double meets = breakpoint(at, h.unit, box, i), slope_i = h.unit * at.g[i];
    const double cauchy = !movable[i] ? at.x[i] : h.free[i] ? at.x[i] - length * slope_i : slope_i > 0 ? low : high;
    t.rows.push_back({view.name(i), text::number(at.x[i]), text::number(low), text::number(high), text::number(slope_i),
                      std::isinf(meets) ? "never" : text::number(meets), text::number(cauchy),
                      !movable[i]  ? "cannot move"
                      : !h.free[i] ? "at its bound"
                                   : "free",
                      text::number(taken[i])});
  }
  out.blocks.emplace_back(std::move(t));
  const bool same = std::equal(d.begin(), d.end(), taken.begin(), taken.end());
  out.blocks.emplace_back(
      same ? "over the free variables the model is minimised, and the result is moved into the box: d leads there"
           : "this direction did not serve: the pairs are forgotten, and d leads along the projected gradient");
  if (same) out.blocks.emplace_back(Equation{symbol("gᵀd"), {}, {}, slope, "negative: downhill"});
  return out;
}

}  // namespace talweg::explain
