#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/train/factorization/saved.hpp"
#include "talweg/train/online/stream_model.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::api {
namespace {

using testing::contains;
using testing::Folder;
using testing::message_of;
using testing::put;

const std::string iris = TALWEG_SOURCE_DIR "/data/iris.csv";

/// A method that remembers nothing, over all rows at once: what it does next follows from the parameters alone.
TrainRequest of_iris(const std::string& model, std::int64_t epochs, const std::string& save) {
  TrainRequest r;
  r.file = iris;
  r.target = "species";
  r.model = model;
  r.optimizer = "sgd,learning_rate=0.1";
  r.batch_size = "all";
  r.validation = "0";
  r.epochs = epochs;
  r.save = save;
  return r;
}

std::vector<double> parameters(const std::string& path) { return train::TrainedModel::load(path).parameters; }

std::string refusal(const TrainRequest& r) {
  return message_of<Error>([&] { train(r); });
}

class StartFrom : public ::testing::Test {
 protected:
  const Folder folder;
  const std::string old = folder / "old.talweg", next = folder / "next.talweg";

  TrainRequest from_old(TrainRequest r) const {
    r.start_from = old;
    r.model.clear();
    return r;
  }
};

TEST_F(StartFrom, TwiceFiveEpochsAreTen) {
  for (const char* model : {"softmax", "mlp:6,activation=tanh"}) {
    train(of_iris(model, 10, next));
    const auto ten = parameters(next);
    train(of_iris(model, 5, old));
    const TrainReport report = train(from_old(of_iris(model, 5, next)));
    EXPECT_EQ(parameters(next), ten) << model;
    EXPECT_TRUE(contains(report.plan.data.notes.back(), "begins with the parameters of")) << model;
    EXPECT_EQ(train::TrainedModel::load(next).spec.text(), train::TrainedModel::load(old).spec.text());
  }
}

TEST_F(StartFrom, ANetworkOverAllRowsGoesOnToo) {
  TrainRequest r = of_iris("mlp:4", 30, old);
  r.optimizer = "lbfgs";
  r.batch_size = "";
  const double first = train(r).objective;
  TrainRequest again = from_old(r);
  again.epochs = 1;
  again.save = next;
  EXPECT_LE(train(again).objective, first * (1 + 1e-12));  // the sum of the first run and of the start, rounded anew
}

TEST_F(StartFrom, ColumnsBecomeInputsAsTheModelHasThem) {
  TrainRequest r;
  r.file = put(folder / "a.csv", "x,colour,y\n100,red,1\n300,green,5\n200,red,2\n400,blue,7\n");
  r.target = "y";
  r.model = "linear";
  r.optimizer = "sgd,learning_rate=0.1";
  r.standardize = true;
  r.epochs = 20;
  r.save = old;
  train(r);
  TrainRequest other = from_old(r);
  other.standardize.reset();
  other.file = put(folder / "b.csv", "colour,x,more,y\nred,1,a,1\ngreen,2,b,3\n");
  other.save = next;
  other.target.clear();
  train(other);
  const auto a = train::TrainedModel::load(old), b = train::TrainedModel::load(next);
  EXPECT_EQ(a.preprocess.features, b.preprocess.features);
  EXPECT_EQ(a.head.mean, b.head.mean);
  EXPECT_NE(a.parameters, b.parameters);

  other.file = put(folder / "c.csv", "colour,y\nred,1\ngreen,3\n");
  EXPECT_TRUE(contains(refusal(other), "'x'"));
}

TEST_F(StartFrom, WhatTheModelHasSettledIsRefused) {
  train(of_iris("softmax", 2, old));
  const auto with = [&](auto change) {
    TrainRequest r = from_old(of_iris("softmax", 2, next));
    change(r);
    return refusal(r);
  };
  EXPECT_TRUE(contains(with([](TrainRequest& r) { r.standardize = true; }), "no effect with"));
  EXPECT_TRUE(contains(with([](TrainRequest& r) { r.ignore = {"petal_width"}; }), "no effect with"));
  EXPECT_TRUE(contains(with([](TrainRequest& r) { r.start = "bias=1"; }), "no effect with"));
  EXPECT_TRUE(contains(with([](TrainRequest& r) { r.model = "mlp:8"; }), "its model is softmax"));
  EXPECT_TRUE(contains(with([](TrainRequest& r) {
                         r.model = "mf:8";
                         r.target.clear();
                       }),
                       "holds no factorization"));
  EXPECT_TRUE(contains(with([](TrainRequest& r) { r.loss = "hinge"; }), "minimises softmax_cross_entropy"));
  EXPECT_TRUE(contains(with([](TrainRequest& r) {
                         r.stream.hash_bits = "10";
                         r.batch_size.clear();
                       }),
                       "holds a model of a table"));
  EXPECT_TRUE(contains(with([](TrainRequest& r) {
                         r.optimizer = "lbfgs";
                         r.batch_size = "";
                       }),
                       "finds the same optimum from everywhere"));
  EXPECT_TRUE(contains(with([&](TrainRequest& r) { r.save = old; }), "overwrite the model to start from"));
  EXPECT_TRUE(contains(with([&](TrainRequest& r) { r.start_from = folder / "none"; }), "none"));
  EXPECT_TRUE(contains(with([&](TrainRequest& r) { r.start_from = iris; }), "iris.csv"));
  EXPECT_TRUE(contains(with([&](TrainRequest& r) {
                         r.file = put(folder / "new.csv",
                                      "sepal_length,sepal_width,petal_length,petal_width,species\n1,2,3,4,rose\n"
                                      "1,2,3,4,setosa\n");
                       }),
                       "rose"));
}

TEST_F(StartFrom, AResumedRunComesToTheSameBytes) {
  train(of_iris("softmax", 3, old));
  TrainRequest whole = from_old(of_iris("softmax", 8, next));
  whole.optimizer = "adam";
  train(whole);
  const std::string bytes = file::read(next);
  TrainRequest part = whole;
  part.epochs = 4;
  part.checkpoint = folder / "c";
  train(part);
  TrainRequest rest;
  rest.file = iris;
  rest.resume = folder / "c";
  rest.epochs = 8;
  rest.save = next;
  const TrainReport report = train(rest);
  EXPECT_TRUE(report.resumed);
  EXPECT_EQ(file::read(next), bytes);
  train(of_iris("softmax", 4, old));
  rest.epochs = 9;
  EXPECT_TRUE(contains(refusal(rest), "has changed since the checkpoint"));
}

std::string libsvm_rows(const std::string& path, int from, int to) {
  std::ofstream out(path);
  for (int r = from; r < to; ++r) out << (r % 3 == 0 ? 1 : 0) << " " << 1 + r % 3 << ":1 " << 5 + r % 7 << ":0.5\n";
  return path;
}

TEST_F(StartFrom, TwoPassesOverAStreamAreOneAndAnother) {
  TrainRequest r;
  r.file = libsvm_rows(folder / "rows", 0, 200);
  r.model = "logistic";
  r.optimizer = "sgd,learning_rate=0.1";
  r.batch_size = "1";
  r.epochs = 2;
  r.save = next;
  train(r);
  const auto both = train::online::StreamModel::load(next).model;
  r.epochs = 1;
  r.save = old;
  train(r);
  TrainRequest again = from_old(r);
  again.batch_size.clear();
  again.save = next;
  const TrainReport report = train(again);
  ASSERT_TRUE(report.stream);
  const auto parts = train::online::StreamModel::load(next).model;
  EXPECT_EQ(parts.places, both.places);
  EXPECT_EQ(parts.weights, both.weights);
}

TEST_F(StartFrom, AStreamMayBringNewFeaturesAndFtrlKeepsTheStart) {
  TrainRequest r;
  r.file = libsvm_rows(folder / "rows", 0, 200);
  r.model = "logistic";
  r.optimizer = "ftrl,l1=0";
  r.save = old;
  train(r);
  TrainRequest again = from_old(r);
  again.optimizer = "ftrl,l1=0.001,alpha=1e-9";
  again.file = put(folder / "more", "1 1:1 40:2\n0 2:1\n");
  again.save = next;
  train(again);
  const auto a = train::online::StreamModel::load(old).model, b = train::online::StreamModel::load(next).model;
  for (std::size_t k = 0; k < a.places.size(); ++k) {
    const auto at = std::ranges::find(b.places, a.places[k]) - b.places.begin();
    ASSERT_LT(at, std::ssize(b.places)) << a.places[k];
    EXPECT_NEAR(a.weights[k], b.weights[static_cast<std::size_t>(at)], 1e-5) << a.places[k];
  }
  EXPECT_EQ(b.places.back(), 40);
  again.stream.hash_bits = "12";
  EXPECT_TRUE(contains(refusal(again), "how rows become features already"));
}

TEST_F(StartFrom, FactorsOfKnownUsersAndItems) {
  std::string ratings = "user,item,rating\n", others = ratings;
  for (int u = 0; u < 12; ++u)
    for (int i = 0; i < 9; ++i)
      if ((u * 7 + i * 3) % 4 != 0) {
        const std::string row =
            "u" + std::to_string(u) + ",i" + std::to_string(i) + "," + std::to_string(1 + (u * i + u) % 5) + "\n";
        ratings += row;
        if (u > 3) others += row;
      }
  others += "new,i1,4\nnew,i2,2\n";
  TrainRequest r;
  r.file = put(folder / "ratings.csv", ratings);
  r.model = "mf:3";
  r.optimizer = "als";
  r.epochs = 40;
  r.save = old;
  train(r);
  TrainRequest again = from_old(r);
  again.optimizer = "sgd,learning_rate=1e-12";
  again.epochs = 1;
  again.file = put(folder / "others.csv", others);
  again.save = next;
  const TrainReport report = train(again);
  const auto a = train::SavedFactorization::from(Archive::load(old)),
             b = train::SavedFactorization::from(Archive::load(next));
  EXPECT_EQ(b.users.size(), 9u);
  for (const char* user : {"u5", "u11"})
    for (const char* item : {"i0", "i8"})
      EXPECT_NEAR(a.model.score(a.users.find(user), a.items.find(item)),
                  b.model.score(b.users.find(user), b.items.find(item)), 1e-5);
  again.model = "mf:4";
  EXPECT_TRUE(contains(refusal(again), "do not fit mf:4"));
}

}  // namespace
}  // namespace talweg::api
