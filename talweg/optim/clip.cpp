#include "talweg/optim/clip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/simd/clones.hpp"

namespace talweg {

namespace {

constexpr std::array<std::string_view, 4> kind_names{"none", "value", "norm", "global"};
constexpr std::size_t block = 4096, lanes = 16;

/// Σ (scale·g_i)² of one block: sixteen running sums, so that every instruction set adds in the same order.
template <class T> TALWEG_CLONES double block_sum(const T* g, std::size_t n, double scale) {
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double v = scale * static_cast<double>(g[i + lane]);
      sums[lane] += v * v;
    }
  for (std::size_t lane = 0; i < n; ++i, ++lane) {
    const double v = scale * static_cast<double>(g[i]);
    sums[lane] += v * v;
  }
  for (std::size_t width = lanes / 2; width > 0; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane) sums[lane] += sums[lane + width];
  return sums[0];
}

double tree_sum(std::span<const double> v) {
  if (v.empty()) return 0;
  if (v.size() == 1) return v[0];
  return tree_sum(v.first(v.size() / 2)) + tree_sum(v.subspan(v.size() / 2));
}

template <class T> double scaled_sum(std::span<const T> g, double scale, const ParallelFor& parallel) {
  std::vector<double> sums((g.size() + block - 1) / block);
  const auto run = [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b)
      sums[b] = block_sum(g.data() + b * block, std::min(block, g.size() - b * block), scale);
  };
  if (parallel)
    parallel(sums.size(), run);
  else
    run(0, sums.size());
  return tree_sum(sums);
}

}  // namespace

Clip Clip::parse(std::string_view spec) {
  const auto equals = spec.find('=');
  const auto name = text::trim(spec.substr(0, equals));
  const auto kind = std::ranges::find(kind_names, name);
  if (kind == kind_names.end() || kind == kind_names.begin() || equals == std::string_view::npos)
    throw Error(text::cat("clip '", spec,
                          "' is not known; write norm=1 (each tensor), global=1 (the whole gradient) or ",
                          "value=.5 (each entry)"));
  const auto value = text::trim(spec.substr(equals + 1));
  const auto limit = text::parse_number(value);
  if (!limit || !(*limit > 0) || !std::isfinite(*limit))
    throw Error(text::cat("clip ", name, " = '", value, "' must be a number above 0"));
  return {static_cast<Kind>(kind - kind_names.begin()), *limit};
}

std::string Clip::spec() const {
  if (kind == Kind::none) return "none";
  return text::cat(kind_names[static_cast<std::size_t>(kind)], '=', limit);
}

template <class T> double sum_of_squares(std::span<const T> g, const ParallelFor& parallel) {
  return scaled_sum(g, 1, parallel);
}

template <class T> double norm(std::span<const T> g, const ParallelFor& parallel) {
  const double sum = sum_of_squares(g, parallel);
  if (sum >= 1e-280 && std::isfinite(sum)) return std::sqrt(sum);
  double largest = 0;
  for (const T v : g) {
    if (std::isnan(v)) return std::numeric_limits<double>::quiet_NaN();
    largest = std::max(largest, std::abs(static_cast<double>(v)));
  }
  if (largest == 0 || std::isinf(largest)) return largest;
  // Squares that leave the range of double: measure in units of the largest entry (a power of two, so it is exact).
  const double unit = std::exp2(std::max(-1000.0, std::floor(std::log2(largest))));
  return unit * std::sqrt(scaled_sum(g, 1 / unit, parallel));
}

template <class T> bool exceeds(std::span<const T> g, double limit) {
  return std::ranges::any_of(g, [&](T v) { return std::abs(static_cast<double>(v)) > limit; });
}

template double sum_of_squares(std::span<const float>, const ParallelFor&);
template double sum_of_squares(std::span<const double>, const ParallelFor&);
template double norm(std::span<const float>, const ParallelFor&);
template double norm(std::span<const double>, const ParallelFor&);
template bool exceeds(std::span<const float>, double);
template bool exceeds(std::span<const double>, double);

}  // namespace talweg
