// Rows a second, value with gradient, on one thread: formulas over data, and the same by hand. The goal for
// (a+b*x-y)^2: at least 5e7. Then a fit by lbfgs on all rows in memory: its peak of memory beside the data, at
// most 1.2. At last a curve of three parameters fitted by lm, on one thread and on two.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <memory>

#include <sys/resource.h>

#include "talweg/api/fit/fit.hpp"
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/base/random.hpp"
#include "talweg/data/input.hpp"
#include "talweg/formula/data_formula.hpp"
#include "talweg/formula/row_formula.hpp"

namespace {

constexpr std::size_t rows = 1'000'000;
constexpr std::array start{0.5, 1.5};

struct Data {
  std::vector<double> x = std::vector<double>(rows), y = std::vector<double>(rows);
  Data() {
    talweg::Random random(1);
    for (std::size_t i = 0; i < rows; ++i) {
      x[i] = random.uniform(-2, 2);
      y[i] = 1 + 2 * x[i] + random.uniform(-0.1, 0.1);
    }
  }
};

double by_hand(const Data& data, std::span<const double> at, std::span<double> g) {
  double f = 0, da = 0, db = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double r = at[0] + at[1] * data.x[i] - data.y[i];
    f += r * r;
    da += 2 * r;
    db += 2 * r * data.x[i];
  }
  g[0] = da / rows, g[1] = db / rows;
  return f / rows;
}

/// Seconds of processor time of one call, the median of nine.
template <class F> double seconds(F&& f) {
  std::array<double, 9> times;
  double sum = 0;
  for (double& time : times) {
    const std::clock_t begin = std::clock();
    sum += f();
    time = double(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  std::sort(times.begin(), times.end());
  return sum == 0.125 ? 0 : times[4];
}

void line(const char* what, double time, double base) {
  std::printf("%-48s %7.2f ns a row  %.2e rows a second  %5.2f times by hand\n", what, time * 1e9 / rows, rows / time,
              time / base);
}

double peak_mib() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return double(used.ru_maxrss) / 1024;
}

/// All rows in memory, by lbfgs: before anything else, so that the peak of memory is its own.
void fit() {
  const double before = peak_mib();
  Data data;
  const double held = rows * 2 * sizeof(double) / 1048576.0;
  talweg::api::MinimizeRequest request;
  request.formula = "mean((a+b*x-y)^2)/2";
  request.start = talweg::api::parse_start("a=0.5,b=1.5");
  std::vector<talweg::data::Column> columns;
  columns.push_back(talweg::data::numbers("x", std::move(data.x)));
  columns.push_back(talweg::data::numbers("y", std::move(data.y)));
  request.data = talweg::data::table_of(std::move(columns));
  const std::clock_t begin = std::clock();
  const auto outcome = talweg::api::minimize(request);
  const auto& r = outcome.result;
  std::printf(
      "lbfgs on all rows: a = %.6f, b = %.6f, %lld evaluations and %lld by checks, %.3f s; %.2f times the data\n",
      r.x[0], r.x[1], static_cast<long long>(r.evaluations.function), static_cast<long long>(r.evaluations.check),
      double(std::clock() - begin) / CLOCKS_PER_SEC, (peak_mib() - before) / held);
}

/// y ~ a*exp(-b*x)+c, in seconds of the clock, the median of five.
void fit_curve() {
  talweg::Random random(2);
  std::vector<double> x(rows), y(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    x[i] = random.uniform(0, 4);
    y[i] = 2.5 * std::exp(-1.3 * x[i]) + 0.5 + random.uniform(-0.1, 0.1);
  }
  std::vector<talweg::data::Column> columns;
  columns.push_back(talweg::data::numbers("x", std::move(x)));
  columns.push_back(talweg::data::numbers("y", std::move(y)));
  talweg::api::FitRequest request;
  request.file = talweg::data::table_of(std::move(columns));
  request.formula = "y ~ a*exp(-b*x)+c";
  request.start = talweg::api::parse_start("a=1,b=1,c=0");
  for (const int threads : {1, 2}) {
    request.threads = threads;
    std::array<double, 5> times;
    talweg::LeastSquaresResult r;
    for (double& time : times) {
      const auto begin = std::chrono::steady_clock::now();
      r = talweg::api::fit(request).result;
      time = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    std::sort(times.begin(), times.end());
    std::printf(
        "lm, y ~ a*exp(-b*x)+c, %d threads: b = %.6f, %lld evaluations, %lld Jacobians, %lld by checks, %.3f s\n",
        threads, r.x[1], static_cast<long long>(r.evaluations.function), static_cast<long long>(r.evaluations.gradient),
        static_cast<long long>(r.evaluations.check), times[2]);
  }
}

}  // namespace

int main() {
  fit();
  fit_curve();
  const Data data;
  const talweg::formula::Columns columns{
      .source = "rows", .names = {"x", "y"}, .rows = rows, .values = {data.x, data.y}};
  std::array<double, 2> g{};
  const double base = seconds([&] { return by_hand(data, start, g); });
  line("(a+b*x-y)^2 by hand", base, base);
  const auto formula = [&](const char* text) {
    talweg::formula::DataFormula f(text, {"a", "b"}, columns);
    line(text, seconds([&] { return f.evaluate(start, g); }), base);
  };
  formula("mean((a+b*x-y)^2)");
  formula("mean(softplus(-y*(a+b*x)))");
  formula("mean((a*exp(-b*x)-y)^2)");
  talweg::formula::RowFormula r("a+b*x-y", {"a", "b"}, columns);
  std::vector<double> values(1000), jacobian(2000);
  line("a+b*x-y, residuals and Jacobian by 1,000 rows", seconds([&] {
         for (std::size_t row = 0; row < rows; row += values.size()) r.jacobian(start, row, values, jacobian);
         return jacobian[0];
       }),
       base);
}
