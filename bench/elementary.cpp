// The scalar functions, ours against those of the C library: in loops over 10,000 numbers (ours become vector code),
// and one call after the other, each waiting for the last. In turns, medians of 31 rounds, nanoseconds of processor
// time each.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <vector>

#include "talweg/base/random.hpp"
#include "talweg/elementary/functions.hpp"
#include "talweg/elementary/lanes.hpp"
#include "talweg/simd/clones.hpp"

namespace {

using talweg::elementary::Lanes;
namespace elementary = talweg::elementary;

constexpr std::size_t count = 10'000;
constexpr int rounds = 31;

#define TALWEG_LOOPS(name)                                                                              \
  TALWEG_CLONES void name##_in_lanes(const double* __restrict x, const double*, double* __restrict v) { \
    for (std::size_t i = 0; i < count; ++i) v[i] = Lanes::name(x[i]);                                   \
  }                                                                                                     \
  void name##_of_c(const double* __restrict x, const double*, double* __restrict v) {                   \
    for (std::size_t i = 0; i < count; ++i) v[i] = std::name(x[i]);                                     \
  }                                                                                                     \
  double name##_called(double x, double) { return elementary::name(x); }                                \
  double name##_called_of_c(double x, double) { return std::name(x); }
#define TALWEG_LOOPS_OF_TWO(name)                                                                                    \
  TALWEG_CLONES void name##_in_lanes(const double* __restrict x, const double* __restrict y, double* __restrict v) { \
    for (std::size_t i = 0; i < count; ++i) v[i] = Lanes::name(x[i], y[i]);                                          \
  }                                                                                                                  \
  void name##_of_c(const double* __restrict x, const double* __restrict y, double* __restrict v) {                   \
    for (std::size_t i = 0; i < count; ++i) v[i] = std::name(x[i], y[i]);                                            \
  }                                                                                                                  \
  double name##_called(double x, double y) { return elementary::name(x, y); }                                        \
  double name##_called_of_c(double x, double y) { return std::name(x, y); }
TALWEG_ELEMENTARY_FUNCTIONS(TALWEG_LOOPS, TALWEG_LOOPS_OF_TWO)

struct Row {
  const char* name;
  void (*lanes)(const double*, const double*, double*);
  void (*c)(const double*, const double*, double*);
  double (*called)(double, double);
  double (*called_of_c)(double, double);
};
#define TALWEG_ROW(name) {#name, name##_in_lanes, name##_of_c, name##_called, name##_called_of_c},
constexpr Row all[] = {TALWEG_ELEMENTARY_FUNCTIONS(TALWEG_ROW, TALWEG_ROW)};

/// Nanoseconds of one number.
template <class F> double time_of(F&& f) {
  timespec begin{}, end{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
  f();
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  return (double(end.tv_sec - begin.tv_sec) * 1e9 + double(end.tv_nsec - begin.tv_nsec)) / count;
}

/// Arguments from the middle of the domain.
std::array<double, 2> range(std::string_view name) {
  if (name == "asin" || name == "acos") return {-1, 1};
  if (name.starts_with("log") || name == "pow") return {0.01, 10};
  return {-5, 5};
}

}  // namespace

int main() {
  std::printf("| | lanes | C library | ratio | one call after the other | C library |\n|---|---|---|---|---|---|\n");
  for (const Row& row : all) {
    talweg::Random random(1);
    const auto [low, high] = range(row.name);
    std::vector<double> x(count), y(count), v(count);
    for (double& a : x) a = random.uniform(low, high);
    for (double& a : y) a = random.uniform(-3, 3);
    std::array<std::array<double, rounds>, 4> times{};
    double sum = 0;
    const auto chain = [&](double (*f)(double, double)) {
      double last = 0;
      for (std::size_t i = 0; i < count; ++i) last = std::min(f(x[i] + last * 1e-300, y[i]), 1.0);
      sum += last;
    };
    for (std::size_t r = 0; r < rounds; ++r) {
      times[0][r] = time_of([&] { row.lanes(x.data(), y.data(), v.data()); });
      sum += v[r];
      times[1][r] = time_of([&] { row.c(x.data(), y.data(), v.data()); });
      sum += v[r];
      times[2][r] = time_of([&] { chain(row.called); });
      times[3][r] = time_of([&] { chain(row.called_of_c); });
    }
    for (auto& t : times) std::nth_element(t.begin(), t.begin() + rounds / 2, t.end());
    const auto median = [&](std::size_t k) { return times[k][rounds / 2]; };
    std::printf("| %s | %.1f | %.1f | %.2f | %.1f | %.1f |%s\n", row.name, median(0), median(1), median(0) / median(1),
                median(2), median(3), sum == 0.125 ? " " : "");
  }
}
