// Constraints from one function with their Jacobian, which is called once for each point: the two curves of problem 39
// of Hock & Schittkowski.
#include <cmath>
#include <cstdio>

#include <talweg/talweg.hpp>

using In = std::span<const double>;
using Out = std::span<double>;

int calls = 0;

/// c(x) (2) and its Jacobian (2, 4) by rows; entries that are 0 need not be written.
std::vector<double> curves(In x, Out jacobian) {
  ++calls;
  const Out first = jacobian.first(4), second = jacobian.last(4);
  first[0] = -3 * x[0] * x[0], first[1] = 1, first[2] = -2 * x[2];
  second[0] = 2 * x[0], second[1] = -1, second[3] = -2 * x[3];
  return {x[1] - x[0] * x[0] * x[0] - x[2] * x[2], x[0] * x[0] - x[1] - x[3] * x[3]};
}

int main() {
  talweg::Options options;
  options.constraints = talweg::vector_constraint(talweg::Constraint::Kind::equality, 2, curves, "curves");
  // Others may stand beside them.
  options.constraints.push_back({talweg::Constraint::Kind::inequality,
                                 [](In x, Out row) { return row[0] = 1, row[1] = row[2] = row[3] = 0, x[0]; }, "x0"});
  const auto f = [](auto x) { return -x[0]; };
  bool solved = true;
  for (const char* method : {"sqp", "auglag"}) {
    calls = 0;
    const talweg::Result r = talweg::minimize(f, {2, 2, 2, 2}, method, options);
    std::printf("%-6s f = %.6f, violation %.1e, multipliers %.4f %.4f %.4f, %d calls of the curves\n", method, r.value,
                r.constraint_violation, r.multipliers[0], r.multipliers[1], r.multipliers[2], calls);
    solved = solved && r.success() && std::abs(r.value + 1) < 1e-6;
  }
  return solved ? 0 : 1;
}
