#pragma once
#include <array>
#include <functional>
#include <vector>

namespace talweg::report::plot {

/// Values of a function on a grid over a rectangle, one ring of cells wider than it on each side.
struct Field {
  std::size_t columns = 0, rows = 0;  ///< corners in each direction
  double x0 = 0, y0 = 0, dx = 1, dy = 1;
  std::vector<double> values;  ///< (rows, columns); NaN where the function is not defined

  double at(std::size_t i, std::size_t j) const { return values[j * columns + i]; }
};

Field sample(const std::function<double(double, double)>& f, std::array<double, 2> x_range,
             std::array<double, 2> y_range, std::size_t cells_x, std::size_t cells_y);

using Outline = std::vector<std::array<double, 2>>;  ///< closed: the last point is joined to the first

/// The outlines of {value <= level}, by marching squares with linear interpolation. The outermost corners, which lie
/// beyond the sampled rectangle, and NaN count as outside, so every outline is closed. Holes are outlines of their own:
/// fill them with the even-odd rule.
std::vector<Outline> region(const Field& field, double level);

/// Levels that show the shape of a function: dense near its lowest value, and each further from it by a steady factor.
std::vector<double> levels(const Field& field, int count);

/// Douglas and Peucker: leaves out points that move the line by less than the tolerance, in units of the points.
Outline simplified(const Outline& line, double tolerance);

}  // namespace talweg::report::plot
