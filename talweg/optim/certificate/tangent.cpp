#include "talweg/optim/certificate/tangent.hpp"

#include <algorithm>
#include <cmath>

namespace talweg::certificate {

namespace {

using constrained::Values;

/// What is left of a vector that lies in the span of others.
constexpr double dependent = 1e-8;
constexpr int most_restorations = 8;
/// A gradient that changes by this share of itself has no direction to rely on: by half where x² = 0 is met, by 1e-8
/// where constraints hold as they should.
constexpr double unsteady = 0.1;
/// Forces within this share of f's balance.
constexpr double balanced = 1e-6;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// a −= share · b
void subtract(double share, const std::vector<double>& b, std::vector<double>& a) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= share * b[i];
}

double norm(const std::vector<double>& a) {
  double sum = 0;
  for (const double v : a) sum = std::hypot(sum, v);
  return sum;
}

/// Row i of the Jacobian by the scaled variables, 0 where a variable is fixed.
std::vector<double> scaled_row(const Values& values, std::size_t i, std::span<const double> lengths,
                               std::span<const std::uint8_t> fixed) {
  std::vector<double> row(lengths.size());
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = fixed[j] ? 0 : values.rows[i * row.size() + j] * lengths[j];
  return row;
}

/// Takes what lies in the span of `basis` out of v, and makes it a unit. False when nothing is left.
bool orthogonalise(std::vector<double>& v, const std::vector<std::vector<double>>& basis) {
  const double before = norm(v);
  if (!(before > 0)) return false;
  for (int twice = 0; twice < 2; ++twice)
    for (const auto& b : basis) {
      subtract(dot(b, v), b, v);
    }
  const double after = norm(v);
  if (!(after > dependent * before)) return false;
  for (double& x : v) x /= after;
  return true;
}

}  // namespace

Tangent tangent_space(const Point& at, const Values& values, std::span<const double> multipliers,
                      std::span<const double> gradient, std::span<const double> lengths, const Options& options,
                      double least) {
  const std::size_t n = at.x.size(), m = options.constraints.size();
  Tangent out;
  out.fixed.assign(n, 0);
  double largest = 0;
  const std::vector<std::uint8_t> none(n, 0);
  for (std::size_t j = 0; j < n; ++j) largest = std::max(largest, std::abs(at.g[j]) * lengths[j]);
  for (std::size_t i = 0; i < m; ++i)
    largest = std::max(largest, std::abs(multipliers[i]) * norm(scaled_row(values, i, lengths, none)));
  if (const Bounds& box = options.bounds; !box.empty())
    for (std::size_t j = 0; j < n; ++j) {
      const bool pushed = (at.x[j] <= box.lower[j] && gradient[j] > 0) || (at.x[j] >= box.upper[j] && gradient[j] < 0);
      out.fixed[j] = box.lower[j] == box.upper[j] || (pushed && std::abs(gradient[j]) * lengths[j] > least * largest);
    }
  std::vector<std::vector<double>> normals;
  for (std::size_t i = 0; i < m; ++i) {
    std::vector<double> row = scaled_row(values, i, lengths, out.fixed);
    const bool equality = options.constraints[i].kind == Constraint::Kind::equality;
    if (!equality && !(multipliers[i] * norm(row) > least * largest)) continue;
    out.held.push_back(i);
    if (orthogonalise(row, normals)) normals.push_back(std::move(row));
  }
  std::vector<std::vector<double>> taken = normals;
  for (std::size_t j = 0; j < n; ++j) {
    if (out.fixed[j]) continue;
    std::vector<double> e(n, 0.0);
    e[j] = 1;
    if (!orthogonalise(e, taken)) continue;
    taken.push_back(e);
    out.basis.push_back(std::move(e));
  }
  return out;
}

std::vector<double> best_multipliers(const Point& at, const Values& values, std::span<const std::size_t> held,
                                     std::span<const std::uint8_t> fixed, std::span<const double> lengths) {
  std::vector<double> out(values.c.size(), 0.0), rest(at.g.size());
  for (std::size_t j = 0; j < rest.size(); ++j) rest[j] = fixed[j] ? 0 : at.g[j] * lengths[j];
  // Gram-Schmidt, each unit vector with what it is of the rows.
  std::vector<std::vector<double>> units, shares;
  for (const std::size_t i : held) {
    std::vector<double> row = scaled_row(values, i, lengths, fixed), share(out.size(), 0.0);
    const double before = norm(row);
    share[i] = 1;
    for (std::size_t k = 0; k < units.size(); ++k) {
      const double along = dot(units[k], row);
      for (std::size_t j = 0; j < row.size(); ++j) row[j] -= along * units[k][j];
      for (std::size_t c = 0; c < share.size(); ++c) share[c] -= along * shares[k][c];
    }
    const double after = norm(row);
    if (!(after > dependent * before)) continue;
    for (double& v : row) v /= after;
    for (double& v : share) v /= after;
    const double along = dot(row, rest);
    for (std::size_t j = 0; j < row.size(); ++j) rest[j] -= along * row[j];
    for (std::size_t c = 0; c < share.size(); ++c) out[c] += along * share[c];
    units.push_back(std::move(row));
    shares.push_back(std::move(share));
  }
  return out;
}

bool without_multipliers(const Point& at, const Values& values, const Tangent& tangent, std::span<const double> lengths,
                         const Options& options) {
  const std::size_t n = at.x.size();
  // The shortest step to where the constraints hold, by first order.
  std::vector<std::vector<double>> units;
  std::vector<double> rests, step(n, 0.0);
  for (const std::size_t i : tangent.held) {
    std::vector<double> row = scaled_row(values, i, lengths, tangent.fixed);
    const double before = norm(row);
    double rest = values.c[i];
    for (std::size_t k = 0; k < units.size(); ++k) {
      const double along = dot(units[k], row);
      subtract(along, units[k], row);
      rest -= along * rests[k];
    }
    const double left = norm(row);
    if (!(left > dependent * before)) continue;
    for (double& v : row) v /= left;
    subtract(rest / left, row, step);
    units.push_back(std::move(row));
    rests.push_back(rest / left);
  }
  std::vector<double> there = at.x;
  for (std::size_t j = 0; j < n; ++j) there[j] += lengths[j] * step[j];
  options.bounds.project(there);
  Values next;
  if (!constrained::evaluate(options.constraints, there, next)) return false;

  // Which gradients keep their direction, and what the others leave of that of f.
  std::vector<std::vector<double>> firm, firm_there;
  bool loose = false;
  for (const std::size_t i : tangent.held) {
    std::vector<double> row = scaled_row(values, i, lengths, tangent.fixed),
                        moved = scaled_row(next, i, lengths, tangent.fixed);
    const double before = norm(row);
    for (std::size_t k = 0; k < firm.size(); ++k) {
      const double along = dot(firm[k], row);
      subtract(along, firm[k], row);
      subtract(along, firm_there[k], moved);
    }
    const double left = norm(row);
    double change = 0;
    for (std::size_t j = 0; j < n; ++j) change = std::hypot(change, moved[j] - row[j]);
    if (!(left > dependent * before) || change > unsteady * left) {
      loose = true;
      continue;
    }
    for (std::size_t j = 0; j < n; ++j) row[j] /= left, moved[j] /= left;
    firm.push_back(std::move(row));
    firm_there.push_back(std::move(moved));
  }
  if (!loose) return false;
  std::vector<double> force(n);
  for (std::size_t j = 0; j < n; ++j) force[j] = tangent.fixed[j] ? 0 : at.g[j] * lengths[j];
  const double whole = norm(force);
  for (const auto& unit : firm) subtract(dot(unit, force), unit, force);
  return norm(force) > balanced * whole;
}

bool restore(std::vector<double>& x, std::span<const std::size_t> held, std::span<const double> lengths,
             const Options& options) {
  const std::size_t n = x.size();
  const auto& constraints = options.constraints;
  options.bounds.project(x);
  Values values;
  for (int step = 0; step < most_restorations; ++step) {
    if (!constrained::evaluate(constraints, x, values)) return false;
    // The held ones on their surface, the missed ones no longer missed: the shortest move, by orthogonal rows.
    std::vector<std::uint8_t> fixed(n, 0);
    if (!options.bounds.empty())
      for (std::size_t j = 0; j < n; ++j) fixed[j] = options.bounds.lower[j] == options.bounds.upper[j];
    std::vector<std::vector<double>> rows;
    std::vector<double> rest;
    for (std::size_t i = 0; i < constraints.size(); ++i) {
      const bool is_held = std::find(held.begin(), held.end(), i) != held.end();
      if (!is_held && !(constrained::miss(constraints[i], values.c[i]) > 0)) continue;
      std::vector<double> row = scaled_row(values, i, lengths, fixed);
      const double size = norm(row);
      if (!(size > 0)) continue;
      double c = values.c[i] / size;
      for (double& v : row) v /= size;
      for (std::size_t k = 0; k < rows.size(); ++k) {
        const double along = dot(rows[k], row);
        for (std::size_t j = 0; j < n; ++j) row[j] -= along * rows[k][j];
        c -= along * rest[k];
      }
      const double left = norm(row);
      if (!(left > dependent)) continue;
      for (double& v : row) v /= left;
      rows.push_back(std::move(row));
      rest.push_back(c / left);
    }
    bool moved = false;
    for (std::size_t k = 0; k < rows.size(); ++k)
      for (std::size_t j = 0; j < n; ++j) {
        const double to = x[j] - rest[k] * rows[k][j] * lengths[j];
        moved = moved || to != x[j];
        x[j] = to;
      }
    options.bounds.project(x);
    if (!moved) break;
  }
  for (const double v : x)
    if (!std::isfinite(v)) return false;
  return constrained::evaluate(constraints, x, values) &&
         constrained::violation(constraints, values.c) <= constrained::allowed_violation(x);
}

}  // namespace talweg::certificate
