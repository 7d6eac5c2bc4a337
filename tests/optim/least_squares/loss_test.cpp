#include "talweg/optim/least_squares/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg {
namespace {

const std::vector<const char*> every_loss{"squares",    "huber=1",   "huber=0.3",  "cauchy=1",
                                          "cauchy=2.5", "soft_l1=1", "soft_l1=0.1"};

TEST(FitLoss, InfluenceAndCurvatureAreDerivatives) {
  for (const char* text : every_loss) {
    const Loss loss = Loss::parse(text);
    for (const double r : {-7.0, -1.3, -0.2, 0.0, 0.05, 0.8, 3.0, 100.0}) {
      const double h = 1e-5 * std::max(1.0, std::abs(r));
      // Central differences: h²·f''' / 6 and 2^-53·f / h are below 1e-6 of these values.
      EXPECT_NEAR(loss.influence(r), (loss.value(r + h) - loss.value(r - h)) / (4 * h), 1e-5 * (1 + std::abs(r)))
          << text << r;
      EXPECT_NEAR(loss.curvature(r), (loss.influence(r + h) - loss.influence(r - h)) / (2 * h), 1e-4) << text << r;
    }
  }
}

TEST(FitLoss, SmallResidualsCountTheirSquare) {
  for (const char* text : every_loss) EXPECT_NEAR(Loss::parse(text).value(1e-6) / 1e-12, 1, 1e-9) << text;
}

TEST(FitLoss, HugeResidualsStayFinite) {
  for (const char* text : every_loss)
    if (Loss::parse(text).robust()) {
      EXPECT_TRUE(std::isfinite(Loss::parse(text).influence(1e150))) << text;
    }
}

TEST(FitLoss, TextsAreReadAndWritten) {
  for (const char* text : every_loss) EXPECT_EQ(Loss::parse(Loss::parse(text).text()), Loss::parse(text));
  EXPECT_EQ(Loss::parse("huber"), Loss::parse("huber=1"));
  const auto said = [](const char* text) { return testing::message_of<Error>([&] { Loss::parse(text); }); };
  EXPECT_TRUE(testing::contains(said("hubr=1"), "did you mean 'huber'?"));
  EXPECT_TRUE(testing::contains(said("huber=0"), "a finite number above 0"));
  EXPECT_TRUE(testing::contains(said("huber=x"), "a finite number above 0"));
  EXPECT_TRUE(testing::contains(said("squares=2"), "squares has no scale"));
}

}  // namespace
}  // namespace talweg
