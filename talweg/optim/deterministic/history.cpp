#include "talweg/optim/deterministic/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {

/// From this many variables on, memory traffic decides, and the compact form halves it. Below, the two-loop recursion
/// loses less to rounding when pairs are nearly dependent.
constexpr std::size_t compact_from = 4096;
constexpr std::size_t most_columns = 512;

/// H0 a little too long costs an interpolation now and then; too short, it costs iterations. Mean evaluations over
/// the 47 MGH problems with starts moved by 3 %, memory 10: 38.1 at 1, 37.9 at 1.2, 37.6 at 1.4, 37.8 at 1.6, 38.8
/// at 2.
constexpr double initial_factor = 1.4;
constexpr std::size_t initial_window = 3;

/// The clip is essential: without it single pairs turn the matrix over. Where f changed by less than this share,
/// f − f⁺ is rounding and says nothing about curvature.
constexpr double least_weight = 0.5, most_weight = 2, least_change = 1e-9;

/// The slope along s must have risen by more than its own rounding, whatever the units of f and x.
bool shows_curvature(const vectors::PairSums& pair) {
  const double old_slope = pair.sg - pair.sy;
  return pair.sy > std::numeric_limits<double>::epsilon() * std::abs(old_slope) && std::isfinite(pair.yy);
}

}  // namespace

History::History(std::size_t variables, std::size_t pairs, bool products)
    : n(variables),
      capacity(pairs),
      compact_form(products && variables >= compact_from && pairs <= most_columns / 2),
      s(slots() * n),
      y(slots() * n),
      sy(slots()),
      yy(slots()),
      weight(slots(), 1.0),
      cross(compact_form ? slots() * slots() : 0),
      gram(cross.size()),
      with_s(compact_form ? slots() : 0),
      with_y(with_s.size()) {
  if (pairs < 1 || pairs >= most_columns)
    throw Error(text::cat("a history of ", pairs, " pairs: expected from 1 to ", most_columns - 1));
}

double History::initial_scale() const {
  double largest = 0;
  for (std::size_t age = 0; age < std::min(initial_window, size); ++age) largest = std::max(largest, scale(age));
  return initial_factor * largest;
}

void History::weigh_newest(double f, double f_old) {
  const double fall = f_old - f;
  if (std::abs(fall) <= least_change * std::abs(f)) return;
  weight[newest] = std::clamp(6 * (unit * fall + last.sg) / last.sy - 2, least_weight, most_weight);
}

bool History::add(const Point& at, const Point& old, double scale) {
  if (size == 0) unit = scale;
  const std::size_t next = (newest + 1) % slots();
  const std::size_t kept = compact_form ? std::min(size, capacity - 1) : 0;
  const double* columns[most_columns];
  double by_y[most_columns], by_g[most_columns];
  for (std::size_t age = 0; age < kept; ++age) {
    columns[2 * age] = s_at(slot(age)).data();
    columns[2 * age + 1] = y_at(slot(age)).data();
  }
  last = vectors::make_pair(at.x, old.x, at.g, old.g, unit, s.data() + next * n, y.data() + next * n,
                            {columns, 2 * kept}, {by_y, 2 * kept}, {by_g, 2 * kept});
  for (std::size_t age = 0; age < kept; ++age) {
    with_s[slot(age)] = by_g[2 * age];
    with_y[slot(age)] = by_g[2 * age + 1];
  }
  if (!shows_curvature(last)) {
    ++skipped;
    if (!std::isfinite(last.yy) || !std::isfinite(last.sy)) clear();
    if (compact_form && size == capacity) {  // the oldest pair stays, but was left out above
      const std::size_t oldest = slot(size - 1);
      with_s[oldest] = unit * vectors::dot(s_at(oldest), at.g);
      with_y[oldest] = unit * vectors::dot(y_at(oldest), at.g);
    }
    return false;
  }
  if (compact_form) {
    for (std::size_t age = 0; age < kept; ++age) {
      cross[slot(age) * slots() + next] = by_y[2 * age];
      gram[slot(age) * slots() + next] = gram[next * slots() + slot(age)] = by_y[2 * age + 1];
    }
    gram[next * slots() + next] = last.yy;
    with_s[next] = last.sg;
    with_y[next] = last.yg;
  }
  newest = next;
  size = std::min(size + 1, capacity);
  sy[next] = last.sy;
  yy[next] = last.yy;
  weight[next] = 1;
  return true;
}

double History::direction(double h0, std::span<const double> g, std::span<double> direction) const {
  return compact_form ? compact(h0, g, direction) : two_loop(h0, g, direction);
}

/// Nocedal 1980; Liu & Nocedal 1989.
double History::two_loop(double h0, std::span<const double> g, std::span<double> direction) const {
  double alpha[most_columns];
  vectors::multiply(-unit, g, direction);
  for (std::size_t age = 0; age < size; ++age) {
    const std::size_t k = slot(age);
    alpha[k] = vectors::dot(s_at(k), direction) / (weight[k] * sy[k]);
    vectors::add(-alpha[k] * weight[k], y_at(k), direction);
  }
  vectors::scale(h0, direction);
  for (std::size_t age = size; age-- > 0;) {
    const std::size_t k = slot(age);
    const double beta = vectors::dot(y_at(k), direction) / sy[k];
    vectors::add(alpha[k] - beta, s_at(k), direction);
  }
  return vectors::dot(g, direction);
}

/// Byrd, Nocedal & Schnabel 1994, theorem 2.2: with R the upper triangle of S'Y and D its diagonal,
///   H = h0 I + [S  h0 Y] [R⁻ᵀ(D + h0 Y'Y)R⁻¹  −R⁻ᵀ; −R⁻¹  0] [S'; h0 Y'].
/// S'g and Y'g are known from `add`, so one pass over S and Y is enough.
double History::compact(double h0, std::span<const double> g, std::span<double> direction) const {
  const double* columns[most_columns];
  double coefficients[most_columns], v[most_columns], p[most_columns];
  const auto at = [&](std::size_t i) { return slot(size - 1 - i); };  // i counts from the oldest
  for (std::size_t i = size; i-- > 0;) {                              // v = R⁻¹ S'g
    double sum = with_s[at(i)];
    for (std::size_t j = i + 1; j < size; ++j) sum -= cross[at(i) * slots() + at(j)] * weight[at(j)] * v[j];
    v[i] = sum / (weight[at(i)] * sy[at(i)]);
  }
  for (std::size_t i = 0; i < size; ++i) {  // p = R⁻ᵀ ((D + h0 Y'Y) v − h0 Y'g)
    double sum = -with_y[at(i)];
    for (std::size_t j = 0; j < size; ++j) sum += gram[at(i) * slots() + at(j)] * weight[at(j)] * v[j];
    sum = weight[at(i)] * (sy[at(i)] * v[i] + h0 * sum);
    for (std::size_t j = 0; j < i; ++j) sum -= cross[at(j) * slots() + at(i)] * weight[at(i)] * p[j];
    p[i] = sum / (weight[at(i)] * sy[at(i)]);
  }
  for (std::size_t i = 0; i < size; ++i) {
    columns[2 * i] = s_at(at(i)).data();
    columns[2 * i + 1] = y_at(at(i)).data();
    coefficients[2 * i] = -p[i];
    coefficients[2 * i + 1] = h0 * weight[at(i)] * v[i];
  }
  return vectors::combine(-h0 * unit, g, {columns, 2 * size}, {coefficients, 2 * size}, direction);
}

}  // namespace talweg
