#include "talweg/optim/clip.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/optim/optimizer.hpp"

namespace talweg {
namespace {

template <class T> std::vector<T> noise(std::size_t n, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<T> v(n);
  for (T& e : v) e = static_cast<T>(random.normal());
  return v;
}

template <class T> void expect_sum_near_reference() {
  for (const std::size_t n : {0u, 1u, 5u, 15u, 16u, 17u, 4095u, 4096u, 4097u, 100003u}) {
    const auto v = noise<T>(n);
    long double reference = 0;
    for (const T e : v) reference += static_cast<long double>(e) * e;
    // n/16 additions in each lane of a block of 4096, then two trees: fewer than 300 roundings of 1.1e-16.
    EXPECT_NEAR(sum_of_squares<T>(v), double(reference), 300 * 1.2e-16 * double(reference)) << n;
  }
}
TEST(Clip, SumOfSquares) {
  expect_sum_near_reference<float>();
  expect_sum_near_reference<double>();
}

TEST(Clip, TheNormDoesNotDependOnWhoAddsIt) {
  const auto v = noise<double>(50001);
  const double alone = norm<double>(v);
  for (const std::size_t size : {1u, 3u, 8u}) {
    const ParallelFor pieces = [&](std::size_t count, const auto& body) {
      for (std::size_t i = (count + size - 1) / size; i-- > 0;) body(i * size, std::min(count, (i + 1) * size));
    };
    EXPECT_EQ(norm<double>(v, pieces), alone);
  }
}

TEST(Clip, TheNormNeitherOverflowsNorVanishes) {
  EXPECT_DOUBLE_EQ(norm<double>(std::vector{3e200, -4e200}), 5e200);
  EXPECT_DOUBLE_EQ(norm<double>(std::vector{3e-200, 4e-200}), 5e-200);
  EXPECT_GT(norm<double>(std::vector{5e-324}), 0);
  EXPECT_EQ(norm<double>(std::vector{0.0, 0.0}), 0);
  EXPECT_TRUE(std::isnan(norm<double>(std::vector{1.0, std::nan("")})));
  EXPECT_TRUE(std::isinf(norm<double>(std::vector{1.0, -infinity})));
}

TEST(Clip, SpecReadsBackAndRefuses) {
  for (const char* spec : {"norm=1", "global=2.5", "value=0.5"}) EXPECT_EQ(Clip::parse(spec).spec(), spec);
  for (const char* spec : {"", "norm", "norm=0", "norm=-1", "norm=inf", "norm=x", "none=1", "l2=1", "value=nan"})
    EXPECT_THROW(Clip::parse(spec), Error) << spec;
}

std::vector<double> step_once(const char* clip, std::vector<double> g, bool& clipped) {
  FirstOrder method(Sgd{.learning_rate = 1});
  method.clip = Clip::parse(clip);
  Optimizer<double> optimizer(method, {{"a", 0, 2}, {"b", 2, 1}});
  std::vector<double> x(3, 0.0);
  clipped = optimizer.step(x, g).clipped;
  EXPECT_EQ(optimizer.clipped_steps(), clipped ? 1 : 0);
  for (double& v : x) v = -v;
  return x;
}

TEST(Clip, EachKindInAStep) {
  bool clipped = false;
  EXPECT_EQ(step_once("value=1", {3, -4, 0.5}, clipped), (std::vector{1.0, -1.0, 0.5}));
  EXPECT_TRUE(clipped);
  EXPECT_EQ(step_once("norm=1", {3, -4, 0.5}, clipped), (std::vector{3 * 0.2, -4 * 0.2, 0.5}));
  EXPECT_TRUE(clipped);
  EXPECT_EQ(step_once("global=6.5", {3, -4, 12}, clipped), (std::vector{1.5, -2.0, 6.0}));
  EXPECT_TRUE(clipped);
  EXPECT_EQ(step_once("global=13.5", {3, -4, 12}, clipped), (std::vector{3.0, -4.0, 12.0}));
  EXPECT_FALSE(clipped);
}

TEST(Clip, ANanOrInfinityIsNotClippedAway) {
  bool clipped = false;
  for (const char* clip : {"value=1", "norm=1", "global=1"})
    EXPECT_TRUE(std::isnan(step_once(clip, {std::nan(""), 1, 1}, clipped)[0])) << clip;
  for (const char* clip : {"norm=1", "global=1"})
    EXPECT_TRUE(std::isnan(step_once(clip, {infinity, 1, 1}, clipped)[0])) << clip;
}

}  // namespace
}  // namespace talweg
