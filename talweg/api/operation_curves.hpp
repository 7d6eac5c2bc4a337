#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace talweg::api {

/// An activation or a loss over numbers, and its slope there: what a picture of it shows.
struct OperationCurve {
  std::string name, formula;
  std::string at = {};                                 ///< what else it depends on, in words: "target 1"; or empty
  std::vector<double> x = {}, value = {}, slope = {};  ///< (points) each; a slope is NaN where it jumps
};

/// Whether there is a picture of the topic's items.
bool has_curves(std::string_view topic);
/// The curve of an item of such a topic, at `points` numbers that are evenly spread from low to high. Activations that
/// go along rows are those of the first of two numbers, beside 0; losses are those of one row and an output of it.
OperationCurve operation_curve(std::string_view topic, std::string_view name, double low, double high,
                               std::size_t points);

}  // namespace talweg::api
