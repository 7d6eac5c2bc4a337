#include <algorithm>
#include <cmath>

#include "talweg/talweg.hpp"

int main() {
  const auto result = talweg::minimize([](auto x) { return x[0] * x[0] + FUNCTION; }, {1.0}, talweg::Lbfgs{});
  return result.success() ? 0 : 1;
}
