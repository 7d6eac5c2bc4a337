#pragma once
#include <array>
#include <string>
#include <vector>

#include "talweg/report/plot/chart.hpp"

namespace talweg::report::plot {

/// A visible range of numbers and where each lies in it.
struct Range {
  double low = 0, high = 1;
  Scale scale = Scale::linear;

  /// 0 at low, 1 at high; NaN for what has no place, such as 0 on a log axis.
  double place(double value) const;
};

struct Tick {
  double value;
  std::string label;  ///< empty: a grid line only
};

/// The range that shows all of `values` (those that are finite, and positive for log), widened by `margin` of itself on
/// both sides unless the axis fixes a side. Without any value: 0 to 1, or 1 to 10.
Range range_of(const Axis& axis, const std::vector<double>& values, double margin);

/// Round numbers inside the range, about `count` of them with labels.
std::vector<Tick> ticks(const Range& range, int count);

/// "1000", "0.25", "10⁻⁵": a number as a tick or a title shows it, with a true minus.
std::string shown(double value, int digits = 6);

}  // namespace talweg::report::plot
