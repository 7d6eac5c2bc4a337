#pragma once
#include <string>
#include <vector>

#include "talweg/report/html/page.hpp"

namespace talweg::report::html {

/// A series of a chart that zooms is cut into so many parts, of which each keeps at most four points.
inline constexpr std::size_t curve_buckets = 1000;

/// What page.js draws from, safe inside <script>. Numbers read back to the same double; what is not finite is null.
std::string curves_json(const plot::Chart& chart);
std::string steps_json(const Steps& steps, const std::vector<std::size_t>& kept);

}  // namespace talweg::report::html
