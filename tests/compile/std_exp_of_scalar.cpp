#include <cmath>

#include "talweg/talweg.hpp"

int main() {
  const auto result = talweg::minimize([](auto x) { return std::exp(x[0]) + x[0] * x[0]; }, {1.0}, talweg::Lbfgs{});
  return result.success() ? 0 : 1;
}
