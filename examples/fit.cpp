// A decay through noisy points: parameters with standard errors, the same with bounds, and with a loss that an outlier
// does not pull.
#include <cmath>
#include <cstdio>

#include <talweg/talweg.hpp>

int main() {
  std::vector<double> t, y;
  for (int i = 0; i < 25; ++i) {
    t.push_back(0.2 * i);
    y.push_back(3 * std::exp(-0.8 * t.back()) + 0.5 + 0.02 * std::sin(40.0 * i));
  }
  // One residual by the row. `x` is a span of numbers that remember how they were made: the Jacobian is exact.
  const auto decay = [&](auto x, std::size_t i) { return y[i] - (x[0] * exp(-x[1] * t[i]) + x[2]); };
  const std::vector<std::string> names{"amplitude", "rate", "level"};
  const auto show = [&](const char* what, const talweg::LeastSquaresResult& r) {
    std::printf("%s: %s\n", what, r.message.c_str());
    for (std::size_t j = 0; j < names.size(); ++j)
      std::printf("  %-9s %8.5f +- %.5f, 95 %% from %.5f to %.5f\n", names[j].c_str(), r.x[j], r.standard_errors[j],
                  r.low[j], r.high[j]);
    return r.success() && std::abs(r.x[1] - 0.8) < 0.1;
  };

  talweg::LeastSquaresOptions options;
  options.names = names;
  bool good = show("squares", talweg::least_squares(talweg::residuals(y.size(), decay), {1, 1, 0}, {}, options));

  options.bounds = {std::vector<double>{0, 0, 0}, std::vector<double>{10, 10, 0.48}};
  good = show("bounds", talweg::least_squares(talweg::residuals(y.size(), decay), {1, 1, 0}, {}, options)) && good;

  y[4] += 5;  // an outlier
  options.bounds = {};
  options.loss = talweg::Loss::parse("huber=0.05");
  good = show("huber", talweg::least_squares(talweg::residuals(y.size(), decay), {1, 1, 0}, {}, options)) && good;
  return good ? 0 : 1;
}
