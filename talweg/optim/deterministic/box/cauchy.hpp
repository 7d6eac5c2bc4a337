#pragma once
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/box/history.hpp"

namespace talweg::box {

/// The generalised Cauchy point: the first local minimiser of the quadratic model along the path P(x − t g), the
/// projected steepest descent (Byrd, Lu, Nocedal & Zhu 1995, algorithm CP).
/// The breakpoints of the path are not sorted as a whole: those up to twice the length that the model asks for at the
/// start are, and more only if the minimiser lies beyond them.
struct TALWEG_API Cauchy {
  double length = 0;     ///< t at the point
  std::size_t hits = 0;  ///< variables that met their bound on the way, and left F
  std::vector<double>
      reduced;  ///< (2 count) W_F'g − θ W_H'z_H, z_H the moves of those that met a bound: for the subspace step

  void start(std::size_t variables, std::size_t memory);
  /// Requires h.look or h.push at `at`, and `middle` factored from h. Writes z_i = bound − x_i for the variables that
  /// met a bound and 0 for those that cannot move to `direction`; takes the former out of h.free.
  void find(const Point& at, const Bounds& box, History& h, const Saddle& middle, std::vector<double>& direction);

 private:
  struct Break {
    double t;
    std::size_t i;
  };
  void collect(const Point& at, const Bounds& box, const History& h, double from, double to);

  std::vector<Break> breaks_;
  std::vector<double> p_, c_, w_, mw_, z_;  // (2 memory) each
};

}  // namespace talweg::box
