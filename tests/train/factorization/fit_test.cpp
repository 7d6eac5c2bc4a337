#include "talweg/train/factorization/fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/factorization_problem.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/train/factorization/als.hpp"
#include "talweg/train/factorization/online.hpp"
#include "talweg/train/loop.hpp"

namespace talweg::train {
namespace {

using talweg::testing::contains;
using talweg::testing::FactorizationProblem;
using talweg::testing::message_of;

/// All that a run is told.
struct RunOptions {
  std::int64_t epochs = 20, batch_size = 1;
  std::uint64_t seed = 0;
  bool single = true, keep_best = false;
  std::int64_t patience = 0;
  double loss_tolerance = 0, tolerance = 1e-6, max_seconds = std::numeric_limits<double>::infinity();
  std::function<bool()> stop = {};
  std::function<void(const EpochEvent&)> on_epoch = {};
};

Outcome fit(const FitData& data, const FitMethod& method, const RunOptions& o, Pool& pool) {
  const auto learner =
      ratings_learner(data, method, {o.batch_size, o.seed, o.single, o.tolerance, o.max_seconds}, pool);
  return train(*learner,
               {.epochs = o.epochs,
                .keep_best = o.keep_best,
                .patience = o.patience,
                .max_seconds = o.max_seconds,
                .loss_tolerance = o.loss_tolerance},
               {.on_epoch = o.on_epoch, .stop = o.stop});
}

const models::FactorizationSpec any_spec = models::FactorizationSpec::parse("mf:3");

struct Fitted {
  models::Factorization model;
  Outcome outcome;
};

Fitted fit_problem(const FactorizationProblem& p, const char* method, RunOptions options, int threads = 1,
                   bool nonnegative = false, const RatingRows& validation = {}) {
  Fitted out{p.model(nonnegative ? "positive_start" : "start"), {}};
  auto spec = any_spec;
  spec.nonnegative = nonnegative;
  Pool pool(threads);
  out.outcome = fit({out.model, p.matrix, p.rows, validation, p.penalties, nonnegative}, parse_fit_method(method, spec),
                    options, pool);
  return out;
}

double objective_of(const FactorizationProblem& p, const models::Factorization& model) {
  Pool pool(1);
  std::vector<double> g(model.size());
  return models::FactorizationObjective(model, p.matrix, p.penalties, pool)(model.parameters, g);
}

TEST(Fit, LbfgsCgAndAlsReachTheOptimumOfAnotherProgram) {
  const FactorizationProblem p;
  const double best = p.golden["optimum"];
  for (const char* method : {"lbfgs", "cg", "cg:pr+", "gd,line_search=wolfe", "als"}) {
    const Fitted fitted = fit_problem(p, method, {.epochs = 20000, .tolerance = 1e-9});
    EXPECT_EQ(fitted.outcome.ending, Ending::converged) << method << ": " << fitted.outcome.message;
    // |g| <= 1e-9·f leaves f within |g|²/(2·smallest curvature) of a minimum: far below 1e-9.
    EXPECT_NEAR(objective_of(p, fitted.model), best, 1e-8) << method;
    EXPECT_NEAR(fitted.outcome.objective, best, 1e-8) << method;
    // Factors may be turned against each other; predictions may not.
    const auto expected = p.numbers("prediction");
    for (std::size_t r = 0; r < p.rows.size(); ++r)
      EXPECT_NEAR(fitted.model.score(p.rows.user[r], p.rows.item[r]), expected[r], 2e-4) << method;
  }
}

TEST(Fit, NonNegativeFactorsReachTheBoundedOptimum) {
  const FactorizationProblem p;
  // The bounded problem has many minima, and the first step decides which one a run ends at: the other program's is
  // lower by a tenth. What is found is a minimum, and inside the box.
  const Fitted fitted = fit_problem(p, "lbfgsb", {.epochs = 20000, .tolerance = 1e-9}, 1, true);
  EXPECT_EQ(fitted.outcome.ending, Ending::converged) << fitted.outcome.message;
  EXPECT_LE(fitted.outcome.gradient_norm, 1e-6);
  EXPECT_LE(objective_of(p, fitted.model), 1.15 * p.golden["positive_optimum"].get<double>());
  const auto& x = fitted.model.parameters;
  std::size_t zeros = 0;
  const auto check = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = from; i < from + count; ++i) {
      EXPECT_GE(x[i], 0);
      zeros += x[i] == 0;
    }
  };
  check(0, fitted.model.users * fitted.model.rank);
  check(fitted.model.item_factors_at(), fitted.model.items * fitted.model.rank);
  EXPECT_GT(zeros, 5u);
}

TEST(Als, SweepsAreThoseOfAnotherProgram) {
  const FactorizationProblem p;
  Pool pool(1);
  models::Factorization model = p.model();
  models::FactorizationObjective objective(model, p.matrix, p.penalties, pool);
  std::vector<double> g(model.size());
  double previous = objective(model.parameters, g);
  for (const double expected : p.numbers("als")) {
    als_sweep(model, p.matrix, objective, pool);
    const double f = objective(model.parameters, g);
    EXPECT_NEAR(f, expected, 1e-9 * expected);  // systems of condition ~1e3, solved to 1e-13 each, six sweeps
    EXPECT_LT(f, previous);
    previous = f;
  }
  const auto expected = p.numbers("after_als");
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(model.parameters[i], expected[i], 1e-9) << i;
}

/// The sweep itself, in the order of the file, against numpy.
void check_updates(const char* key, const std::string& spec) {
  const FactorizationProblem p;
  const models::Factorization model = p.model();
  const auto weight = [&](std::size_t count) { return std::pow(double(count), p.penalties.power - 1); };
  std::vector<double> user_weight, item_weight;
  for (std::size_t i = 0; i < p.matrix.users; ++i) user_weight.push_back(weight(p.matrix.ratings_of_user(i)));
  for (std::size_t j = 0; j < p.matrix.items; ++j) item_weight.push_back(weight(p.matrix.ratings_of_item(j)));
  const auto method = FirstOrder::parse(spec);
  RatingBlocks<double> blocks(p.matrix.users, p.matrix.items, p.rows.user, p.rows.item, p.rows.value, model.mean, 64,
                              0);
  ASSERT_EQ(blocks.grid, 1u);
  for (std::size_t r = 0; r < p.rows.size(); ++r)
    blocks.ratings[r] = {blocks.user_place[p.rows.user[r]], blocks.item_place[p.rows.item[r]],
                         p.rows.value[r] - model.mean};
  OnlineRows<double> rows(model, make_sweeper<double>(method), blocks, user_weight, item_weight, p.penalties);
  Pool pool(1);
  for (int pass = 0; pass < p.golden[key]["passes"]; ++pass) {
    const auto passed = rows.round(0, {1, method.rule().learning_rate(), method.rule().learning_rate()}, pool);
    EXPECT_EQ(passed.ratings, std::int64_t(p.rows.size()));
  }
  models::Factorization result = model;
  rows.store(result);
  const auto expected = p.golden[key]["parameters"].get<std::vector<double>>();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(result.parameters[i], expected[i], 1e-11) << i;
}

TEST(Online, SgdUpdatesAreThoseOfAnotherProgram) { check_updates("sgd", "sgd,learning_rate=0.05"); }
TEST(Online, AdagradUpdatesAreThoseOfAnotherProgram) { check_updates("adagrad", "adagrad,learning_rate=0.1"); }

TEST(Online, ComesNearTheOptimumWithAFallingRate) {
  const FactorizationProblem p;
  for (const char* method : {"sgd,learning_rate=0.05", "adagrad,learning_rate=0.3", "rmsprop,learning_rate=0.05",
                             "adam,learning_rate=0.05", "adagrad:inside,learning_rate=0.3"}) {
    FitMethod m = parse_fit_method(method, any_spec);
    m.first_order->schedule = Schedule::parse("cosine,steps=70000");
    auto model = p.model();
    Pool pool(1);
    const auto o = fit({model, p.matrix, p.rows, {}, p.penalties}, m, {.epochs = 1000, .single = false}, pool);
    EXPECT_EQ(o.ending, Ending::completed);
    EXPECT_EQ(o.steps, 70000);
    EXPECT_LT(objective_of(p, model), 1.05 * p.golden["optimum"].get<double>()) << method;
  }
}

TEST(Batches, EveryKindOfRuleComesNearTheOptimum) {
  const FactorizationProblem p;
  for (const char* method : {"momentum,learning_rate=0.3", "nesterov:lookahead,learning_rate=0.3",
                             "adamw,learning_rate=0.02,weight_decay=0", "rprop", "adam:keras,learning_rate=0.02"}) {
    const Fitted fitted = fit_problem(p, method, {.epochs = 3000, .batch_size = 70, .single = false});
    EXPECT_EQ(fitted.outcome.ending, Ending::completed) << method << fitted.outcome.message;
    EXPECT_LT(objective_of(p, fitted.model), 1.02 * p.golden["optimum"].get<double>()) << method;
  }
}

TEST(Batches, NonNegativeByProjection) {
  const FactorizationProblem p;
  const Fitted fitted =
      fit_problem(p, "adam,learning_rate=0.02", {.epochs = 3000, .batch_size = 70, .single = false}, 1, true);
  // There are several minima. It has come near one: going on from there with L-BFGS-B gains little.
  models::Factorization polished = fitted.model;
  Pool pool(1);
  fit({polished, p.matrix, p.rows, {}, p.penalties, true}, parse_fit_method("lbfgsb", any_spec), {.epochs = 20000},
      pool);
  EXPECT_LT(objective_of(p, fitted.model), 1.02 * objective_of(p, polished));
  for (std::size_t i = 0; i < fitted.model.users * fitted.model.rank; ++i) EXPECT_GE(fitted.model.parameters[i], 0);
}

/// Ratings of a truth of rank 2 with noise: enough of them for several blocks.
struct Generated {
  RatingRows train, validation;
  models::RatingMatrix matrix;
  explicit Generated(std::size_t count) {
    Random random(11);
    const std::size_t users = 300, items = 200;
    std::vector<double> u(2 * users), v(2 * items);
    for (double& x : u) x = random.normal();
    for (double& x : v) x = random.normal();
    for (std::size_t r = 0; r < count; ++r) {
      RatingRows& rows = r % 10 == 0 ? validation : train;
      const auto i = random.below(users), j = random.below(items);
      rows.user.push_back(std::uint32_t(i)), rows.item.push_back(std::uint32_t(j));
      rows.value.push_back(3 + u[2 * i] * v[2 * j] + u[2 * i + 1] * v[2 * j + 1] + 0.3 * random.normal());
    }
    matrix = models::RatingMatrix(users, items, train.user, train.item, train.value);
  }
  Fitted run(const char* method, RunOptions options, int threads) const {
    const auto spec = models::FactorizationSpec::parse("mf:5,l2=0.5");
    Fitted out{models::Factorization(spec, matrix.users, matrix.items), {}};
    out.model.mean = out.model.fallback = 3;
    models::start_factors(out.model, spec, matrix, 1.4, 1);
    Pool pool(threads);
    out.outcome =
        fit({out.model, matrix, train, validation, spec.penalties(1.4)}, parse_fit_method(method, spec), options, pool);
    return out;
  }
};

TEST(Fit, TheNumberOfThreadsShowsInNoBit) {
  const Generated data(40000);
  for (const auto& [method, batch] :
       {std::pair{"adagrad,learning_rate=0.1", 1}, {"adam", 1}, {"adam", 500}, {"lbfgs", 1}, {"als", 1}}) {
    const RunOptions options{.epochs = 4, .batch_size = batch, .seed = 5};
    const Fitted one = data.run(method, options, 1), two = data.run(method, options, 2);
    EXPECT_EQ(one.model.parameters, two.model.parameters) << method << ", batch " << batch;
    EXPECT_EQ(one.outcome.train.get("rmse"), two.outcome.train.get("rmse")) << method;
  }
}

TEST(Fit, FindsWhatWasGenerated) {
  const Generated data(40000);
  for (const char* method : {"adagrad,learning_rate=0.1", "sgd,learning_rate=0.03", "lbfgs", "als"}) {
    const Fitted fitted = data.run(method, {.epochs = 40, .keep_best = true}, 2);
    EXPECT_LT(fitted.outcome.validation.get("rmse"), 0.36) << method;  // the noise is 0.3
  }
}

TEST(Fit, StopsEarlyAndKeepsTheBestEpoch) {
  const Generated data(3000);  // few ratings and no penalty: soon learnt by heart
  std::vector<double> seen;
  std::vector<bool> best;
  RunOptions options{.epochs = 500, .patience = 3};
  options.on_epoch = [&](const EpochEvent& e) {
    seen.push_back(e.validation.get("loss"));
    best.push_back(e.best);
  };
  for (const char* method : {"adagrad,learning_rate=0.3", "lbfgs", "als"}) {
    seen.clear(), best.clear();
    const Fitted fitted = data.run(method, options, 1);
    ASSERT_EQ(fitted.outcome.ending, Ending::early_stopped) << method << fitted.outcome.message;
    ASSERT_EQ(std::int64_t(seen.size()), fitted.outcome.epochs);
    EXPECT_EQ(fitted.outcome.best_epoch, fitted.outcome.epochs - 3);
    EXPECT_EQ(fitted.outcome.validation.get("loss"), *std::min_element(seen.begin(), seen.end())) << method;
    EXPECT_TRUE(best[std::size_t(fitted.outcome.best_epoch - 1)]);
  }
}

TEST(Fit, ADivergingRateIsAnOutcome) {
  const Generated data(3000);
  for (const std::int64_t batch : {1, 100}) {
    const Fitted fitted = data.run("sgd,learning_rate=50", {.epochs = 50, .batch_size = batch}, 1);
    EXPECT_FALSE(usable(fitted.outcome.ending));
    EXPECT_TRUE(contains(fitted.outcome.message, "smaller learning rate"));
  }
}

TEST(Fit, TheUserAndTheClockEndARun) {
  const Generated data(3000);
  for (const char* method : {"adagrad", "lbfgs", "als", "momentum"}) {
    RunOptions options{.epochs = 100, .batch_size = method[0] == 'm' ? 100 : 1};
    options.stop = [] { return true; };
    EXPECT_EQ(data.run(method, options, 1).outcome.ending, Ending::stopped_by_caller) << method;
    options.stop = nullptr;
    options.max_seconds = 1e-9;
    EXPECT_EQ(data.run(method, options, 1).outcome.ending, Ending::time_limit) << method;
  }
}

TEST(Fit, WrongUseIsExplained) {
  const auto message = [](const char* method, const char* model, std::int64_t batch = 1) {
    return message_of<Error>([&] {
      const auto spec = models::FactorizationSpec::parse(model);
      check_fit_batch(parse_fit_method(method, spec), spec, batch);
    });
  };
  EXPECT_TRUE(contains(message("alss", "mf:3"), "did you mean 'als'"));
  EXPECT_TRUE(contains(message("sqp", "mf:3"), "does not train model mf"));
  EXPECT_TRUE(contains(message("als,x=1", "mf:3"), "als has no settings"));
  EXPECT_TRUE(contains(message("als", "mf:3,l2=0"), "l2 above 0"));
  EXPECT_TRUE(contains(message("als", "mf:3,nonnegative=true"), "lbfgsb"));
  EXPECT_TRUE(contains(message("lbfgs", "mf:3,nonnegative=true"), "lbfgsb"));
  EXPECT_TRUE(contains(message("adagrad", "mf:3,nonnegative=true"), "lbfgsb"));
  EXPECT_TRUE(contains(message("momentum", "mf:3"), "batch_size=1000"));
  EXPECT_TRUE(contains(message("adam,amsgrad=true", "mf:3"), "batch_size=1000"));
  EXPECT_TRUE(contains(message("sgd,weight_decay=0.1", "mf:3"), "options of the model"));
  EXPECT_TRUE(contains(message("adagrad,epsilon=0", "mf:3"), "epsilon = 0"));
  EXPECT_TRUE(contains(message("sgd,ema=0.9", "mf:3"), "ema has no effect"));
  const auto spec = any_spec;
  EXPECT_EQ(check_fit_batch(parse_fit_method("adam", spec), spec, 1).size(), 1u);
  EXPECT_TRUE(check_fit_batch(parse_fit_method("adagrad", spec), spec, 1).empty());
}

}  // namespace
}  // namespace talweg::train
