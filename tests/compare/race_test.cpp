#include "talweg/compare/race.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/compare/data_course.hpp"
#include "talweg/compare/function_course.hpp"
#include "talweg/compare/tune.hpp"

namespace talweg::compare {
namespace {

double rosenbrock(std::span<const double> x, std::span<double> g) {
  const double a = x[1] - x[0] * x[0], b = 1 - x[0];
  g[0] = -400 * a * x[0] - 2 * b;
  g[1] = 200 * a;
  return 100 * a * a + b * b;
}

FunctionCourse rosenbrock_course(double jitter = 0.1) {
  FunctionTask task;
  task.function = [] { return Function(rosenbrock); };
  task.start = {-1.2, 1};
  task.jitter = jitter;
  task.optimum = 0;
  return FunctionCourse(std::move(task));
}

/// A noisy line in three variables, for mini-batches.
DataCourse line_course(std::size_t rows = 120) {
  Random random(5);
  DataTask task;
  task.spec = models::ModelSpec::parse("linear");
  task.rows.rows = rows;
  task.rows.inputs = 3;
  for (std::size_t r = 0; r < rows; ++r) {
    double y = 0.3 * random.normal();
    for (int c = 0; c < 3; ++c) {
      task.rows.x.push_back(random.normal());
      y += (c + 1) * task.rows.x.back();
    }
    task.rows.truth.push_back(y);
  }
  task.head = models::Head::fit(data::Task::regression, "mean_squared_error", 0, task.rows.truth);
  task.rows.targets = models::encode_targets<double>(task.head, task.rows.truth);
  task.batch = 16;
  return DataCourse(std::move(task));
}

std::vector<Entrant> field(const std::vector<std::string>& specs, bool rows = false) {
  std::vector<Entrant> out;
  for (const auto& s : specs) out.push_back(Entrant::parse(s, rows));
  return out;
}

void expect_same(const Race& a, const Race& b) {
  ASSERT_EQ(a.contestants.size(), b.contestants.size());
  EXPECT_EQ(a.target, b.target);
  for (std::size_t i = 0; i < a.contestants.size(); ++i) {
    const Contestant &x = a.contestants[i], &y = b.contestants[i];
    EXPECT_EQ(x.ran, y.ran);
    EXPECT_EQ(x.group, y.group);
    EXPECT_EQ(x.rank, y.rank);
    EXPECT_EQ(x.tuning_evaluations, y.tuning_evaluations);
    for (std::size_t s = 0; s < x.attempts.size(); ++s) {
      EXPECT_EQ(x.attempts[s].value, y.attempts[s].value);
      EXPECT_EQ(x.attempts[s].evaluations, y.attempts[s].evaluations);
    }
  }
}

TEST(Race, TwoCopiesOfOneMethodTie) {
  for (const bool data : {false, true}) {
    const auto specs = field({"adam", "lbfgs", "adam"}, data);
    RaceSettings settings;
    settings.evaluations = data ? 1200 : 300;
    const Race r = data ? race(line_course(), specs, settings) : race(rosenbrock_course(), specs, settings);
    EXPECT_EQ(r.contestants[0].group, r.contestants[2].group);
    EXPECT_EQ(r.contestants[0].value.median, r.contestants[2].value.median);
    EXPECT_EQ(r.pairings[1].ties, 20);  // first and third
    EXPECT_EQ(r.pairings[1].p, 1);
  }
}

TEST(Race, ASabotagedRateIsFoundWorse) {
  for (const bool data : {false, true})
    for (const char* sabotage : {"adam,learning_rate=1e-7", "adam,learning_rate=1e4"}) {
      const auto specs = field({sabotage, "adam"}, data);
      RaceSettings settings;
      settings.evaluations = data ? 1200 : 300;
      const Race r = data ? race(line_course(), specs, settings) : race(rosenbrock_course(), specs, settings);
      EXPECT_EQ(r.contestants[0].rank, 2) << sabotage;
      EXPECT_FALSE(r.contestants[0].tuned);
      EXPECT_TRUE(r.contestants[1].tuned);
      EXPECT_LT(r.pairings[0].p, 0.001);
      EXPECT_EQ(r.contestants[1].group, "a");
      EXPECT_EQ(r.contestants[0].group, "b");
    }
}

TEST(Race, JobsChangeNoNumberAndARerunGivesTheSame) {
  for (const bool data : {false, true}) {
    const auto specs = field({"adam", "lbfgs", "momentum", "nesterov"}, data);
    RaceSettings settings;
    settings.evaluations = data ? 1200 : 200;
    settings.seeds = 8;
    const auto run = [&] {
      return data ? race(line_course(), specs, settings) : race(rosenbrock_course(), specs, settings);
    };
    const Race first = run(), again = run();
    settings.jobs = 3;
    const Race parallel = run();
    expect_same(first, again);
    expect_same(first, parallel);
  }
}

TEST(Race, BudgetsAreCountedWhereTheFunctionIsCalled) {
  // The function itself counts: what is reported is what was spent, look-ahead and trial points included.
  std::atomic<std::int64_t> calls = 0;
  FunctionTask task;
  task.function = [&] {
    return Function([&](std::span<const double> x, std::span<double> g) { return ++calls, rosenbrock(x, g); });
  };
  task.start = {-1.2, 1};
  const FunctionCourse course(std::move(task));
  for (const char* spec :
       {"nesterov:lookahead,learning_rate=1e-4", "lbfgs", "cg", "sgd,learning_rate=1e-4", "gd,line_search=armijo"})
    for (const std::int64_t budget : {2, 7, 150}) {
      calls = 0;
      const Attempt a = course.run(Entrant::parse(spec, false), std::nan(""), 1, budget, false);
      EXPECT_EQ(a.evaluations, calls) << spec;
      EXPECT_LE(a.evaluations, budget) << spec;
      if (budget <= 7) {
        EXPECT_GE(a.evaluations, budget - 1) << spec;  // a look-ahead step needs two at once
      }
    }
}

TEST(Race, ARuleOnADetourMakesAllItsSteps) {
  // On its way through the valley momentum climbs for more than ten steps.
  const FunctionCourse course = rosenbrock_course();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Attempt a = course.run(Entrant::parse("momentum,learning_rate=0.002", false), std::nan(""), seed, 300, false);
    if (a.why != "diverged" && a.why != "not_finite") EXPECT_EQ(a.evaluations, 300) << seed;
  }
}

TEST(Race, AMiniBatchAndAFullBatchCostTheirExamples) {
  const DataCourse course = line_course(100);  // batches of 16: six of 16 and one of 4 in an epoch
  for (const auto& [spec, spent] : std::vector<std::pair<const char*, std::int64_t>>{
           {"sgd,learning_rate=0.01", 196},                 // one epoch of 100, six batches of 16
           {"sgd,learning_rate=0.01,batch_size=all", 100},  // a second pass would cost 200
           {"sgd,learning_rate=0.01,batch_size=7", 198},    // 14·7 + 2, 14·7
           {"rprop,learning_rate=0.01", 100}}) {            // made for the full batch
    const Attempt a = course.run(Entrant::parse(spec, true), std::nan(""), 1, 199, false);
    EXPECT_EQ(a.evaluations, spent) << spec;
    EXPECT_EQ(a.curve.back().evaluations, spent) << spec;
  }
  const Attempt lbfgs = course.run(Entrant::parse("lbfgs", true), std::nan(""), 1, 1050, false);
  EXPECT_EQ(lbfgs.evaluations % 100, 0);
  EXPECT_LE(lbfgs.evaluations, 1000);
}

TEST(Race, TheCurveOfAFunctionFallsAndEndsAtTheValue) {
  const Attempt a =
      rosenbrock_course().run(Entrant::parse("adam,learning_rate=0.1", false), std::nan(""), 3, 400, true);
  ASSERT_FALSE(a.failed) << a.why;
  EXPECT_EQ(a.curve.front().evaluations, 1);
  EXPECT_EQ(a.curve.front().value, a.start);
  for (std::size_t i = 1; i < a.curve.size(); ++i) EXPECT_LT(a.curve[i].value, a.curve[i - 1].value);
  EXPECT_EQ(a.curve.back().value, a.value);
  EXPECT_EQ(std::int64_t(a.path.size()), a.evaluations);  // Adam: one evaluation a step, and the start
  EXPECT_EQ(*a.evaluations_to(a.start), 1);
  EXPECT_FALSE(a.evaluations_to(-1));
}

TEST(Race, AllMethodsStartAtTheSamePoints) {
  const FunctionCourse course = rosenbrock_course();
  EXPECT_EQ(course.start(0), (std::vector<double>{-1.2, 1}));
  EXPECT_NE(course.start(1), course.start(2));
  RaceSettings settings;
  settings.evaluations = 50;
  const Race r = race(course, field({"adam", "lbfgs"}), settings);
  for (std::size_t s = 0; s < 20; ++s)
    EXPECT_EQ(r.contestants[0].attempts[s].start, r.contestants[1].attempts[s].start);
}

TEST(Race, WithoutJitterEachMethodRunsOnce) {
  const Race r = race(rosenbrock_course(0), field({"lbfgs", "lbfgs", "sgd,learning_rate=1e-9"}), {.evaluations = 100});
  EXPECT_EQ(r.seeds, 1);
  EXPECT_EQ(r.contestants[0].group, "a");
  EXPECT_EQ(r.contestants[1].group, "a");
  EXPECT_EQ(r.contestants[2].group, "b");
}

TEST(Race, FailuresCountAndLose) {
  const Race r =
      race(rosenbrock_course(), field({"sgd,learning_rate=10", "sgd,learning_rate=1e-4"}), {.evaluations = 100});
  EXPECT_EQ(r.contestants[0].failures, 20);
  EXPECT_EQ(r.contestants[0].value.median, std::numeric_limits<double>::infinity());
  EXPECT_EQ(r.contestants[0].reached, 0);
  EXPECT_EQ(r.contestants[1].failures, 0);
  EXPECT_EQ(r.contestants[1].rank, 1);
}

TEST(Race, RefusesWhoCannotTakePart) {
  FunctionTask task;
  task.function = [] { return Function(rosenbrock); };
  task.start = {0, 0};
  task.bounds = Bounds(std::vector<double>{-1, -1}, std::vector<double>{1, 1});
  EXPECT_THROW(race(FunctionCourse(task), field({"lbfgs"}), {}), Error);
  EXPECT_NO_THROW(race(FunctionCourse(task), field({"lbfgsb"}), {.evaluations = 20}));
  const DataCourse rows = line_course();
  EXPECT_THROW(race(rows, field({"lbfgs"}, true), {.evaluations = 200}), Error);  // one pass and a bit
  EXPECT_THROW(race(rows, field({"adam"}, true), {.evaluations = 10}), Error);
  EXPECT_THROW(race(rows, field({"sqp"}, true), {.evaluations = 1000}), Error);
  EXPECT_THROW(race(rows, {}, {}), Error);
  EXPECT_THROW(Entrant::parse("lbfgs,batch_size=4", true), Error);
  EXPECT_THROW(Entrant::parse("adam,batch_size=0", true), Error);
  EXPECT_THROW(Entrant::parse("adam,batch_size=4", false), Error);
}

TEST(DataCourse, ItsGradientIsThatOfItsLoss) {
  Random random(7);
  for (const char* spec :
       {"linear", "linear,l2=0.3,l1=0.1", "linear,l2=0.3,bias=regularized", "mlp:4,activation=tanh,l2=0.1"}) {
    const DataCourse course = line_course(20);
    models::Model<double> model(models::ModelSpec::parse(spec), course.task().head, 3, 1);
    std::vector<double> x(std::size_t(model.network().parameter_count())), g(x.size()), unused(x.size());
    for (double& v : x) v = random.normal();
    const double f = objective(model, course.task().rows, x, g);
    EXPECT_NEAR(objective(model, course.task().rows), f, 1e-12 * f) << spec;
    // Central differences: the error is h²/6·f''' + ε·f/h, below 1e-7 of a gradient of this size for h = 1e-5.
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double at = x[i], h = 1e-5;
      x[i] = at + h;
      const double up = objective(model, course.task().rows, x, unused);
      x[i] = at - h;
      const double down = objective(model, course.task().rows, x, unused);
      x[i] = at;
      EXPECT_NEAR((up - down) / (2 * h), g[i], 1e-6 * std::max(1.0, f)) << spec;
    }
  }
}

TEST(RateSearch, FindsTheBestRateOfAParabola) {
  // f = x²/2 from 1: the best fixed rate is 1; the default is three decades below it.
  FunctionTask task;
  task.function = [] {
    return Function([](std::span<const double> x, std::span<double> g) { return g[0] = x[0], x[0] * x[0] / 2; });
  };
  task.start = {1};
  const FunctionCourse course(std::move(task));
  const Race r = race(course, field({"sgd"}), {.evaluations = 30});
  EXPECT_GE(r.contestants[0].rate, 0.5);
  EXPECT_LE(r.contestants[0].rate, 1.8);
  EXPECT_LE(r.contestants[0].tuning_evaluations, 9 * 3 * 30);
  const Race none = race(course, field({"sgd"}), {.evaluations = 30, .tuning_rates = 0});
  EXPECT_FALSE(none.contestants[0].tuned);
  EXPECT_EQ(none.contestants[0].rate, 0.01);
}

TEST(RateSearch, GoesDownWhenEverythingFails) {
  RateSearch search(1);
  Attempt failed;
  failed.failed = true;
  std::vector<double> tried;
  for (int i = 0; i < 5; ++i) {
    tried.push_back(*search.next(0));
    search.record({failed});
  }
  EXPECT_EQ(tried, (std::vector<double>{1, 0.1, 0.01, 0.001, 1e-4}));
}

}  // namespace
}  // namespace talweg::compare
