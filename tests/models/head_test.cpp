#include "talweg/models/head.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg::models {
namespace {

using data::Task;

TEST(Head, ARegressionTargetIsStandardisedForTheNetworkAndReadBackInItsUnit) {
  const std::vector<double> values{100, 300};
  const Head head = Head::fit(Task::regression, "mse", 0, values);
  EXPECT_EQ(encode_targets<double>(head, values).values, (std::vector<double>{-1, 1}));
  EXPECT_EQ(read_outputs(head, std::vector<double>{-1, 0.5}).values, (std::vector<double>{100, 250}));
  EXPECT_EQ(head.loss_unit(), 100 * 100);
  EXPECT_EQ(Head::fit(Task::regression, "mean_absolute_error", 0, values).loss_unit(), 100);
}

TEST(Head, AConstantTargetHasDeviationOne) {
  EXPECT_EQ(Head::fit(Task::regression, "mse", 0, std::vector<double>{5, 5}).deviation, 1);
}

TEST(Head, TwoClassesAreReadFromOneLogit) {
  const Head head = Head::fit(Task::binary, "binary_cross_entropy", 2, std::vector<double>{0, 1});
  const Predictions p = read_outputs(head, std::vector<double>{std::log(3.0), -800});
  EXPECT_EQ(p.values, (std::vector<double>{1, 0}));
  EXPECT_NEAR(p.probabilities[1], 0.75, 1e-15);
  EXPECT_EQ(p.probabilities[2], 1);
  EXPECT_EQ(p.probabilities[3], 0);
}

TEST(Head, HingeTakesTargetsMinusOneAndOneAndClaimsNoProbabilities) {
  const Head head = Head::fit(Task::binary, "hinge", 2, std::vector<double>{0, 1});
  EXPECT_EQ(encode_targets<float>(head, std::vector<double>{0, 1}).values, (std::vector<float>{-1, 1}));
  EXPECT_TRUE(read_outputs(head, std::vector<double>{2}).probabilities.empty());
}

TEST(Head, ManyClassesAreASoftmaxThatDoesNotOverflow) {
  const Head head = Head::fit(Task::classes, "softmax_cross_entropy", 3, std::vector<double>{0, 1, 2});
  const Predictions p = read_outputs(head, std::vector<double>{1000, 1000, -1000});
  EXPECT_EQ(p.probabilities, (std::vector<double>{0.5, 0.5, 0}));
}

TEST(Head, PoissonIsForCounts) {
  EXPECT_TRUE(talweg::testing::contains(talweg::testing::message_of<Error>([] {
                                          Head::fit(Task::regression, "poisson", 0, std::vector<double>{1, -2});
                                        }),
                                        "the target holds -2"));
  const Head head = Head::fit(Task::regression, "poisson", 0, std::vector<double>{1, 2});
  EXPECT_EQ(read_outputs(head, std::vector<double>{0}).values[0], 1);
}

TEST(Head, SavesAndLoads) {
  Archive archive;
  data::Target target;
  target.save(archive);
  const Head head = Head::fit(Task::regression, "huber", 0, std::vector<double>{1, 2, 4});
  head.save(archive);
  EXPECT_EQ(Head::load(archive), head);
}

}  // namespace
}  // namespace talweg::models
