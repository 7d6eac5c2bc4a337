#include "talweg/optim/deterministic/curvature.hpp"

#include <algorithm>

#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

Curvature::Curvature(const History& pairs)
    : ss(pairs.slots() * pairs.slots()), ys(ss.size()), s_along(pairs.slots()), y_along(pairs.slots()) {}

void Curvature::aim(const History& pairs, std::span<const double> d) {
  const std::size_t count = std::min(pairs.size, most_pairs);
  const double* columns[2 * most_pairs + 1];
  double products[2 * most_pairs + 1];
  for (std::size_t age = 0; age < count; ++age) {
    columns[2 * age] = pairs.s_at(pairs.slot(age)).data();
    columns[2 * age + 1] = pairs.y_at(pairs.slot(age)).data();
  }
  columns[2 * count] = d.data();
  vectors::dots({columns, 2 * count + 1}, d, {products, 2 * count + 1});
  for (std::size_t age = 0; age < count; ++age) {
    s_along[pairs.slot(age)] = products[2 * age];
    y_along[pairs.slot(age)] = products[2 * age + 1];
  }
  dd = products[2 * count];
}

/// B is built pair by pair, B⁺ = B − Bs s'B / s'Bs + y y' / y's, but only as far as d and the later s see it.
double Curvature::along(const History& pairs) const {
  const std::size_t count = std::min(pairs.size, most_pairs), slots = pairs.slots();
  if (count == 0) return 0;
  const double first = 1 / pairs.scale(0);
  std::size_t at[most_pairs];  // from the oldest pair
  for (std::size_t i = 0; i < count; ++i) at[i] = pairs.slot(count - 1 - i);
  double form[most_pairs + 1][most_pairs + 1];  // u'Bv over u, v = s of the pairs, then d
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) form[i][j] = first * ss[at[i] * slots + at[j]];
    form[i][count] = form[count][i] = first * s_along[at[i]];
  }
  form[count][count] = first * dd;
  for (std::size_t k = 0; k < count; ++k) {
    double y_with[most_pairs + 1];
    for (std::size_t j = k + 1; j < count; ++j) y_with[j] = ys[at[k] * slots + at[j]];
    y_with[count] = y_along[at[k]];
    const double weight = pairs.weight[at[k]] / pairs.sy[at[k]], shs = form[k][k];
    for (std::size_t i = k + 1; i <= count; ++i)
      for (std::size_t j = k + 1; j <= count; ++j)
        form[i][j] += weight * y_with[i] * y_with[j] - form[i][k] * (form[k][j] / shs);
  }
  return form[count][count];
}

void Curvature::add(const History& pairs, double step) {
  const std::size_t slots = pairs.slots(), newest = pairs.newest;
  for (std::size_t age = 1; age < std::min(pairs.size, most_pairs + 1); ++age) {
    const std::size_t k = pairs.slot(age);
    ss[k * slots + newest] = ss[newest * slots + k] = step * s_along[k];
    ys[k * slots + newest] = step * y_along[k];
  }
  ss[newest * slots + newest] = step * step * dd;
}

}  // namespace talweg
