#pragma once
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "talweg/report/plot/chart.hpp"

namespace talweg::report::plot {

/// The path of one method over the plane: row k is the point after update k, the first is the start.
struct Path {
  std::string name = {};
  std::vector<double> x = {}, y = {};              ///< (points) each
  std::vector<double> arrow_x = {}, arrow_y = {};  ///< (points) each, such as the velocity that led there; or empty
  std::optional<int> style = {};                   ///< by default its place among the paths
  std::vector<std::string> titles = {};            ///< (points): what pointing at a point tells
};

/// Contours of a function of two variables with paths on them. The contours are computed here, by marching squares.
struct Plane {
  std::string title = {}, subtitle = {};
  std::string x_label = "x", y_label = "y";
  std::function<double(double x, double y)> value = {};  ///< NaN where it is not defined: left blank
  /// Each is drawn where it is 0, and the side where it is negative is shaded: the points that a constraint forbids.
  std::vector<std::function<double(double x, double y)>> allowed = {};
  bool maximize = false;  ///< shade towards the highest value, not the lowest
  std::vector<std::function<double(double x, double y)>> curves = {};  ///< drawn where each is 0: equalities
  std::vector<Path> paths = {};
  std::optional<std::array<double, 2>> x_range = {}, y_range = {};  ///< by default the paths with a margin
  std::optional<std::array<double, 2>> goal = {};                   ///< a cross: the best point, the known minimum
  std::string goal_name = {};
};

}  // namespace talweg::report::plot
