#include <cmath>

#include <gtest/gtest.h>

#include "curves.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/talweg.hpp"

/// Settings of fits that cannot be meant.
namespace talweg {
namespace {

using testing::contains;
using testing::Decay;
using testing::message_of;

TEST(LeastSquares, WrongUseIsToldInOneLine) {
  const Decay d;
  const auto said = [&](std::vector<double> x0, const LeastSquaresOptions& o, LevenbergMarquardt method = {}) {
    return message_of<Error>([&] { least_squares(d.residuals(), x0, method, o); });
  };
  const auto with = [](auto set) {
    LeastSquaresOptions o;
    set(o);
    return o;
  };
  EXPECT_TRUE(contains(said({}, {}), "the start is empty"));
  EXPECT_TRUE(contains(said({1, NAN, 0}, {}), "the start is not finite: x[1] = nan"));
  EXPECT_TRUE(contains(said(std::vector<double>(21, 1.0), {}), "20 residuals for 21 parameters"));
  EXPECT_TRUE(contains(said({1, 1, 0}, with([](auto& o) { o.weights = {1, 2}; })), "weights: 2 for 20 residuals"));
  EXPECT_TRUE(contains(said({1, 1, 0}, with([](auto& o) { o.weights.assign(20, -1); })), "entry 0 is -1"));
  EXPECT_TRUE(contains(said({1, 1, 0}, with([](auto& o) { o.tolerance = 1; })), "tolerance = 1 is out of range"));
  EXPECT_TRUE(contains(said({1, 1, 0}, with([](auto& o) { o.level = 1; })), "level = 1 is out of range"));
  EXPECT_TRUE(contains(said({1, 1, 0}, with([](auto& o) { o.loss = {Loss::Kind::huber, 0}; })), "scale = 0"));
  EXPECT_TRUE(contains(said({1, 1, 0}, with([](auto& o) {
                              o.bounds = {std::vector<double>{0, 2, 0}, std::vector<double>{1, 1, 1}};
                            })),
                       "bounds of x[1]: lower 2 is above upper 1"));
  EXPECT_TRUE(contains(said({1, 1, 0}, {}, {.radius = 0}), "radius = 0 is out of range"));
}

TEST(LevenbergMarquardt, SpecsAreReadAndWritten) {
  EXPECT_EQ(LevenbergMarquardt::parse("lm").step, FitStep::geodesic);
  const auto plain = LevenbergMarquardt::parse("lm,step=plain,radius=10");
  EXPECT_EQ(plain.step, FitStep::plain);
  EXPECT_EQ(plain.radius, 10);
  EXPECT_EQ(LevenbergMarquardt::parse(plain.spec()).spec(), plain.spec());
  const auto said = [](const char* spec) { return message_of<Error>([&] { LevenbergMarquardt::parse(spec); }); };
  EXPECT_TRUE(contains(said("lbfgs"), "the optimizer of a fit is lm"));
  EXPECT_TRUE(contains(said("lm,radus=1"), "did you mean 'radius'"));
  EXPECT_TRUE(contains(said("lm,step=short"), "geodesic and plain"));
  EXPECT_TRUE(contains(said("lm,radius=-1"), "radius"));
}

}  // namespace
}  // namespace talweg
