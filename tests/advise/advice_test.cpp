#include "talweg/advise/advice.hpp"

#include <gtest/gtest.h>

#include "talweg/compare/entrant.hpp"

namespace talweg::advise {
namespace {

constexpr std::int64_t plenty = 1'000'000'000;

FunctionFacts smooth(std::size_t n) {
  FunctionFacts f;
  f.variables = n;
  f.gradient = 1;
  f.curvature = {10, 1, 1, true};
  f.lines = 4;
  f.lbfgs_bytes = std::int64_t(160 * n);
  return f;
}

DataFacts table(double passes, double batches) {
  DataFacts f;
  f.rows = std::size_t(32 * batches);
  f.inputs = 10;
  f.batch = 32;
  f.parameters = 11;
  f.convex = true;
  f.curvature = {10, 1, 1, false};
  f.batch_curvature = 20;
  f.noise = 10;
  f.noise_later = 100;
  f.lines = 2;
  f.passes = passes;
  f.steps_per_pass = batches;
  f.lbfgs_bytes = 1760;
  return f;
}

compare::DataTask model(const char* spec, data::Task task) {
  compare::DataTask t;
  t.spec = models::ModelSpec::parse(spec);
  t.head.task = task;
  return t;
}

TEST(Advice, FollowsTheShapeOfAFunction) {
  EXPECT_EQ(advise(smooth(5), plenty).recommended.optimizer, "lbfgs");
  EXPECT_EQ(advise(smooth(5), plenty).certainty, Certainty::firm);
  EXPECT_EQ(advise(smooth(5), 700).recommended.optimizer, "cg,memory=0");  // 800 bytes of history
  auto f = smooth(5);
  f.quadratic = true;
  EXPECT_EQ(advise(f, plenty).recommended.optimizer, "cg,memory=0");
  f = smooth(5);
  f.bounds = 1;
  EXPECT_EQ(advise(f, plenty).recommended.optimizer, "lbfgsb");
  f.constraints = 2;
  EXPECT_EQ(advise(f, plenty).recommended.optimizer, "sqp");
  EXPECT_EQ(advise(f, plenty).runner_up.optimizer, "auglag");
}

TEST(Advice, IsOpenWhereManyMinimaWereSeen) {
  auto f = smooth(2);
  f.minima = 5;
  const Advice a = advise(f, plenty);
  EXPECT_EQ(a.certainty, Certainty::open);
  EXPECT_FALSE(a.caveats.empty());
}

TEST(Advice, FewRowsAreForFullBatchAndManyForMiniBatches) {
  const auto regression = model("linear", data::Task::regression);
  const Advice few = advise(table(40, 5), regression, plenty), many = advise(table(3, 600), regression, plenty);
  EXPECT_EQ(few.recommended.optimizer, "lbfgs");
  EXPECT_FALSE(few.recommended.batch);
  EXPECT_EQ(few.certainty, Certainty::firm);
  EXPECT_EQ(many.recommended.optimizer, "adagrad");
  EXPECT_TRUE(many.recommended.batch && many.recommended.rate);
  EXPECT_EQ(advise(table(20, 20), regression, plenty).certainty, Certainty::open);  // as many passes as batches
}

TEST(Advice, KnowsNetworksDropoutMemoryAndSparseRows) {
  auto f = table(3, 600);
  f.convex = false;
  EXPECT_EQ(advise(f, model("mlp:8", data::Task::classes), plenty).recommended.optimizer, "rmsprop");
  EXPECT_EQ(
      advise(table(400, 5), model("mlp:8,dropout=0.5", data::Task::classes), plenty).recommended.batch.has_value(),
      true);
  EXPECT_EQ(advise(table(40, 5), model("linear", data::Task::regression), 1000).recommended.optimizer, "cg,memory=0");
  auto sparse = table(2, 5000);
  sparse.inputs = 1'000'000;
  sparse.nonzeros = 1e-4;
  EXPECT_EQ(advise(sparse, model("logistic", data::Task::binary), plenty).recommended.optimizer, "ftrl");
}

TEST(Advice, NamesMethodsThatRunAtTheRatesItNames) {
  std::vector<Advice> all;
  for (const double passes : {0.5, 3.0, 40.0})
    for (const double batches : {1.0, 30.0, 600.0})
      for (const auto& [spec, task] :
           std::vector<std::pair<const char*, data::Task>>{{"linear", data::Task::regression},
                                                           {"softmax", data::Task::classes},
                                                           {"mlp:8", data::Task::classes},
                                                           {"mlp:8", data::Task::regression},
                                                           {"mlp:8,dropout=0.1", data::Task::binary}}) {
        auto f = table(passes, batches);
        f.convex = spec[0] != 'm';
        all.push_back(advise(f, model(spec, task), plenty));
      }
  for (const Advice& a : all)
    for (const Choice* c : {&a.recommended, &a.runner_up}) {
      const auto entrant = compare::Entrant::parse(c->spec(), true);
      EXPECT_EQ(c->rate.has_value(), entrant.tunable()) << c->spec();
      EXPECT_FALSE(c->reasons.empty()) << c->spec();
      if (!c->rate) continue;
      EXPECT_LT(c->rate->low, c->rate->high);
      EXPECT_NO_THROW(entrant.with_rate(c->rate->low));
      EXPECT_NO_THROW(entrant.with_rate(c->rate->high));
      EXPECT_NE(a.recommended.spec(), a.runner_up.spec());
    }
}

}  // namespace
}  // namespace talweg::advise
