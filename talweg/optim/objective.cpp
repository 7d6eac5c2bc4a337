#include "talweg/optim/objective.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

void ConstraintRows::operator()(std::span<const double> x, std::span<double> c, std::span<double> jacobian) const {
  std::fill(jacobian.begin(), jacobian.end(), 0.0);
  const std::vector<double> values = function_(x, jacobian);
  if (values.size() != size_)
    throw Error(text::cat("constraint ", name_, " gave ", values.size(), values.size() == 1 ? " value" : " values",
                          " where it was declared with ", size_, ": return as many in every call"));
  std::copy(values.begin(), values.end(), c.begin());
}

std::vector<Constraint> vector_constraint(Constraint::Kind kind, std::size_t m, VectorFunction c, std::string name) {
  if (m == 0) throw Error(text::cat("constraint ", name, " has 0 rows: give the number of its values, 1 or more"));
  if (!c) throw Error(text::cat("constraint ", name, " has no function: give one that returns its ", m, " values"));
  const auto rows = std::make_shared<const ConstraintRows>(m, std::move(c), name);
  std::vector<Constraint> out;
  for (std::size_t i = 0; i < m; ++i) {
    const auto row = [rows, i](std::span<const double> x, std::span<double> gradient) {
      std::vector<double> values(rows->size()), jacobian(rows->size() * x.size());
      (*rows)(x, values, jacobian);
      std::copy_n(jacobian.begin() + static_cast<std::ptrdiff_t>(i * x.size()), x.size(), gradient.begin());
      return values[i];
    };
    out.push_back({kind, row, text::cat(name, "[", i, "]"), rows, i});
  }
  return out;
}

void Bounds::project(std::span<double> x) const {
  if (empty()) return;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] < lower[i]) x[i] = lower[i];
    if (x[i] > upper[i]) x[i] = upper[i];
  }
}

double gradient_norm(std::span<const double> x, std::span<const double> g, const Bounds& bounds) {
  if (bounds.empty()) return vectors::max_norm(g);
  double norm = 0;
  bool undefined = false;  // a NaN must win over everything, infinities too: std::max would drop it
  for (std::size_t i = 0; i < g.size(); ++i) {
    const bool held = (g[i] > 0 && x[i] <= bounds.lower[i]) || (g[i] < 0 && x[i] >= bounds.upper[i]);
    if (!held) norm = std::max(norm, std::abs(g[i]));
    undefined = undefined || std::isnan(g[i]);
  }
  return undefined ? std::numeric_limits<double>::quiet_NaN() : norm;
}

}  // namespace talweg
