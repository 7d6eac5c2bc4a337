// Several listeners to one run, each with its own purpose; and how long it took.
#include <cstdio>
#include <utility>
#include <vector>

#include <talweg/talweg.hpp>

/// Keeps the values of f on the way.
talweg::Callback history(std::vector<double>& values) {
  const auto keep = [&values](const talweg::Iteration& i) { values.push_back(i.value); };
  return {.begin = keep, .step = keep};
}

/// Prints every tenth iteration, and how the run ended.
talweg::Callback progress() {
  return {.step =
              [](const talweg::Iteration& i) {
                if (i.iteration % 10 == 0)
                  std::printf("%4lld  f = %.3g\n", static_cast<long long>(i.iteration), i.value);
              },
          .end =
              [](const talweg::Result& r) {
                std::printf("%s\n%.2g s in all", r.message.c_str(), r.seconds);
                if (r.function_seconds) std::printf(", %.2g s of these in f", *r.function_seconds);
                std::printf("\n");
              }};
}

/// Ends the run once f is below a value.
talweg::Callback until_below(double enough) {
  return {.step = [enough](const talweg::Iteration& i) { return i.value < enough; }};
}

int main() {
  const auto valley = [](auto x) {
    const auto bend = x[1] - x[0] * x[0];
    return 100 * bend * bend + (1 - x[0]) * (1 - x[0]);
  };
  std::vector<double> values;
  talweg::Options options;
  options.callbacks = {history(values), progress(), until_below(1e-3)};
  const talweg::Result r = talweg::minimize(valley, {-1.2, 1.0}, talweg::Lbfgs{}, options);
  return r.status == talweg::Status::stopped_by_caller && std::cmp_equal(values.size(), r.iterations + 1) &&
                 values.back() < 1e-3
             ? 0
             : 1;
}
