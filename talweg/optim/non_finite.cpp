#include "talweg/optim/non_finite.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "talweg/base/text.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg {

using text::brief;
using text::cat;

namespace {

/// Variables that a message lists, and those that are tried one by one when f is no number.
constexpr std::size_t most_named = 4, most_suspects = 32;

}  // namespace

std::string name_non_finite(const Point& p, const Options& o, std::int64_t iteration) {
  const auto where = iteration == 0 ? std::string("at the start") : cat("after iteration ", iteration);
  for (std::size_t i = 0; i < p.x.size(); ++i)
    if (!std::isfinite(p.x[i])) return cat(variable_name(o, i), " became ", p.x[i], " ", where);
  if (!std::isfinite(p.f)) {
    std::string point;
    for (std::size_t i = 0; i < std::min(p.x.size(), most_named); ++i)
      point += cat(point.empty() ? " (" : ", ", variable_name(o, i), " = ", brief(p.x[i]));
    return cat("f is ", p.f, " ", where, point, p.x.size() > most_named ? ", …" : "", point.empty() ? "" : ")");
  }
  for (std::size_t i = 0; i < p.g.size(); ++i)
    if (!std::isfinite(p.g[i]))
      return cat("the gradient of f in ", variable_name(o, i), " is ", p.g[i], " ", where, " (", variable_name(o, i),
                 " = ", brief(p.x[i]), ")");
  return "";
}

std::string name_culprit(Evaluator& f, std::span<const double> good) {
  const std::vector<double> hole(f.last_hole().begin(), f.last_hole().end());
  if (hole.empty()) return "";
  std::vector<std::size_t> moved;
  for (std::size_t i = 0; i < hole.size(); ++i)
    if (std::isfinite(hole[i]) && hole[i] != good[i]) moved.push_back(i);
  std::stable_sort(moved.begin(), moved.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(hole[a] - good[a]) > std::abs(hole[b] - good[b]);
  });
  if (moved.size() < 2) return "";
  std::vector<double> x(good.begin(), good.end()), gradient(x.size());
  for (const std::size_t i : std::span(moved).first(std::min(moved.size(), most_suspects))) {
    x[i] = hole[i];
    const double value = f.check_value(x, gradient);
    if (!std::isfinite(value))
      return cat("; f becomes ", brief(value), " when ", variable_name(f.options(), i), " alone goes from ",
                 brief(good[i], 17), " to ", brief(hole[i], 17));
    x[i] = good[i];
  }
  return "";
}

}  // namespace talweg
