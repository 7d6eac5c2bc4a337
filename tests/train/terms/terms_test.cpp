#include "talweg/train/terms/terms.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <numeric>

#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/deterministic/all.hpp"

namespace talweg {
namespace {

/// The line y = a + b t through points: the half of the squared error.
struct Line {
  std::vector<double> t, y;
  std::size_t examples() const { return t.size(); }
  double operator()(std::span<const double> x, std::span<const std::uint32_t> rows, std::span<double> g) const {
    double f = 0;
    g[0] = g[1] = 0;
    for (const auto i : rows) {
      const double r = x[0] + x[1] * t[i] - y[i];
      f += r * r / 2;
      g[0] += r;
      g[1] += r * t[i];
    }
    const auto n = static_cast<double>(rows.size());
    g[0] /= n, g[1] /= n;
    return f / n;
  }
};
const Line five{{1, 2, 3, 4, 5}, {2, 4, 5, 4, 5}};

TEST(Separable, EveryStepOfTheLectureIsThatOfTheTable) {
  const auto table = nlohmann::json::parse(std::ifstream(TALWEG_GOLDEN_DIR "/separable.json"));
  for (const auto& run : table["runs"]) {
    std::size_t at = 0;
    const double momentum = run["momentum"];
    StochasticOptions options{.batch_size = run["batch_size"], .epochs = table["epochs"], .shuffled = false};
    options.on_step = [&](const StochasticOptions::Step& s) {
      const auto& x = run["path"][at++];
      EXPECT_NEAR(s.x[0], x[0].get<double>(), 1e-13) << run["batch_size"] << " step " << s.step;
      EXPECT_NEAR(s.x[1], x[1].get<double>(), 1e-13) << run["batch_size"] << " step " << s.step;
      return false;
    };
    const Line line{table["t"], table["y"]};
    const Result result =
        momentum == 0
            ? minimize(line, table["start"], Sgd{.learning_rate = table["rate"]}, options)
            : minimize(line, table["start"], Momentum{.learning_rate = table["rate"], .momentum = momentum}, options);
    EXPECT_EQ(at, run["path"].size());
    EXPECT_EQ(result.status, Status::completed);
    EXPECT_EQ(result.iterations, static_cast<std::int64_t>(at));
    EXPECT_EQ(result.evaluations.function, static_cast<std::int64_t>(at));
  }
}

TEST(Separable, TheSameObjectServesDeterministicMethods) {
  const Result result = minimize(five, {1, 1}, Lbfgs{});
  EXPECT_EQ(result.status, Status::converged);
  EXPECT_NEAR(result.x[0], 2.2, 1e-9);
  EXPECT_NEAR(result.x[1], 0.6, 1e-9);
}

TEST(Separable, AnEpochTakesEachRowOnceAndTheSeedDecidesTheOrder) {
  const auto order = [](std::uint64_t seed) {
    std::vector<std::uint32_t> seen;
    StochasticOptions options{.batch_size = 2, .epochs = 3, .seed = seed};
    options.on_step = [&](const StochasticOptions::Step& s) {
      seen.insert(seen.end(), s.rows.begin(), s.rows.end());
      return false;
    };
    minimize(five, {0, 0}, Sgd{.learning_rate = 0.01}, options);
    return seen;
  };
  const auto first = order(1);
  EXPECT_EQ(first, order(1));
  EXPECT_NE(first, order(2));
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<std::uint32_t> rows(first.begin() + std::ptrdiff_t(5 * epoch),
                                    first.begin() + std::ptrdiff_t(5 * epoch + 5));
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(rows, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
  }
}

TEST(Separable, ARunThatFailsReturnsTheBestFinitePoint) {
  for (const double rate : {10.0, 1e200}) {
    const Result result = minimize(five, {1, 1}, Sgd{.learning_rate = rate}, {.batch_size = 1, .epochs = 100});
    EXPECT_FALSE(result.success()) << rate;
    EXPECT_TRUE(std::isfinite(result.value)) << rate;
    EXPECT_LE(result.value, 1.5) << rate;
  }
}

TEST(Separable, CallbacksStopTheRunAndBoundsHold) {
  StochasticOptions options{.batch_size = 1, .epochs = 50};
  std::int64_t steps = 0, epochs = 0;
  options.on_epoch = [&](std::int64_t epoch, double, std::span<const double>) {
    epochs = epoch;
    return epoch == 3;
  };
  options.on_step = [&](const StochasticOptions::Step& s) {
    steps = s.step;
    return false;
  };
  options.bounds = {{0, 0}, {1, 0.5}};
  const Result result = minimize(five, {7, 7}, Adam{.learning_rate = 0.1}, options);
  EXPECT_EQ(result.status, Status::stopped_by_caller);
  EXPECT_EQ(epochs, 3);
  EXPECT_EQ(steps, 15);
  EXPECT_LE(result.x[0], 1);
  EXPECT_LE(result.x[1], 0.5);
}

TEST(Separable, WrongUseIsNamed) {
  const auto refusal = [](Line line, std::vector<double> x0, StochasticOptions options) {
    return testing::message_of<Error>([&] { minimize(line, x0, Sgd{}, options); });
  };
  EXPECT_TRUE(testing::contains(refusal({}, {1, 1}, {}), "examples() is 0"));
  EXPECT_TRUE(testing::contains(refusal(five, {1, NAN}, {.batch_size = 1}), "x[1] of the start is nan"));
  EXPECT_TRUE(testing::contains(refusal(five, {1, 1}, {.batch_size = 6}), "batch_size 6 is more than the 5 examples"));
  EXPECT_TRUE(testing::contains(refusal(five, {1, 1}, {.batch_size = 1, .epochs = 0}), "epochs 0"));
  EXPECT_TRUE(testing::contains(refusal(five, {1, 1}, {.batch_size = 1, .bounds = {{0}, {1}}}), "the bounds have 1"));
}

TEST(MethodByName, OfBothFamiliesAndTheUsualOne) {
  const Function f = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * (x[0] - 3);
    return (x[0] - 3) * (x[0] - 3);
  };
  EXPECT_EQ(Method("cg:hs")->traits().spec.substr(0, 5), "cg:hs");
  EXPECT_EQ(Method("adam,learning_rate=0.5")->traits().spec.substr(0, 28), "adam:paper,learning_rate=0.5");
  EXPECT_NEAR(minimize(f, {1}, "lbfgs,memory=3").x[0], 3, 1e-9);
  EXPECT_EQ(minimize(f, {1}).optimizer.substr(0, 6), "lbfgs,");
  EXPECT_EQ(minimize(f, {1}, {.bounds = {{0}, {2}}}).optimizer.substr(0, 6), "lbfgsb");
  EXPECT_EQ(testing::message_of<Error>([] { Method("adem"); }), "unknown optimizer 'adem': did you mean 'adam'?");
  EXPECT_TRUE(testing::contains(testing::message_of<Error>([] { Method("adam,beta3=1"); }), "beta3"));
}

}  // namespace
}  // namespace talweg
