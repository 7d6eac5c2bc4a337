// Once its storage is there, an iteration allocates nothing. Counted by an operator new of our own, which serves the
// whole test program.
#include <cmath>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "optim/deterministic/specs.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"

// Counts every allocation of this test program; a sanitizer has its own operators and is left alone.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef COUNTS_ALLOCATIONS
#define COUNTS_ALLOCATIONS 1
#endif

namespace {
std::size_t allocations = 0;
}

#if COUNTS_ALLOCATIONS
void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size > 0 ? size : 1)) return p;
  throw std::bad_alloc();
}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // g++ 12 does not see that the two belong together
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
#pragma GCC diagnostic pop
#endif

namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;

double valleys(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    g[i] = -40 * x[i] * a - 2 * b;
    g[i + 1] = 20 * a;
    f += 10 * a * a + b * b;
  }
  return f;
}

/// Allocations in each of the first iterations: few enough for sqp not to reach precision and hand over to auglag.
std::vector<std::size_t> per_iteration(const char* spec, std::size_t n, Options o) {
  std::vector<double> x0(n);
  for (std::size_t i = 0; i < n; ++i) x0[i] = std::sin(static_cast<double>(i + 1));
  std::vector<std::size_t> counts;
  counts.reserve(100);
  std::size_t before = 0;
  o.max_iterations = std::string_view(spec) == "sqp" ? 15 : 40;
  o.tolerance = 0;
  o.check_gradient = false;
  o.on_iteration = [&](const Iteration& i) {
    if (i.iteration > 0) counts.push_back(allocations - before);
    before = allocations;
  };
  minimize(valleys, x0, *parse_deterministic(spec), o);
  return counts;
}

void expect_none(const std::vector<std::size_t>& counts, const char* what) {
  ASSERT_GE(counts.size(), 15u) << what;
  for (std::size_t k = 1; k < counts.size(); ++k) EXPECT_EQ(counts[k], 0u) << what << ", iteration " << k + 1;
}

class Allocations : public testing::TestWithParam<const char*> {};

TEST_P(Allocations, NoneAfterTheFirstIteration) {
  for (const std::size_t n : {4u, 60u, 300u, 5000u}) {
    const bool dense = std::string_view(GetParam()).starts_with("sqp");
    if (n > (dense ? 300 : 5000)) continue;
    expect_none(per_iteration(GetParam(), n, {}), "free");
    const Method method = *parse_deterministic(GetParam());
    if (method->traits().bounds)
      expect_none(per_iteration(GetParam(), n, {.bounds = {std::vector<double>(n, -2.0), std::vector<double>(n, 0.7)}}),
                  "bounds");
    if (!method->traits().constraints) continue;
    const Constraint ball{Constraint::Kind::inequality,
                          [](In x, Out g) {
                            double c = 0.3 * static_cast<double>(x.size());
                            for (std::size_t i = 0; i < x.size(); ++i) g[i] = -2 * x[i], c -= x[i] * x[i];
                            return c;
                          },
                          "ball"};
    const Constraint sum{Constraint::Kind::equality,
                         [](In x, Out g) {
                           double c = -0.1;
                           for (std::size_t i = 0; i < x.size(); ++i) g[i] = 1, c += x[i];
                           return c;
                         },
                         "sum"};
    expect_none(per_iteration(GetParam(), n, {.constraints = {ball, sum}}), "constraints");
  }
}

#if COUNTS_ALLOCATIONS
TEST(AllocationCounter, Counts) {
  const std::size_t before = allocations;
  std::vector<double> v(100);
  EXPECT_EQ(allocations - before, 1u) << v[0];
}
#endif

INSTANTIATE_TEST_SUITE_P(Specs, Allocations, testing::ValuesIn(every_spec), spec_name);

}  // namespace
}  // namespace talweg
