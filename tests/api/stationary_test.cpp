#include "stationary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/api/minimize/minimize.hpp"

/// From starts that are stationary and no minima: no success is claimed elsewhere than at a minimum, and methods with a
/// line search find the way down.
namespace talweg::api {
namespace {

using End = StationaryStart::End;

class Stationary : public testing::TestWithParam<StationaryStart> {};

struct Contestant {
  const char* spec;
  bool descends;  ///< looks for a lower point by itself; a first-order rule only follows slopes
};

std::vector<Contestant> methods_for(const StationaryStart& s) {
  if (!s.constraints.empty()) return {{"sqp", true}, {"auglag", true}};
  const std::vector<Contestant> in_a_box{{"lbfgsb", true}, {"adam", false}, {"momentum", false}};
  if (!s.bounds.empty()) return in_a_box;
  return {{"lbfgs", true}, {"lbfgsb", true},   {"cg", true}, {"gd,line_search=armijo", true},
          {"adam", false}, {"momentum", false}};
}

MinimizeRequest request(const StationaryStart& s, const char* spec) {
  MinimizeRequest r;
  r.formula = s.formula;
  r.start = parse_start(s.start);
  if (!s.bounds.empty()) r.bounds = parse_bounds(s.bounds);
  r.constraints = s.constraints;
  r.method.optimizer = spec;
  return r;
}

double value_at_start(const StationaryStart& s) {
  const PreparedMinimize prepared = prepare(request(s, "adam"));
  return Problem(*prepared.problem).evaluate(prepared.problem->start());
}

/// Whether `value` is one of the ends, to 1e-4 of the way down from the start and the digits of f.
bool at_an_end(const StationaryStart& s, double value, double start_value) {
  constexpr double eps = std::numeric_limits<double>::epsilon();
  return std::any_of(s.ends.begin(), s.ends.end(), [&](double end) {
    return std::abs(value - end) <= 1e-4 * std::abs(start_value - end) + 64 * eps * std::abs(end);
  });
}

TEST_P(Stationary, SuccessIsAMinimumAndTheWayDownIsFound) {
  const StationaryStart& s = GetParam();
  StationaryStart without_constraints = s;
  without_constraints.constraints.clear();
  const double start_value = value_at_start(without_constraints);
  for (const auto& [spec, descends] : methods_for(s)) {
    const Result r = minimize(request(s, spec)).result;
    const std::string ended = testing::PrintToString(spec) + " ends as " + std::string(name(r.status)) +
                              " at f = " + std::to_string(r.value) + ": " + r.message;
    EXPECT_TRUE(!r.success() || (s.end != End::unbounded && at_an_end(s, r.value, start_value)))
        << "false success: " << ended;
    if (!descends) continue;
    if (s.end == End::minimum) {
      EXPECT_TRUE(r.feasible && at_an_end(s, r.value, start_value)) << "not reached: " << ended;
    }
    if (s.end == End::unbounded) {
      EXPECT_LT(r.value, start_value - 1) << "no way down: " << ended;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Starts, Stationary, testing::ValuesIn(stationary_starts()),
                         [](const auto& start) { return start.param.name; });

}  // namespace
}  // namespace talweg::api
