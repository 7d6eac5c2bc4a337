#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

namespace talweg::compare {

/// After how many evaluations of a budget a value over all rows is measured, which is not counted: densely at first,
/// where it falls fastest, and evenly to the end.
inline std::vector<std::int64_t> looks(std::int64_t budget) {
  constexpr int early = 10, even = 40;
  std::vector<std::int64_t> at;
  for (int i = 0; i < early; ++i) at.push_back(std::int64_t(double(budget) / even * std::exp2(i - early)));
  for (int i = 1; i <= even; ++i) at.push_back(std::int64_t(double(budget) * i / even));
  return at;
}

}  // namespace talweg::compare
