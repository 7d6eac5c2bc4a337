#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/vectors.hpp"
#include "talweg/optim/objective.hpp"

namespace talweg {

/// The last pairs s = x⁺ − x, y = g⁺ − g of an L-BFGS matrix H ≈ ∇²f⁻¹. Plain data.
struct TALWEG_API History {
  std::size_t n = 0, capacity = 0;
  double unit = 1;  ///< y, and g in every product, are multiplied by this power of two
  bool compact_form = false;
  std::size_t size = 0;                ///< pairs held
  std::size_t newest = 0;              ///< slot of the last pair; slots form a ring of capacity + 1
  std::vector<double> s, y;            ///< ((capacity + 1) * n)
  std::vector<double> sy, yy;          ///< (slots) s'y and y'y, unweighed
  std::vector<double> weight;          ///< (slots) the pair counts as (s, weight·y): Biggs
  std::vector<double> cross, gram;     ///< (slots * slots) s_i'y_j and y_i'y_j, of the compact form only
  std::vector<double> with_s, with_y;  ///< (slots) s_i'g and y_i'g at the current g, of the compact form only
  vectors::PairSums last;              ///< products of the pair added last, with the g after it
  std::int64_t skipped = 0;            ///< pairs refused because s'y was not positive

  History() = default;
  /// Throws Error for more than 511 pairs. `products`: of every pair with every gradient, as the compact form needs
  /// them when n is large.
  History(std::size_t variables, std::size_t pairs, bool products = true);

  void clear() { size = 0; }
  std::size_t slots() const { return capacity + 1; }
  /// The slot of the pair that is `age` updates old: 0 is the newest.
  std::size_t slot(std::size_t age) const { return (newest + slots() - age) % slots(); }
  std::span<const double> s_at(std::size_t slot) const { return {s.data() + slot * n, n}; }
  std::span<const double> y_at(std::size_t slot) const { return {y.data() + slot * n, n}; }
  /// s'y / y'y of the pair `age` updates old: the curvature of H along it.
  double scale(std::size_t age) const { return sy[slot(age)] / yy[slot(age)]; }

  /// The curvature of H0 = scale I: the largest s'y / y'y of the last three pairs, times 1.4.
  double initial_scale() const;

  /// Adds the pair of two neighbouring points unless its curvature is not positive. True when added. An empty history
  /// takes over `scale` as its unit; where sums overflow in the unit at hand, the history is emptied.
  bool add(const Point& at, const Point& old, double scale = 1);
  /// Biggs 1973: weighs y of the newest pair by what f itself says about the curvature along s, a cubic model through
  /// the values and slopes at both ends: weight = 6(f − f⁺ + s'g⁺) / s'y − 2, within [0.5, 2].
  void weigh_newest(double f, double f_old);
  /// direction = −H g with H0 = h0 I; returns g'direction. Requires that the last `add` ended at this g.
  double direction(double h0, std::span<const double> g, std::span<double> direction) const;
  /// Calls v on every member that decides the future.
  template <class Self, class V> static void visit(Self& h, V&& v) {
    v(h.unit), v(h.size), v(h.newest);
    if constexpr (requires { v.in; })  // what is loaded may come from anywhere, and these two point into the others
      if (h.size > h.capacity || h.newest >= h.slots()) v.in.fail();
    v(h.s), v(h.y), v(h.sy), v(h.yy), v(h.weight);
    v(h.cross), v(h.gram), v(h.with_s), v(h.with_y);
    v(h.last.sy), v(h.last.yy), v(h.last.sg), v(h.last.yg), v(h.skipped);
  }

 private:
  double two_loop(double h0, std::span<const double> g, std::span<double> direction) const;
  double compact(double h0, std::span<const double> g, std::span<double> direction) const;
};

}  // namespace talweg
