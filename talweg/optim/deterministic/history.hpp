#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/optim/objective.hpp"

namespace talweg {

/// The last pairs s = x⁺ − x, y = g⁺ − g of an L-BFGS matrix H ≈ ∇²f⁻¹. Plain data.
struct History {
  std::size_t n = 0, capacity = 0;
  std::size_t size = 0;    ///< pairs held
  std::size_t newest = 0;  ///< slot of the last pair; slots form a ring of capacity + 1
  std::vector<double> s, y;          ///< ((capacity + 1) * n)
  std::vector<double> sy, yy;        ///< (slots) s'y and y'y, unscaled
  std::vector<double> weight;        ///< (slots) the pair counts as (s, weight·y): Biggs
  std::vector<double> cross, gram;   ///< (slots * slots) s_i'y_j and y_i'y_j, of the compact form only
  std::vector<double> with_s, with_y;  ///< (slots) s_i'g and y_i'g at the current g, of the compact form only
  std::int64_t skipped = 0;          ///< pairs refused because s'y was not positive

  History() = default;
  History(std::size_t variables, std::size_t pairs);

  void clear() { size = 0; }
  std::size_t slots() const { return capacity + 1; }
  /// The slot of the pair that is `age` updates old: 0 is the newest.
  std::size_t slot(std::size_t age) const { return (newest + slots() - age) % slots(); }
  std::span<const double> s_at(std::size_t slot) const { return {s.data() + slot * n, n}; }
  std::span<const double> y_at(std::size_t slot) const { return {y.data() + slot * n, n}; }
  /// s'y / y'y of the pair `age` updates old: the curvature of H along it.
  double scale(std::size_t age) const { return sy[slot(age)] / yy[slot(age)]; }

  /// Adds the pair of two neighbouring points unless its curvature is not positive. True when added.
  bool add(const Point& at, const Point& old);
  /// direction = −H g with H0 = h0 I; returns g'direction. Requires that the last `add` ended at this g.
  double direction(double h0, std::span<const double> g, std::span<double> direction) const;

 private:
  double two_loop(double h0, std::span<const double> g, std::span<double> direction) const;
  double compact(double h0, std::span<const double> g, std::span<double> direction) const;
  bool uses_compact() const;
};

}  // namespace talweg
