#include "talweg/api/train/factorization.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/files.hpp"
#include "talweg/api/model.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

/// 60 users × 40 items, two kinds of each: users like the items of their kind. About a third of the pairs is rated.
std::string ratings(std::uint64_t seed) {
  Random random(seed);
  std::string out = "user,item,rating\n";
  for (int i = 0; i < 60; ++i)
    for (int j = 0; j < 40; ++j) {
      if (random.uniform() > 0.35) continue;
      const double value = (i % 2 == j % 2 ? 4.5 : 1.5) + 0.3 * random.normal();
      out += text::cat("u", i, ",i", j, ",", text::brief(std::clamp(value, 1.0, 5.0), 3), "\n");
    }
  return out;
}

class FactorizationFiles : public ::testing::Test {
 protected:
  TrainRequest request(const std::string& model = "mf:4") const {
    TrainRequest r;
    r.file = train_;
    r.model = model;
    r.save = folder_ / "m";
    return r;
  }
  train::SavedFactorization load() const { return train::SavedFactorization::from(Archive::load(folder_ / "m")); }
  std::string message(TrainRequest r) const {
    return message_of<Error>([&] { train(r); });
  }

  Folder folder_;
  std::string train_ = put(folder_ / "train.csv", ratings(1)), test_ = put(folder_ / "test.csv", ratings(2));
};

TEST_F(FactorizationFiles, TrainsSavesPredictsAndEvaluates) {
  for (const char* optimizer : {"", "lbfgs", "cg", "als", "adam,learning_rate=0.01", "momentum,learning_rate=0.5"}) {
    TrainRequest r = request("mf:4,clip=true");
    r.optimizer = optimizer;
    r.epochs = 60;
    if (std::string_view(optimizer) == "momentum,learning_rate=0.5") r.batch_size = "100", r.epochs = 200;
    const TrainReport report = train(r);
    EXPECT_TRUE(train::succeeds(report.ending)) << optimizer << ": " << report.message;
    EXPECT_TRUE(report.saved);
    const auto model = load();
    const EvaluateReport e = evaluate(model, test_);
    EXPECT_LT(e.test.get("rmse"), 0.55) << optimizer;  // the noise is 0.3; the mean alone has 1.5
    EXPECT_DOUBLE_EQ(e.test.get("loss"), e.test.get("rmse") * e.test.get("rmse") / 2);
    // Training figures are those of the file that was written.
    EXPECT_EQ(evaluate(model, train_).test.get("rmse"), report.train.get("rmse")) << optimizer;
    const PredictReport p = predict(model, {.file = test_});
    EXPECT_EQ(p.rows, e.rows);
    EXPECT_EQ(std::count(p.csv.begin(), p.csv.end(), '\n'), std::ptrdiff_t(e.rows + 1));
  }
}

TEST_F(FactorizationFiles, TheSameRunGivesTheSameBytesForEveryNumberOfThreads) {
  for (const char* optimizer : {"adagrad", "lbfgs", "als", "adam,learning_rate=0.01"}) {
    TrainRequest r = request();
    r.optimizer = optimizer;
    r.epochs = 5;
    r.validation = "0.2";
    r.seed = 3;
    r.threads = 1;
    train(r);
    const std::string one = file::read(r.save);
    r.threads = 3;
    train(r);
    EXPECT_EQ(file::read(r.save), one) << optimizer;
    r.seed = 4;
    train(r);
    EXPECT_NE(file::read(r.save), one) << optimizer;
  }
}

TEST_F(FactorizationFiles, PrecisionAndOptionsAreKept) {
  TrainRequest r = request("mf:4,l2=0.5,seen=false,nonnegative=true,biases=false");
  train(r);
  const auto model = load();
  EXPECT_EQ(model.precision, train::Precision::float64);
  EXPECT_EQ(model.spec.text(), "mf:4,l2=0.5,biases=false,nonnegative=true,seen=false");
  EXPECT_TRUE(contains(model.record.optimizer, "lbfgsb"));
  for (const double x : model.model.parameters) EXPECT_GE(x, 0);
  EXPECT_LT(evaluate(model, test_).test.get("rmse"), 0.7);
  EXPECT_EQ(train::SavedFactorization::from(model.archive()).archive(), model.archive());
}

TEST_F(FactorizationFiles, RecommendsWhatIsLikedAndNotSeen) {
  train(request());
  const auto model = load();
  const PredictReport top = recommend(model, {.count = 5, .user = "u3", .file = ""});
  EXPECT_TRUE(top.notes.empty());
  EXPECT_EQ(top.rows, 5u);
  EXPECT_TRUE(top.csv.starts_with("user,rank,item,prediction\nu3,1,i"));
  const auto user = model.users.find("u3");
  double last = 1e9;
  for (const auto& r : train::recommend(model, user, 1000)) {
    EXPECT_FALSE(std::binary_search(model.seen[user].begin(), model.seen[user].end(), r.item));
    EXPECT_LE(r.score, last);
    last = r.score;
  }
  EXPECT_EQ(train::recommend(model, user, 1000).size(), model.items.size() - model.seen[user].size());
  for (const auto& r : train::recommend(model, user, 5)) {  // u3 likes odd items
    const std::string& item = model.items.names()[r.item];
    EXPECT_EQ((item.back() - '0') % 2, 1) << item;
  }
  EXPECT_EQ(recommend(model, {.count = 2, .user = "", .file = ""}).rows, 120u);
  const std::string list = put(folder_ / "users.txt", "u1\nnobody\n");
  const PredictReport some = recommend(model, {.count = 2, .user = "", .file = list});
  EXPECT_EQ(some.rows, 4u);
  ASSERT_EQ(some.notes.size(), 1u);
  EXPECT_TRUE(contains(some.notes[0], "1 user was not in training (first: 'nobody')"));
}

TEST_F(FactorizationFiles, ColdIdsArePredictedAndCounted) {
  train(request());
  const auto model = load();
  const std::string pairs = put(folder_ / "pairs", "u1\ti2\nnew\ti2\nu1\tnew\nnew\tnew\n");
  const PredictReport p = predict(model, {.file = pairs});
  ASSERT_EQ(p.notes.size(), 1u);
  EXPECT_TRUE(contains(p.notes[0], "3 of 4 pairs have a user (2) or an item (2) that was not in training (1 both)"));
  const auto& f = model.model;
  const auto cold = models::Factorization::cold;
  const auto i2 = model.items.find("i2"), u1 = model.users.find("u1");
  EXPECT_EQ(f.predict(cold, i2), f.mean + f.parameters[f.item_biases_at() + i2]);
  EXPECT_EQ(f.predict(u1, cold), f.mean + f.parameters[f.user_biases_at() + u1]);
  EXPECT_EQ(p.csv, text::cat("prediction\n", float(f.predict(u1, i2)), "\n", float(f.predict(cold, i2)), "\n",
                             float(f.predict(u1, cold)), "\n", float(f.mean), "\n"));
}

TEST_F(FactorizationFiles, IdsOnlyInTheValidationShareAreCold) {
  TrainRequest r = request();
  r.file = put(folder_ / "few.csv", "user,item,rating\na,x,1\nb,y,2\nc,z,3\nd,w,4\ne,v,5\n");
  r.validation = "0.2";
  const TrainReport report = train(r);
  EXPECT_EQ(load().users.size(), 4u);
  bool told = false;
  for (const auto& note : report.plan.data.notes) told = told || note.find("1 of 1 validation ratings") == 0;
  EXPECT_TRUE(told);
}

TEST_F(FactorizationFiles, AValidationFileStopsTheRunEarly) {
  TrainRequest r = request("mf:20,l2=0.01");
  r.validation = test_;
  r.patience = 2;
  r.epochs = 500;
  const TrainReport report = train(r);
  EXPECT_EQ(report.ending, train::Ending::early_stopped);
  EXPECT_EQ(report.validation.get("rmse"), evaluate(load(), test_).test.get("rmse"));
}

TEST_F(FactorizationFiles, OptionsWithoutEffectAreErrors) {
  const auto changed = [&](auto change) {
    TrainRequest r = request();
    change(r);
    return message(r);
  };
  EXPECT_TRUE(contains(changed([](auto& r) { r.target = "rating"; }), "columns=USER,ITEM,RATING"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.standardize = true; }), "standardize has no effect"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.stream.hash_bits = "20"; }), "no effect on model mf"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.ignore = {"x"}; }), "ignore has no effect"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.loss = "huber"; }), "does not fit model mf"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.schedule = "cosine", r.optimizer = "lbfgs"; }),
                       "schedule has no effect on lbfgs"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.clip = "norm=1"; }), "clip has no effect on updates by single ratings"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.patience = 3; }), "patience has no effect without validation"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.duplicates = "sum"; }), "duplicates 'sum'"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.batch_size = "0"; }), "batch_size=0"));
  EXPECT_TRUE(contains(changed([&](auto& r) { r.save = r.file.path(); }), "would overwrite the data"));
  EXPECT_TRUE(contains(changed([](auto& r) { r.model = "linear", r.target = "rating", r.columns = "a,b,c"; }),
                       "columns is for ratings"));
}

TEST_F(FactorizationFiles, ADamagedOrForeignModelIsRefused) {
  train(request());
  const auto model = load();
  EXPECT_TRUE(contains(message_of<Error>([&] { train::TrainedModel::load(folder_ / "m"); }), "load_factorization"));
  Archive more = model.archive();
  more.put("surprise", 1.0);
  EXPECT_TRUE(contains(message_of<Error>([&] { train::SavedFactorization::from(more); }), "'surprise' is unknown"));
  auto fewer = model;
  fewer.items = data::Ids({"only"});
  EXPECT_TRUE(contains(message_of<Error>([&] { train::SavedFactorization::from(fewer.archive()); }), "does not fit"));
  auto broken = model;
  broken.model.parameters[0] = NAN;
  EXPECT_TRUE(contains(message_of<Error>([&] { train::SavedFactorization::from(broken.archive()); }), "not finite"));
}

TEST_F(FactorizationFiles, LoadsFromCpp) {
  train(request());
  const LoadedFactorization model = load_factorization(folder_ / "m");
  EXPECT_GT(model.predict("u1", "i1"), model.predict("u1", "i2"));
  EXPECT_EQ(model.recommend("u1", 3).size(), 3u);
  EXPECT_TRUE(model.knows_user("u1"));
  EXPECT_FALSE(model.knows_item("nothing"));
  EXPECT_TRUE(contains(model.spec(), "mf:4,l2="));
  // The face that all kinds share.
  const LoadedModel same = load_model(folder_ / "m");
  EXPECT_EQ(same.kind(), "factorization");
  EXPECT_EQ(same.spec(), model.spec());
  EXPECT_EQ(same.predict_file(put(folder_ / "one", "user,item\nu1,i2\n"))[0], model.predict("u1", "i2"));
  EXPECT_TRUE(contains(message_of<Error>([&] { same.predict({{1, 2}}); }), "load_factorization"));
}

TEST_F(FactorizationFiles, ADivergedRunSavesNothing) {
  TrainRequest r = request();
  r.optimizer = "sgd,learning_rate=100";
  const TrainReport report = train(r);
  EXPECT_FALSE(train::succeeds(report.ending));
  EXPECT_FALSE(report.saved);
}

}  // namespace
}  // namespace talweg::api
