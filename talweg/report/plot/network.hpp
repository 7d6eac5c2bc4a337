#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace talweg::report::plot {

/// One column of units.
struct Layer {
  std::string name = {}, detail = {};  ///< "dense1", "64 units, relu"
  std::string note = {};               ///< below them: "650 parameters"; or empty
  std::int64_t units = 0;
  std::vector<std::string> labels = {};  ///< (units) or empty: names of inputs or classes
  std::vector<double> weights = {};      ///< (units before, units), of the lines that come in; or empty
  std::vector<double> biases = {};       ///< (units) or empty
};

/// A network of layers, from left to right. Large layers are drawn in part, with dots between; thick lines are large
/// weights, dashed lines negative ones.
struct Network {
  std::string title = {}, subtitle = {};
  std::vector<Layer> layers = {};
};

}  // namespace talweg::report::plot
