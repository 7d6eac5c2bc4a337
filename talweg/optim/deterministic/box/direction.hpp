#pragma once
#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/box/cauchy.hpp"

namespace talweg::box {

/// Room for the small vectors of one direction.
struct TALWEG_API DirectionScratch {
  Saddle middle;
  Cauchy cauchy;
  std::vector<double> solved, coefficients, unprojected;

  void start(const History& h);
};

/// The direction d of one iteration from h, which has looked at `at`: x + d lies in the box. Returns g'd, negative;
/// 0 when nothing can move or the sums have lost their definiteness.
TALWEG_API double find_direction(History& h, const Point& at, const Bounds& box, DirectionScratch& scratch,
                                 std::vector<double>& d);

}  // namespace talweg::box
