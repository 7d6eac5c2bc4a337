#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace talweg::report::plot {

/// How many values lie between neighbouring edges.
struct Histogram {
  std::string title = {}, subtitle = {}, label = {};
  std::vector<double> edges = {};         ///< (bars + 1), rising
  std::vector<std::int64_t> counts = {};  ///< (bars)
};

/// Equal bars from the smallest to the largest finite value, edges on round numbers. The subtitle tells count, mean and
/// deviation, and how many values were not finite.
Histogram histogram(std::span<const double> values, std::string title, std::string label, int bars = 30);

}  // namespace talweg::report::plot
