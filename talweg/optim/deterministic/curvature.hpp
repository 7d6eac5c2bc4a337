#pragma once
#include <span>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/history.hpp"

namespace talweg {

/// v'Bv, where B is the BFGS matrix of the last few pairs: the curvature that f showed along the directions taken.
/// It gives a conjugate gradient method the length of its first trial step. Plain data.
struct TALWEG_API Curvature {
  static constexpr std::size_t most_pairs = 3;

  std::vector<double> ss, ys;            ///< (slots * slots) s_i's_j, and y_i's_j for j newer than i
  std::vector<double> s_along, y_along;  ///< (slots) s_i'd and y_i'd
  double dd = 0;                         ///< d'd

  Curvature() = default;
  explicit Curvature(const History& pairs);

  /// Prepares for the direction d (n): 2 × pairs products.
  void aim(const History& pairs, std::span<const double> d);
  /// d'Bd for the direction aimed at; 0 when no pair is held.
  double along(const History& pairs) const;
  /// Takes note of the newest pair, whose s is `step` times the direction aimed at.
  void add(const History& pairs, double step);

  template <class Self, class V> static void visit(Self& c, V&& v) {
    v(c.ss), v(c.ys), v(c.s_along), v(c.y_along), v(c.dd);
  }
};

}  // namespace talweg
