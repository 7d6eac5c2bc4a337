#include "talweg/train/checkpoint.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>

#include "support/factorization_problem.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/train/batches/batches.hpp"
#include "talweg/train/factorization/fit.hpp"
#include "talweg/train/full_batch/full_batch.hpp"
#include "talweg/train/loop.hpp"
#include "talweg/train/network_optimizer.hpp"

namespace talweg::train {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;

struct Killed : std::exception {};

/// A learner with all that it works on, made anew for each life of a run.
struct Life {
  std::vector<std::shared_ptr<void>> held;
  std::unique_ptr<Learner> learner;  // goes before what it works on
  template <class T, class... A> T& keep(A&&... a) {
    auto made = std::make_shared<T>(std::forward<A>(a)...);
    held.push_back(made);
    return *made;
  }
};

template <class T> Examples<T>& rows(Life& life, const models::Head& head, int from, int count) {
  Examples<T>& e = life.keep<Examples<T>>();
  e.rows = static_cast<std::size_t>(count);
  e.inputs = 2;
  for (int r = from; r < from + count; ++r) {
    const double a = std::sin(3 * r), b = std::cos(5 * r);
    e.x.push_back(static_cast<T>(a));
    e.x.push_back(static_cast<T>(b));
    e.truth.push_back(a * b + 0.3 * std::sin(11 * r) > 0);
  }
  e.targets = models::encode_targets<T>(head, e.truth);
  return e;
}

/// A model of two inputs, and rows to train and to judge it by.
template <class T> struct Scene {
  models::Model<T>& model;
  Examples<T>&training, &validation;
  Pool& pool;
};
template <class T> Scene<T> scene(Life& life, const char* model) {
  models::Head& head = life.keep<models::Head>();
  head.task = data::Task::binary;
  head.loss = "binary_cross_entropy";
  Pool& pool = life.keep<Pool>(1);
  auto& m = life.keep<models::Model<T>>(models::ModelSpec::parse(model), head, std::size_t{2}, std::uint64_t{7});
  auto &training = rows<T>(life, head, 0, 53), &validation = rows<T>(life, head, 100, 20);
  return {m, training, validation, pool};
}

template <class T> Life network(const char* optimizer, const char* schedule, const char* model, std::size_t batch) {
  Life life;
  const Scene<T> s = scene<T>(life, model);
  FirstOrder method = FirstOrder::parse(optimizer);
  method.schedule = Schedule::parse(schedule);
  life.learner =
      std::make_unique<Batches<T>>(s.model, Optimizer<T>(method, segments(s.model.network().parameters().list)),
                                   s.training, s.validation, BatchOptions{.batch_size = batch, .seed = 3}, s.pool);
  return life;
}

Life on_all_rows(const char* method, const char* model) {
  Life life;
  const Scene<double> s = scene<double>(life, model);
  life.learner = full_batch(s.model, *parse_deterministic(method), s.training, s.validation, {}, s.pool);
  return life;
}

Life ratings(const char* method, std::int64_t batch) {
  Life life;
  auto& p = life.keep<talweg::testing::FactorizationProblem>();
  auto& model = life.keep<models::Factorization>(p.model());
  const auto spec = models::FactorizationSpec::parse("mf:3");
  Pool& pool = life.keep<Pool>(1);
  auto& none = life.keep<RatingRows>();
  const FitData data{model, p.matrix, p.rows, none, p.penalties};
  life.learner = ratings_learner(data, parse_fit_method(method, spec), {.batch_size = batch, .seed = 5}, pool);
  return life;
}

struct End {
  std::vector<double> parameters;
  Outcome outcome;
};

/// The run in one life, or in as many as it takes when each is killed after a few steps.
End run(const std::function<Life()>& born, Options options, std::mt19937* fate) {
  for (int life = 0;; ++life) {
    Life run = born();
    int left = fate ? static_cast<int>((*fate)() % 23) : -1;
    Observer observer;
    observer.stop = [&left]() -> bool {
      if (left-- == 0) throw Killed();
      return false;
    };
    options.checkpoint.resume = life > 0;
    try {
      End end;
      end.outcome = train(*run.learner, options, observer);
      end.parameters = run.learner->parameters();
      return end;
    } catch (const Killed&) {
      if (life > 400) throw;
    }
  }
}

void expect_the_same_end(const std::function<Life()>& born, Options options, const char* what) {
  const End straight = run(born, options, nullptr);
  std::mt19937 fate(11);
  for (const char* every : {"1steps", "3steps", "1epochs"}) {
    const Folder folder;
    options.checkpoint.folder = folder / "c";
    options.checkpoint.period = Period::parse(every);
    // With a life of 23 steps at most, a run that saves after each epoch must have short ones.
    const End pieced = run(born, options, &fate);
    EXPECT_EQ(pieced.parameters, straight.parameters) << what << ", every " << every;
    EXPECT_EQ(pieced.outcome.train.values, straight.outcome.train.values) << what;
    EXPECT_EQ(pieced.outcome.ending, straight.outcome.ending) << what;
    EXPECT_EQ(pieced.outcome.best_epoch, straight.outcome.best_epoch) << what;
    EXPECT_EQ(pieced.outcome.epochs, straight.outcome.epochs) << what;
    EXPECT_EQ(pieced.outcome.steps, straight.outcome.steps) << what;
    EXPECT_EQ(pieced.outcome.message, straight.outcome.message) << what;
  }
}

TEST(Checkpoints, ARunKilledAgainAndAgainComesToTheSameEnd) {
  for (const char* optimizer : {"sgd", "momentum", "nesterov:lookahead", "adam,amsgrad=true", "rmsprop", "adagrad",
                                "adadelta", "nadam", "sgd,averaging=true"})
    for (const char* schedule : {"constant", "cosine", "plateau,patience=0"})
      expect_the_same_end([&] { return network<double>(optimizer, schedule, "mlp:5,dropout=0.2", 8); },
                          {.epochs = 12, .keep_best = true}, optimizer);
  expect_the_same_end([] { return network<float>("adam", "one_cycle", "mlp:5", 8); }, {.epochs = 12}, "float");
  expect_the_same_end([] { return network<double>("rprop", "constant", "mlp:5", 1000); }, {.epochs = 30}, "rprop");
  expect_the_same_end([] { return network<double>("adam", "constant", "mlp:5", 8); },
                      {.epochs = 60, .patience = 3, .loss_tolerance = 1e-9}, "patience");
}

TEST(Checkpoints, RatingsToo) {
  expect_the_same_end([] { return ratings("adagrad", 1); }, {.epochs = 15}, "online");
  expect_the_same_end([] { return ratings("adam", 40); }, {.epochs = 15}, "batches");
  expect_the_same_end([] { return ratings("als", 1); }, {.epochs = 40}, "als");
}

TEST(Checkpoints, AndDeterministicMethodsOnAllRows) {
  for (const char* method : {"lbfgs", "lbfgsb", "cg", "cg:hs", "gd,line_search=weak-wolfe"})
    for (const char* model : {"logistic", "mlp:4"})
      expect_the_same_end([&] { return on_all_rows(method, model); }, {.epochs = 60, .keep_best = true}, method);
  expect_the_same_end([] { return on_all_rows("lbfgs", "mlp:4"); }, {.epochs = 200, .patience = 5}, "patience");
  for (const char* method : {"lbfgs", "cg"})
    expect_the_same_end([&] { return ratings(method, 1); }, {.epochs = 60}, method);
}

TEST(Checkpoints, AFinishedRunOnAllRowsSaysWhatItSaid) {
  for (const char* method : {"lbfgs", "cg"}) {
    const Folder folder;
    Options options{.epochs = 1000};
    options.checkpoint.folder = folder / "c";
    Life life = on_all_rows(method, "logistic");
    const Outcome first = train(*life.learner, options);
    EXPECT_EQ(first.ending, Ending::converged);
    options.checkpoint.resume = true;
    Life again = on_all_rows(method, "logistic");
    const Outcome second = train(*again.learner, options);
    EXPECT_EQ(second.message, first.message);
    EXPECT_EQ(second.evaluations, first.evaluations);
    EXPECT_EQ(again.learner->parameters(), life.learner->parameters());
  }
}

TEST(Checkpoints, ALongerRunGoesOnFromAShorterOne) {
  const auto born = [] { return network<double>("adam", "constant", "mlp:4", 8); };
  const End straight = run(born, {.epochs = 9}, nullptr);
  const Folder folder;
  Options options{.epochs = 4};
  options.checkpoint.folder = folder / "c";
  {
    Life first = born();
    train(*first.learner, options);
  }
  options.epochs = 9;
  options.checkpoint.resume = true;
  Life second = born();
  EXPECT_EQ(train(*second.learner, options).epochs, 9);
  EXPECT_EQ(second.learner->parameters(), straight.parameters);
}

TEST(Checkpoints, OnAllRowsToo) {
  const End straight = run([] { return on_all_rows("lbfgs", "mlp:4"); }, {.epochs = 40}, nullptr);
  const Folder folder;
  Options options{.epochs = 15};
  options.checkpoint.folder = folder / "c";
  {
    Life first = on_all_rows("lbfgs", "mlp:4");
    train(*first.learner, options);
  }
  options.epochs = 40;
  options.checkpoint.resume = true;
  Life second = on_all_rows("lbfgs", "mlp:4");
  train(*second.learner, options);
  EXPECT_EQ(second.learner->parameters(), straight.parameters);
  options.epochs = 50;
  Life other = on_all_rows("cg", "mlp:4");
  EXPECT_TRUE(contains(message_of<Error>([&] { train(*other.learner, options); }), "the saved run has method lbfgs"));
}

TEST(Checkpoints, APeriodThatCannotBeUsedNamesFileAndEntry) {
  const Folder folder;
  using namespace std::string_literals;
  for (const std::string& period : {"soon"s, ""s, "60"s, "1\0s"s, "-3steps"s}) {
    Archive archive;
    archive.put(Period::entry, std::string_view(period));
    archive.save(folder / "c");
    const std::string message = message_of<Error>([&] { Period::load(Archive::load(folder / "c")); });
    EXPECT_TRUE(contains(message, (folder / "c") + ": damaged or foreign: entry 'period' cannot be used")) << message;
    EXPECT_TRUE(contains(message, "such as 60s")) << message;  // a zero byte does not cut it short
  }
}

TEST(Checkpoints, TheOneBeforeIsUsedWhereTheLastIsDamaged) {
  const auto born = [] { return network<double>("adam", "constant", "mlp:4", 8); };
  const Folder folder;
  Options options{.epochs = 6};
  options.checkpoint.folder = folder / "c";
  options.checkpoint.keep_last = 3;
  options.checkpoint.period = Period::parse("1epochs");
  Life life = born();
  train(*life.learner, options);
  const std::string newest = CheckpointFolder::state_file(folder / "c"),
                    before = CheckpointFolder::state_file(folder / "c", 1);
  EXPECT_TRUE(std::filesystem::exists(CheckpointFolder::state_file(folder / "c", 2)));
  EXPECT_FALSE(std::filesystem::exists(CheckpointFolder::state_file(folder / "c", 3)));
  std::filesystem::resize_file(newest, std::filesystem::file_size(newest) / 2);
  std::string damage;
  ASSERT_TRUE(CheckpointFolder::newest(folder / "c", damage));
  EXPECT_TRUE(contains(damage, newest));
  EXPECT_TRUE(contains(damage, before));
  options.checkpoint.resume = true;
  Life again = born();
  train(*again.learner, options);
  EXPECT_EQ(again.learner->parameters(), life.learner->parameters());
}

/// What a learner is that says nothing of checkpoints.
class Forgetful : public Learner {
 public:
  double begin(std::int64_t) override { return 0; }
  Step step() override { return {}; }
  EpochEvent epoch() const override { return {}; }
  bool has_validation() const override { return false; }
  Metrics measure(Part) override { return {}; }
  Judge judge(std::string_view metric, bool) const override {
    static constexpr std::string_view metrics[] = {"loss"};
    return Judge::among(metrics, metric);
  }
  std::vector<double> parameters() const override { return {}; }
  void restore(std::span<const double>) override {}
  Work work() const override { return {}; }
  std::string done(std::int64_t) const override { return ""; }
};

TEST(Checkpoints, ALearnerThatHasNoneIsRefused) {
  Forgetful learner;
  const Folder folder;
  Options options;
  options.checkpoint.folder = folder / "c";
  EXPECT_TRUE(contains(message_of<Error>([&] { train(learner, options); }), "writes no checkpoints"));
}

TEST(Checkpoints, PeriodsAreRead) {
  EXPECT_EQ(Period::parse("100steps").text(), "100steps");
  EXPECT_EQ(Period::parse("2epochs").text(), "2epochs");
  EXPECT_EQ(Period::parse("1.5s").text(), "1.5s");
  for (const char* wrong : {"", "s", "0s", "-1steps", "1.5epochs", "10", "3minutes"})
    EXPECT_TRUE(contains(message_of<Error>([&] { Period::parse(wrong); }), "such as 60s, 100steps or 1epochs"))
        << wrong;
}

}  // namespace
}  // namespace talweg::train
