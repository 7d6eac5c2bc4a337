#include "talweg/report/plot/thin.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace talweg::report::plot {

namespace {

void keep_extremes(std::span<const double> values, std::size_t begin, std::size_t end, std::vector<std::size_t>& kept) {
  std::size_t low = end, high = end;
  for (std::size_t i = begin; i < end; ++i) {
    if (!std::isfinite(values[i])) continue;
    if (low == end || values[i] < values[low]) low = i;
    if (high == end || values[i] > values[high]) high = i;
  }
  std::vector<std::size_t> chosen{begin, end - 1};
  if (low != end) chosen.insert(chosen.end(), {low, high});
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  kept.insert(kept.end(), chosen.begin(), chosen.end());
}

}  // namespace

std::vector<std::size_t> thin(std::span<const double> values, std::size_t buckets) {
  const std::size_t n = values.size();
  std::vector<std::size_t> kept;
  if (n <= 4 * buckets) {
    kept.resize(n);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    return kept;
  }
  for (std::size_t b = 0; b < buckets; ++b) keep_extremes(values, b * n / buckets, (b + 1) * n / buckets, kept);
  return kept;
}

std::vector<std::size_t> thin_steps(std::size_t n, std::size_t count) {
  std::vector<std::size_t> kept(std::min(n, count));
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  if (n <= count || count < 2) return kept;
  const std::size_t dense = count / 4, rest = count - dense;
  // Place k of the rest lies at dense + a·k + b·k²: gaps begin at 1 and grow evenly until the last step.
  const double span = static_cast<double>(n - 1 - dense), last = static_cast<double>(rest - 1);
  const double curve = (span - last) / (last * last);
  for (std::size_t k = 0; k < rest; ++k) {
    const auto d = static_cast<double>(k);
    kept[dense + k] = dense + static_cast<std::size_t>(std::llround(d + curve * d * d));
  }
  kept.back() = n - 1;
  return kept;
}

}  // namespace talweg::report::plot
