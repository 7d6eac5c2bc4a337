#include "talweg/optim/deterministic/box/direction.hpp"

#include <algorithm>
#include <cmath>

namespace talweg::box {

namespace {

/// Up to this many variables the sums over F are made anew in each iteration, which is then cheap and rounds less.
constexpr std::size_t small = 1000;

/// The step from the Cauchy point to the minimiser, cut where it first leaves the box: it descends where the projected
/// one does not. Returns its slope.
double truncated_direction(const History& h, const Point& at, const Bounds& box, DirectionScratch& s,
                           std::vector<double>& d) {
  s.unprojected.assign(d.size(), 0.0);
  subspace_direction(h, at, s.coefficients, Bounds(), s.unprojected);
  const auto cauchy = [&](std::size_t i) { return -s.cauchy.length * (h.unit * at.g[i]); };
  double share = 1;
  for (std::size_t i = 0; i < d.size(); ++i) {
    if (!h.free[i]) continue;
    const double rest = s.unprojected[i] - cauchy(i);
    const double room = (rest > 0 ? box.upper[i] : box.lower[i]) - at.x[i] - cauchy(i);
    if (std::abs(room) < share * std::abs(rest)) share = room / rest;
  }
  double slope = 0;
  for (std::size_t i = 0; i < d.size(); ++i) {
    if (h.free[i])
      d[i] = std::clamp(cauchy(i) + share * (s.unprojected[i] - cauchy(i)), box.lower[i] - at.x[i],
                        box.upper[i] - at.x[i]);
    slope += d[i] * at.g[i];
  }
  return slope;
}

}  // namespace

void DirectionScratch::start(const History& h) {
  middle.reserve(h.memory);
  cauchy.start(h.n, h.memory);
  unprojected.reserve(h.n);
  solved.reserve(2 * h.memory);
  coefficients.assign(h.stride, 0.0);
}

double find_direction(History& h, const Point& at, const Bounds& box, DirectionScratch& s, std::vector<double>& d) {
  if (!h.middle(s.middle)) return 0;
  s.cauchy.find(at, box, h, s.middle, d);
  if (h.n <= small) h.refresh(at.g);
  if (!h.reduced(s.middle)) {
    if (h.n <= small) return 0;
    h.refresh(at.g);
    if (!h.reduced(s.middle)) return 0;
  }
  // On F the model's minimiser is −g/θ − W N⁻¹ q / θ², N = M⁻¹ − W_F'W_F/θ, q = W_F'g − θ W_H'z_H: the terms in the
  // Cauchy point itself cancel, but for the variables H that met a bound.
  s.solved = s.cauchy.reduced;
  s.middle.solve(s.solved);
  std::fill(s.coefficients.begin(), s.coefficients.end(), 0.0);
  for (std::size_t j = 0; j < h.count; ++j) {
    s.coefficients[j] = s.solved[j] / (h.theta * h.theta);
    s.coefficients[h.memory + j] = s.solved[h.count + j] / h.theta;
  }
  const double slope = subspace_direction(h, at, s.coefficients, box, d);
  if (slope < 0 || box.empty()) return slope;
  return truncated_direction(h, at, box, s, d);
}

}  // namespace talweg::box
