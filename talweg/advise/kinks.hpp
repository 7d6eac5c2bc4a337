#pragma once
#include <functional>

namespace talweg::advise {

/// What the slope does along a line.
struct LineShape {
  bool kink = false;    ///< the slope jumps somewhere
  int minima = 0;       ///< places where it turns from falling to rising
  bool defined = true;  ///< false: NaN or infinity on the way
};

/// `slope(t)` is the derivative of f along a line, for t in [0, 1]. Where the slope changes most between neighbouring
/// samples the interval is halved again and again: the change of a smooth function halves with it, a jump stays.
/// 33 + 30 slopes are taken.
LineShape shape_of_line(const std::function<double(double t)>& slope);

}  // namespace talweg::advise
