#include "talweg/train/terms/terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/batches.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/loop.hpp"
#include "talweg/train/terms/run_terms.hpp"

namespace talweg {

namespace {

using text::cat;

/// Batches of rows of a user's function: the learner behind `minimize`.
class Terms final : public train::Learner {
 public:
  Terms(const Separable& f, std::vector<double> x0, const FirstOrder& rule, const StochasticOptions& options,
        const train::TermsCheckpoint& checkpoint)
      : f_(f),
        options_(options),
        checkpoint_(checkpoint),
        optimizer_(rule, x0.size()),
        batches_(f.examples(), options.batch_size == 0 ? f.examples() : options.batch_size, options.seed,
                 options.shuffled ? data::Order::shuffled : data::Order::as_in_file),
        all_(f.examples()),
        x_(std::move(x0)),
        at_(x_.size()),
        g_(x_.size()) {
    std::iota(all_.begin(), all_.end(), 0u);
    optimizer_.set_bounds(options.bounds);
  }

  double begin(std::int64_t epochs) override {
    optimizer_.set_total_steps(std::min(epochs * static_cast<std::int64_t>(batches_.per_epoch()), options_.max_steps));
    start_ = on_all(x_);
    if (tell(options_.callbacks, &StochasticOptions::Callback::begin, {0, start_, x_})) stopped_ = true;
    return start_;
  }

  train::Step step() override {
    if (optimizer_.steps() >= options_.max_steps)  // taken up again at its end
      return {.number = optimizer_.steps(),
              .loss = std::numeric_limits<double>::quiet_NaN(),
              .ending = train::Ending::completed};
    if (!in_epoch_) {
      batches_.start_epoch(static_cast<std::uint64_t>(++epoch_));
      sum_ = 0;
    }
    const auto rows = batches_.next();
    in_epoch_ = batches_.left() > 0;
    at_ = x_;
    if (optimizer_.looks_ahead()) optimizer_.look_ahead(x_, at_);
    const double value = f_(at_, rows, g_);
    ++evaluations_;
    sum_ += value * static_cast<double>(rows.size());
    train::Step step{.number = optimizer_.steps() + 1, .loss = value, .ends_epoch = !in_epoch_};
    if (!std::isfinite(value) || !std::ranges::all_of(g_, [](double v) { return std::isfinite(v); })) {
      step.ending = train::Ending::not_finite;
      return step;
    }
    if (rows.size() < batches_.size())
      for (double& g : g_) g *= static_cast<double>(rows.size()) / static_cast<double>(batches_.size());
    const StepOutcome outcome = optimizer_.step(x_, g_, {value});
    step.learning_rate = outcome.learning_rate;
    step.clipped = outcome.clipped;
    tell_step({.step = step.number,
               .epoch = epoch_,
               .value = value,
               .learning_rate = step.learning_rate,
               .rows = rows,
               .x = x_,
               .gradient = g_,
               .at = at_,
               .state = [this] { return optimizer_.observe(); }});
    if (step.number >= options_.max_steps) step.ending = train::Ending::completed;
    if (!in_epoch_ && !std::ranges::all_of(x_, [](double v) { return std::isfinite(v); }))
      step.ending = train::Ending::not_finite;
    if (!in_epoch_) tell_epoch();
    return step;
  }

  train::EpochEvent epoch() const override {
    train::EpochEvent event;
    event.step = optimizer_.steps();
    event.loss = sum_ / static_cast<double>(all_.size());
    event.learning_rate = optimizer_.learning_rate();
    event.clipped = optimizer_.clipped_steps();
    return event;
  }

  void conclude() override {
    const std::vector<double> end(shown().begin(), shown().end());
    x_ = end;
    concluded_ = true;
  }
  std::string_view kind() const override { return train::checkpoint_of_minimize_batches; }
  bool healthy() const override {
    return std::ranges::all_of(x_, [](double v) { return std::isfinite(v); });
  }
  void save(Archive& archive) const override {
    const auto dealt = static_cast<std::int64_t>(all_.size() - (in_epoch_ ? batches_.left() : 0));
    archive.put("terms.counts", std::vector<std::int64_t>{epoch_, dealt, in_epoch_, evaluations_, checks_});
    archive.put("terms.numbers", std::vector<double>{sum_, start_});
    archive.put("terms.x", x_);
    archive.put("terms.optimizer", optimizer_.save());
    checkpoint_.save(archive);
  }
  void load(const Archive& archive) override {
    checkpoint_.load(archive);  // first: it knows whether the rows are those of the run
    const auto counts = archive.integers("terms.counts");
    const auto numbers = archive.doubles("terms.numbers"), x = archive.doubles("terms.x");
    if (x.size() != x_.size())
      archive.fail("terms.x", cat("holds ", x.size(), " numbers where the run has ", x_.size()));
    if (counts[1] > static_cast<std::int64_t>(all_.size()) - (counts[2] != 0))
      archive.fail("terms.counts", "does not fit the rows of the run");
    try {
      optimizer_.load(archive.raw("terms.optimizer"));
    } catch (const Error& error) {
      archive.fail("terms.optimizer", cat("cannot be used: ", error.what()));
    }
    x_ = x;
    epoch_ = counts[0], in_epoch_ = counts[2] != 0, evaluations_ = counts[3], checks_ = counts[4];
    sum_ = numbers[0], start_ = numbers[1];
    if (!in_epoch_) return;
    batches_.start_epoch(static_cast<std::uint64_t>(epoch_));
    while (static_cast<std::int64_t>(all_.size() - batches_.left()) < counts[1]) batches_.next();
  }
  bool has_validation() const override { return false; }
  train::Metrics measure(train::Part) override { return {.values = {{"loss", on_all(shown())}}, .confusion = {}}; }
  train::Judge judge(std::string_view metric, bool) const override {
    return train::Judge::among(std::array<std::string_view, 1>{"loss"}, metric);
  }
  std::vector<double> parameters() const override { return {shown().begin(), shown().end()}; }
  void restore(std::span<const double> parameters) override {
    x_.assign(parameters.begin(), parameters.end());
    concluded_ = true;
  }
  bool lost(const train::Metrics& training, double) const override {
    return training.get("loss") > start_ + std::abs(start_) / 2;
  }
  train::Work work() const override {
    return {.steps = optimizer_.steps(),
            .examples = epoch_ * static_cast<std::int64_t>(all_.size()) - static_cast<std::int64_t>(batches_.left()),
            .clipped = optimizer_.clipped_steps()};
  }
  std::string done(std::int64_t epochs) const override {
    const std::int64_t steps = optimizer_.steps();
    if (steps == options_.max_steps) return cat(steps, steps == 1 ? " step" : " steps");
    return cat(epochs, epochs == 1 ? " epoch" : " epochs", " (", steps, steps == 1 ? " step)" : " steps)");
  }
  std::string advice() const override {
    return cat("; use a smaller learning rate (it was ", text::brief(optimizer_.learning_rate(), 3),
               ") or a clipped gradient");
  }

  bool stopped() const { return stopped_; }
  double start() const { return start_; }  ///< the mean of all examples there
  void fill(Result& result) {
    result.x = x_;
    result.gradient.resize(x_.size());
    result.value = f_(x_, all_, result.gradient);
    result.evaluations = {.function = evaluations_, .gradient = evaluations_, .check = checks_ + 1};
    result.gradient_norm = gradient_norm(result.x, result.gradient, options_.bounds);
  }

 private:
  /// What would be used: the average, where the rule keeps one.
  std::span<const double> shown() const {
    if (concluded_) return x_;
    if (!optimizer_.average().empty()) return optimizer_.average();
    return optimizer_.moving_average().empty() ? std::span<const double>(x_) : optimizer_.moving_average();
  }
  double on_all(std::span<const double> x) {
    ++checks_;
    std::vector<double> unused(f_.gives_values ? 0 : x.size());
    return f_(x, all_, unused);
  }
  void tell_step(const StochasticOptions::Step& step) {
    if (options_.on_step && options_.on_step(step)) stopped_ = true;
    if (tell(options_.callbacks, &StochasticOptions::Callback::step, step)) stopped_ = true;
  }
  void tell_epoch() {
    const StochasticOptions::Epoch epoch{epoch_, sum_ / static_cast<double>(all_.size()), shown()};
    if (options_.on_epoch && options_.on_epoch(epoch.epoch, epoch.value, epoch.x)) stopped_ = true;
    if (tell(options_.callbacks, &StochasticOptions::Callback::epoch, epoch)) stopped_ = true;
  }

  const Separable& f_;
  const StochasticOptions& options_;
  const train::TermsCheckpoint& checkpoint_;
  Optimizer<double> optimizer_;
  data::Batches batches_;
  std::vector<std::uint32_t> all_;
  std::vector<double> x_, at_, g_;
  double start_ = 0, sum_ = 0;
  std::int64_t epoch_ = 0, evaluations_ = 0, checks_ = 0;
  bool in_epoch_ = false, concluded_ = false, stopped_ = false;
};

Status status_of(train::Ending ending) {
  using train::Ending;
  switch (ending) {
    case Ending::converged:
      return Status::converged;
    case Ending::time_limit:
      return Status::time_limit;
    case Ending::diverged:
      return Status::diverged;
    case Ending::not_finite:
      return Status::not_finite;
    case Ending::stopped_by_caller:
      return Status::stopped_by_caller;
    case Ending::completed:
    case Ending::early_stopped:
    case Ending::line_search_failed:
      break;
  }
  return Status::completed;
}

void check(const Separable& f, const std::vector<double>& x0, const StochasticOptions& o) {
  if (f.examples() == 0) throw Error("the function has no examples: examples() is 0");
  if (x0.empty()) throw Error("the start has no entries");
  for (std::size_t i = 0; i < x0.size(); ++i)
    if (!std::isfinite(x0[i])) throw Error(cat("x[", i, "] of the start is ", x0[i], ": it must be finite"));
  if (o.batch_size > f.examples())
    throw Error(cat("batch_size ", o.batch_size, " is more than the ", f.examples(), " examples; 0 takes all"));
  if (o.max_steps < 1) throw Error(cat("max_steps ", o.max_steps, ": expected at least 1"));
  if (o.epochs < 1) throw Error(cat("epochs ", o.epochs, ": expected at least 1"));
  for (const auto* side : {&o.bounds.lower, &o.bounds.upper})
    if (!o.bounds.empty() && side->size() != x0.size())
      throw Error(cat("the bounds have ", side->size(), " entries and x has ", x0.size()));
}

}  // namespace

Result train::run_terms(const Separable& f, std::vector<double> x0, const FirstOrder& rule,
                        const StochasticOptions& options, const TermsCheckpoint& checkpoint) {
  check(f, x0, options);
  if (!options.bounds.empty()) options.bounds.project(x0);
  Terms terms(f, x0, rule, options, checkpoint);
  const CheckpointPlan& plan = checkpoint.plan;
  Loop loop(terms, {.epochs = options.epochs, .max_seconds = options.max_seconds, .checkpoint = plan},
            {.stop = [&] { return terms.stopped(); }});
  const bool resumes = plan.resume && CheckpointFolder::has_checkpoint(plan.folder);
  if (!resumes && checkpoint.fresh) checkpoint.fresh();
  const Outcome outcome = loop.run();
  Result result;
  terms.fill(result);
  const bool failed = !succeeds(outcome.ending) && outcome.ending != train::Ending::time_limit &&
                      outcome.ending != train::Ending::stopped_by_caller;
  const bool at_start = failed && !(result.value <= terms.start());
  if (at_start) terms.restore(x0), terms.fill(result);
  result.status = status_of(outcome.ending);
  result.message =
      at_start ? cat(outcome.message, "; x is the start, which is better than what came of it") : outcome.message;
  result.optimizer = rule.spec();
  result.iterations = outcome.steps;
  result.last_x = result.x;
  result.last_value = result.value;
  result.seconds = outcome.seconds;
  tell(options.callbacks, &StochasticOptions::Callback::end, result);
  return result;
}

Result minimize(const Separable& f, std::vector<double> x0, const FirstOrder& rule, const StochasticOptions& options) {
  return train::run_terms(f, std::move(x0), rule, options, {});
}

Function on_all_examples(Separable f) {
  std::vector<std::uint32_t> all(f.examples());
  std::iota(all.begin(), all.end(), 0u);
  if (!f.gives_values)
    return [f = std::move(f), all = std::move(all)](std::span<const double> x, std::span<double> g) {
      return f(x, all, g);
    };
  struct Both {
    Separable f;
    std::vector<std::uint32_t> all;
    double operator()(std::span<const double> x, std::span<double> g) const { return f(x, all, g); }
    double operator()(std::span<const double> x) const { return f(x, all, {}); }
  };
  return Both{std::move(f), std::move(all)};
}

}  // namespace talweg
