#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/box/saddle.hpp"
#include "talweg/optim/objective.hpp"

namespace talweg::box {

inline constexpr std::size_t largest_memory = 100;

/// The last pairs s = x⁺ − x, y = g⁺ − g and the compact BFGS matrix that they define (Byrd, Nocedal & Schnabel 1994):
///   B = θ I − W M W',  W = [Y, θ S],  M⁻¹ = [[−D, L'], [L, θ S'S]],
/// with D and L the diagonal and the part below the diagonal of S'Y, by age.
/// W is kept row by row: a variable that meets its bound is then one short read, and one pass over W serves a whole
/// iteration. The sums over the free variables F that the subspace step needs are kept too, and follow F variable by
/// variable (the idea of formk in L-BFGS-B 3.0).
struct TALWEG_API History {
  std::size_t n = 0, memory = 0, stride = 0;
  std::vector<double> rows;        ///< (n, stride): row i is y_0i … y_{m-1}i s_0i … s_{m-1}i
  std::vector<std::uint8_t> free;  ///< (n) 1 for the variables in F
  std::vector<std::int64_t> age;   ///< (m) when the pair at this place was made, from 1
  std::vector<double> ss;          ///< (m, m) s_a's_b
  std::vector<double> ss_fixed;    ///< (m, m) s_a's_b over the variables that are not in F
  std::vector<double> yy_free;     ///< (m, m) y_a'y_b over F
  std::vector<double> sy_free;     ///< (m, m) s_a'y_b over F
  std::vector<double> sy_fixed;    ///< (m, m) the rest of s_a'y_b
  std::vector<double> wg;          ///< (stride) row-wise sum of row_i g_i over F
  double gg = 0;                   ///< Σ g_i² over F
  double theta = 1;
  double unit = 1;        ///< y, and g in every sum and in θ, are multiplied by this power of two
  std::size_t count = 0;  ///< pairs at places 0 … count − 1
  std::int64_t made = 0;  ///< pairs ever made

  void start(std::size_t variables, std::size_t pairs);
  void forget() { count = 0; }

  /// F becomes the variables that may move along −g inside the box, and wg, gg are summed over it.
  void look(const Point& now, const Bounds& box);
  /// The same after the pair from `before` to `now`, y multiplied by `y_scale`, has replaced the oldest one.
  /// Returns y'y without `y_scale`.
  double push(const Point& now, const Point& before, double y_scale, const Bounds& box);
  /// Variable i leaves F: the sums, but not wg, follow.
  void fix(std::size_t i);
  /// All sums over F anew.
  void refresh(std::span<const double> g);

  double sy(std::size_t a, std::size_t b) const { return sy_free[a * memory + b] + sy_fixed[a * memory + b]; }
  std::span<const double> row(std::size_t i) const { return {&rows[i * stride], stride}; }
  /// W' applied to one unit vector, or to what was summed row-wise: [y part, θ s part], (2 count).
  void weigh(std::span<const double> row_sum, std::span<double> w) const;
  /// M⁻¹, and M⁻¹ − W_F'W_F / θ: what `Saddle::factor` is called on. False when they are not definite.
  bool middle(Saddle& m) const;
  bool reduced(Saddle& m) const;

  template <class Self, class V> static void visit(Self& h, V&& v) {
    v(h.rows), v(h.free), v(h.age), v(h.ss), v(h.ss_fixed), v(h.yy_free), v(h.sy_free), v(h.sy_fixed), v(h.wg);
    v(h.gg), v(h.theta), v(h.unit), v(h.count), v(h.made);
    if constexpr (requires { v.in; })  // what is loaded may come from anywhere
      if (h.count > h.memory) v.in.fail();
  }
  bool operator==(const History&) const = default;

 private:
  double pass(const Point& now, const Point* before, double y_scale, const Bounds& box);
  void flip(std::size_t i, double sign);
};

/// out_i = −g_i / θ − row_i · coefficients for i in F, moved into [lower − x, upper − x] when `box` is not empty; other
/// entries stay. Returns g'out over all variables.
TALWEG_API double subspace_direction(const History& h, const Point& at, std::span<const double> coefficients,
                                     const Bounds& box, std::span<double> out);

}  // namespace talweg::box
