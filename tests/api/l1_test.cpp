// Models without hidden layer with an l1 penalty: the optimum, its zeros, and how such a run ends, stops and goes on.
#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::api {
namespace {

using nlohmann::json;
using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using train::Ending;

const std::string golden = TALWEG_GOLDEN_DIR;

TrainRequest request(const std::string& file, const std::string& target, const std::string& model) {
  TrainRequest r;
  r.file = file;
  r.target = target;
  r.model = model;
  return r;
}

TrainRequest cancer() { return request(golden + "/inference/cancer.csv", "benign", "logistic,l1=0.05"); }

const train::TrainedModel& model_of(const TrainReport& report) {
  return dynamic_cast<const train::TrainedModel&>(*report.model);
}

TEST(L1, EndsInTheOptimaOfAnIndependentTable) {
  for (const json& row : json::parse(file::read(golden + "/train/l1.json"))) {
    const std::string data = row["data"], name = row["name"];
    const bool sparse = data == "sparse.libsvm";
    for (const char* optimizer :
         {"", "proximal_newton"}) {  // libsvm rows are dense without a name, and sparse with one
      TrainRequest r = request(golden + (sparse ? "/train/" : "/inference/") + data,
                               sparse ? "label" : row["target"].get<std::string>(), row["model"]);
      r.optimizer = optimizer;
      r.standardize = row["standardize"].get<bool>();
      const TrainReport report = train(r);
      EXPECT_EQ(report.ending, Ending::converged) << name << ": " << report.message;
      EXPECT_LT(report.gradient_norm, 1e-9) << name << ": " << report.message;
      EXPECT_NEAR(report.objective, row["objective"].get<double>(), 1e-12 * row["objective"].get<double>()) << name;
      const train::TrainedModel& m = model_of(report);
      std::vector<double> wanted = row["weights"];
      double largest = 0;
      for (const double w : wanted) largest = std::max(largest, std::abs(w));
      const std::size_t weights = wanted.size();
      wanted.insert(wanted.end(), row["bias"].begin(), row["bias"].end());
      ASSERT_EQ(m.parameters.size(), wanted.size()) << name;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        const double w = m.head.deviation * m.parameters[i] + (i >= weights ? m.head.mean : 0);
        EXPECT_NEAR(w, wanted[i], 1e-8 * (i >= weights ? std::abs(wanted[i]) + largest : largest)) << name << " " << i;
        if (i >= weights) continue;
        EXPECT_EQ(w == 0, wanted[i] == 0) << name << " " << i;
      }
    }
  }
}

TEST(L1, ARowThatCountsTwiceIsTwoRows) {
  const Folder folder;
  std::string weighted = "a,b,c,y,times\n", repeated = "a,b,c,y\n";
  std::uint64_t state = 7;
  const auto draw = [&] {
    return static_cast<int>((state = state * 6364136223846793005u + 1442695040888963407u) >> 59);
  };
  int rows = 0, all = 0;
  for (; rows < 60; ++rows) {
    const int a = draw(), b = draw(), c = draw(), times = 1 + draw() % 3;
    const std::string row = text::cat(a, ",", b, ",", c, ",", a + draw() > b + 12 ? "yes" : "no");
    weighted += text::cat(row, ",", times, "\n");
    for (int k = 0; k < times; ++k, ++all) repeated += row + "\n";
  }
  for (const std::string model : {"logistic", "softmax"}) {
    TrainRequest one = request(testing::put(folder / "w.csv", weighted), "y", model + ",l1=0.02"),
                 other = request(testing::put(folder / "r.csv", repeated), "y",
                                 text::cat(model, ",l1=", 0.02 * rows / all));
    one.weights = "times";
    for (TrainRequest* r : {&one, &other}) r->standardize = false, r->tolerance = 1e-12;
    const TrainReport a = train(one), b = train(other);
    EXPECT_EQ(a.ending, Ending::converged) << a.message;
    EXPECT_LT(a.epochs, 30) << a.message;
    const auto &x = model_of(a).parameters, &y = model_of(b).parameters;
    ASSERT_EQ(x.size(), y.size());
    // Of softmax, weights may be shifted by as much for both classes, which neither loss nor |w| sees: their
    // difference.
    const std::size_t step = model == "softmax" ? 2 : 1;
    for (std::size_t i = 0; i < x.size(); i += step)
      EXPECT_NEAR(x[i + step - 1] - (step > 1 ? x[i] : 0), y[i + step - 1] - (step > 1 ? y[i] : 0), 1e-7)
          << model << " " << i;
  }
}

TEST(L1, OfManyColumnsTakesTheirTurn) {
  // More columns than are chosen at once, most of them noise.
  const Folder folder;
  std::string text;
  std::uint64_t state = 1;
  const auto draw = [&] {
    return static_cast<double>((state = state * 6364136223846793005u + 1442695040888963407u) >> 40) / 0x1p24 - 0.5;
  };
  for (int r = 0; r < 150; ++r) {
    std::string cells;
    double y = 0;
    for (int c = 1; c <= 600; ++c) {
      const double v = draw();
      if (c % 150 == 0) y += v * 10;
      cells += text::cat(" ", c, ":", v);
    }
    text += text::cat(y + draw(), cells, "\n");
  }
  testing::put(folder / "d.libsvm", text);
  for (const double l1 : {0.3, 0.01}) {
    TrainRequest r = request(folder / "d.libsvm", "", text::cat("linear,l1=", l1));
    r.optimizer = "proximal_newton";
    const TrainReport report = train(r);
    EXPECT_EQ(report.ending, Ending::converged) << report.message;
    EXPECT_LT(report.gradient_norm, 1e-8) << report.message;
    std::size_t nonzero = 0;
    for (const double w : model_of(report).parameters) nonzero += w != 0;
    EXPECT_GE(nonzero, 4u + 1);
    EXPECT_LE(nonzero, 150u + 1) << "no more than rows, and the bias";
  }
}

TEST(L1, TheLargestPenaltyLeavesTheInterceptAlone) {
  TrainRequest r = cancer();
  r.model = "logistic,l1=10";
  const TrainReport report = train(r);
  EXPECT_EQ(report.ending, Ending::converged);
  EXPECT_TRUE(contains(report.message, "4 of 4 weights are exactly 0"));
  EXPECT_TRUE(contains(report.message, "Karush, Kuhn and Tucker"));
  EXPECT_NEAR(model_of(report).parameters[4], std::log(357.0 / 212), 1e-10);
}

TEST(L1, IsTheSameForEveryNumberOfThreadsAndWhenItIsResumed) {
  const Folder folder;
  std::string bytes;
  for (const int threads : {1, 3}) {
    TrainRequest r = request(golden + "/inference/wine.csv", "cultivar", "softmax,l1=0.02,l2=0.01");
    r.threads = threads;
    r.save = folder / "m";
    train(r);
    if (bytes.empty()) bytes = file::read(r.save);
    EXPECT_EQ(file::read(r.save), bytes);
  }
  TrainRequest first = request(golden + "/inference/wine.csv", "cultivar", "softmax,l1=0.02,l2=0.01");
  first.epochs = 3;
  first.checkpoint = folder / "c";
  EXPECT_EQ(train(first).ending, Ending::completed);
  TrainRequest rest = first;
  rest.epochs = 1000;
  rest.checkpoint = "", rest.resume = folder / "c", rest.save = folder / "m";
  const TrainReport report = train(rest);
  EXPECT_TRUE(report.resumed);
  EXPECT_EQ(file::read(rest.save), bytes);
}

TEST(L1, EndsWithItsTimeAndWhenItIsStopped) {
  TrainRequest r = cancer();
  r.max_seconds = 1e-9;
  EXPECT_EQ(train(r).ending, Ending::time_limit);
  TrainObserver observer;
  observer.stop = [] { return true; };
  EXPECT_EQ(train(cancer(), observer).ending, Ending::stopped_by_caller);
}

TEST(L1, RefusesWhatHasNoEffectAndWhatItIsNotFor) {
  const auto refusal = [](const std::function<void(TrainRequest&)>& change) {
    TrainRequest r = cancer();
    r.optimizer = "proximal_newton";
    change(r);
    return message_of<Error>([&] { train(r); });
  };
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.model = "logistic"; }), "with l1="));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.model = "mlp:4,l1=.1"; }), "without hidden layer"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.loss = "hinge"; }), "second derivative"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.schedule = "cosine"; }), "has no effect on proximal_newton"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.batch_size = "8"; }), "all rows at every step"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.precision = "float"; }), "leave it out (double)"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.optimizer = "lbfgs"; }), "proximal_newton"));
  TrainRequest adam = cancer();
  adam.optimizer = "adam";
  adam.epochs = 1;
  EXPECT_EQ(train(adam).ending, Ending::completed) << "first-order methods keep their own way with l1";
}

}  // namespace
}  // namespace talweg::api
