#pragma once
#include <string>
#include <utility>
#include <vector>

#include "talweg/base/random.hpp"
#include "talweg/formula/columns.hpp"

namespace talweg::test {

/// Columns that keep their numbers.
inline formula::Columns columns(std::vector<std::pair<std::string, std::vector<double>>> given) {
  auto kept = std::make_shared<std::vector<std::pair<std::string, std::vector<double>>>>(std::move(given));
  formula::Columns out{.source = "points.csv", .rows = kept->front().second.size(), .owner = kept};
  for (const auto& [name, values] : *kept) out.names.push_back(name), out.values.emplace_back(values);
  return out;
}

/// x and y from -2 to 2, and w from 0.5 to 2.
inline formula::Columns random_columns(std::size_t rows, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<double> x(rows), y(rows), w(rows);
  for (std::size_t i = 0; i < rows; ++i)
    x[i] = random.uniform(-2, 2), y[i] = random.uniform(-2, 2), w[i] = random.uniform(0.5, 2);
  return columns({{"x", x}, {"y", y}, {"w", w}});
}

}  // namespace talweg::test
