#include "talweg/train/factorization/als.hpp"
#include "talweg/train/factorization/on_ratings.hpp"
#include "talweg/train/full_batch/minimizing.hpp"

namespace talweg::train {

namespace {

Bounds nonnegative_factors(const models::Factorization& f) {
  std::vector<double> low(f.size(), -std::numeric_limits<double>::infinity()),
      high(f.size(), std::numeric_limits<double>::infinity());
  const auto bound = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = from; i < from + count; ++i) low[i] = 0;
  };
  bound(f.user_factors_at(), f.users * f.rank);
  bound(f.item_factors_at(), f.items * f.rank);
  return {std::move(low), std::move(high)};
}

/// With the tolerance 1e-6, a sweep that brings a 1e-8th of the whole fall is the last.
constexpr double sweep_factor = 1e4;

talweg::Options options_for(const FitData& data, const FitOptions& given) {
  talweg::Options options;
  options.max_seconds = given.max_seconds;
  options.tolerance = given.tolerance;
  if (data.nonnegative) options.bounds = nonnegative_factors(data.model);
  return options;
}

class ByMinimize final : public OnRatings<Minimizing> {
 public:
  ByMinimize(const FitData& data, const Method& method, const FitOptions& options, Pool& pool)
      : OnRatings(data, pool, method, options_for(data, options), data.matrix.ratings()),
        objective_(data.model, data.matrix, data.penalties, pool) {}

  std::string_view kind() const override { return checkpoint_of_ratings; }

 protected:
  double evaluate(std::span<const double> x, std::span<double> g) override {
    objective_.set_stop(stop());
    return objective_(x, g);
  }
  std::vector<double> start() const override { return data_.model.parameters; }
  void place(std::span<const double> x) override { restore(x); }
  double loss(double value) const override {
    return (value - objective_.penalty(data_.model.parameters)) / static_cast<double>(data_.matrix.ratings());
  }

 private:
  models::FactorizationObjective objective_;
};

class ByAls final : public OnRatings<Learner> {
 public:
  ByAls(const FitData& data, const FitOptions& options, Pool& pool)
      : OnRatings(data, pool),
        objective_(data.model, data.matrix, data.penalties, pool),
        gradient_(data.model.size()),
        share_(options.tolerance * options.tolerance * sweep_factor) {}

  double begin(std::int64_t epochs) override {
    epochs_ = epochs;
    return std::numeric_limits<double>::infinity();
  }
  Step step() override {
    als_sweep(data_.model, data_.matrix, objective_, pool_, stop());
    objective_.set_stop(stop());
    const double before = work_.objective;
    work_.objective = objective_(data_.model.parameters, gradient_);
    work_.gradient_norm = gradient_norm(data_.model.parameters, gradient_, {});
    work_.evaluations = ++work_.steps;
    work_.examples += static_cast<std::int64_t>(data_.matrix.ratings());
    loss_ = objective_.half_squares() / static_cast<double>(data_.matrix.ratings());
    if (work_.steps == 1) first_ = work_.objective;
    Step step{.number = work_.steps, .loss = loss_, .ends_epoch = true};
    if (work_.steps > 1 && !(before - work_.objective > share_ * (first_ - work_.objective)))
      step.ending = Ending::converged;
    return step;
  }
  EpochEvent epoch() const override {
    EpochEvent event;
    event.step = work_.steps;
    event.steps = epochs_;
    event.loss = loss_;
    event.evaluations = work_.evaluations;
    event.gradient_norm = work_.gradient_norm;
    return event;
  }
  bool measures_its_end() const override { return true; }
  std::string_view kind() const override { return checkpoint_of_ratings; }
  void save(Archive& archive) const override {
    archive.put("ratings.counts", std::vector<std::int64_t>{work_.steps});
    archive.put("ratings.numbers", std::vector<double>{first_, loss_, work_.objective, work_.gradient_norm});
    archive.put("ratings.parameters", data_.model.parameters);
  }
  void load(const Archive& archive) override {
    const auto counts = archive.integers("ratings.counts");
    const auto numbers = archive.doubles("ratings.numbers");
    if (counts.size() != 1 || numbers.size() != 4) archive.fail("ratings.counts", "is not that of a run of als");
    load_parameters(archive, data_.model);
    first_ = numbers[0], loss_ = numbers[1];
    work_ = {.steps = counts[0],
             .examples = counts[0] * static_cast<std::int64_t>(data_.matrix.ratings()),
             .evaluations = counts[0],
             .objective = numbers[2],
             .gradient_norm = numbers[3]};
  }
  Work work() const override { return work_; }
  Words words() const override { return {.epoch = "sweep", .epochs = "sweeps", .rows = "ratings"}; }
  std::string done(std::int64_t epochs) const override { return text::cat(epochs, epochs == 1 ? " sweep" : " sweeps"); }
  std::string remark(const Outcome&, double) const override {
    return text::cat("; gradient norm ", text::brief(work_.gradient_norm, 3));
  }

 private:
  models::FactorizationObjective objective_;
  std::vector<double> gradient_;
  double share_, first_ = 0, loss_ = 0;
  std::int64_t epochs_ = 0;
  Work work_;
};

}  // namespace

std::unique_ptr<Learner> ratings_by_minimize(const FitData& data, const Method& method, const FitOptions& options,
                                             Pool& pool) {
  return std::make_unique<ByMinimize>(data, method, options, pool);
}

std::unique_ptr<Learner> ratings_by_als(const FitData& data, const FitOptions& options, Pool& pool) {
  return std::make_unique<ByAls>(data, options, pool);
}

}  // namespace talweg::train
