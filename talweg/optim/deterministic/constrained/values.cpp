#include "talweg/optim/deterministic/constrained/values.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg::constrained {

namespace {

/// How many of the first constraints one call gives; 0 where the first stands alone.
std::size_t rows_together(std::span<const Constraint> constraints) {
  const auto& call = constraints.front().together;
  if (!call || call->size() > constraints.size()) return 0;
  for (std::size_t i = 0; i < call->size(); ++i)
    if (constraints[i].together != call || constraints[i].row != i) return 0;
  return call->size();
}

}  // namespace

bool evaluate(std::span<const Constraint> constraints, std::span<const double> x, Values& values) {
  const std::size_t n = x.size(), m = constraints.size();
  values.c.resize(m);
  values.rows.resize(m * n);
  const std::span<double> c = values.c, rows = values.rows;
  for (std::size_t i = 0; i < m;) {
    const std::size_t together = rows_together(constraints.subspan(i));
    if (together > 0)
      (*constraints[i].together)(x, c.subspan(i, together), rows.subspan(i * n, together * n));
    else
      c[i] = constraints[i].function(x, rows.subspan(i * n, n));
    i += std::max<std::size_t>(together, 1);
  }
  double poison = 0;
  for (const double v : values.c) poison += v - v;
  for (const double v : values.rows) poison += v - v;
  return poison == 0;
}

std::string name_non_finite(const Options& options, const Values& values) {
  using text::brief;
  using text::cat;
  const auto& constraints = options.constraints;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const std::string who = cat("constraint ", constraints[i].name.empty() ? cat("c[", i, "]") : constraints[i].name);
    if (!std::isfinite(values.c[i])) return cat(who, " is ", brief(values.c[i]));
    const std::size_t n = values.rows.size() / constraints.size();
    for (std::size_t j = 0; j < n; ++j)
      if (const double v = values.rows[i * n + j]; !std::isfinite(v))
        return cat("the gradient of ", who, " in ", variable_name(options, j), " is ", brief(v));
  }
  return "";
}

double miss(const Constraint& constraint, double c) {
  if (std::isnan(c)) return c;
  return constraint.kind == Constraint::Kind::equality ? std::abs(c) : std::max(0.0, -c);
}

double violation(std::span<const Constraint> constraints, std::span<const double> c) {
  double largest = 0;
  for (std::size_t i = 0; i < c.size(); ++i) {
    const double v = miss(constraints[i], c[i]);
    if (!(v <= largest)) largest = v;
  }
  return largest;
}

double allowed_violation(std::span<const double> x) { return 1e-8 * std::max(1.0, vectors::norm(x)); }

bool fading(std::span<const double> multipliers, const Values& before, const Values& now) {
  const std::size_t m = multipliers.size();
  for (std::size_t i = 0; i < m; ++i) {
    const std::size_t n = now.rows.size() / m;
    const auto length = [&](const Values& v) {
      return vectors::norm(std::span<const double>(v.rows).subspan(i * n, n));
    };
    if (multipliers[i] != 0 && length(now) < 0.8 * length(before)) return true;
  }
  return false;
}

void lagrangian_gradient(std::span<const double> g, const Values& values, std::span<const double> multipliers,
                         std::span<double> out) {
  std::copy(g.begin(), g.end(), out.begin());
  for (std::size_t i = 0; i < multipliers.size(); ++i)
    if (multipliers[i] != 0)
      vectors::add(-multipliers[i], std::span<const double>(values.rows).subspan(i * g.size(), g.size()), out);
}

}  // namespace talweg::constrained
