#pragma once
#include <cmath>
#include <cstddef>
#include <vector>

#include "talweg/least_squares.hpp"

namespace talweg::testing {

/// y = 2·exp(−0.7·t) + 0.3 with fixed noise.
struct Decay {
  std::vector<double> t, y;
  Decay() {
    for (int i = 0; i < 20; ++i) {
      t.push_back(0.3 * i);
      y.push_back(2 * std::exp(-0.7 * t.back()) + 0.3 + 0.02 * std::sin(37.0 * i * i));
    }
  }
  /// Generic: x is amplitude, rate and level.
  auto rows() const {
    return [this](auto x, std::size_t i) { return y[i] - (x[0] * exp(-x[1] * t[i]) + x[2]); };
  }
  Residuals residuals() const { return talweg::residuals(y.size(), rows()); }
};

}  // namespace talweg::testing
