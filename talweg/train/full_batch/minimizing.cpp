#include "talweg/train/full_batch/minimizing.hpp"

#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/optim/evaluator.hpp"

namespace talweg::train {

namespace {

double step_length(const Iteration& i) {
  for (const Observation& o : i.state())
    if (o.name == "step_length" && !o.values.empty()) return o.values[0];
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Minimizing::Minimizing(Method method, talweg::Options options, std::size_t examples)
    : method_(std::move(method)), options_(std::move(options)), examples_(static_cast<std::int64_t>(examples)) {
  options_.check_gradient = false;  // every operation has its own in the tests
}

double Minimizing::begin(std::int64_t epochs) {
  epochs_ = epochs;
  options_.max_iterations = epochs;
  const auto value = [this](std::span<const double> x, std::span<double> g) {
    try {
      return evaluate(x, g);
    } catch (const Stopped&) {
      throw BudgetSpent{Status::stopped_by_caller};
    }
  };
  minimizer_.emplace(value, start(), method_, options_);
  begun_ = minimizer_->step() == Status::running;
  if (!begun_) return std::numeric_limits<double>::quiet_NaN();
  const Iteration i = minimizer_->iteration();
  place(i.x);
  return loss(i.value);
}

Step Minimizing::step() {
  const Status status = minimizer_->step();
  const std::int64_t before = iteration_;
  if (!begun_) return {.loss = std::numeric_limits<double>::quiet_NaN(), .ending = ending_of(status)};
  take(minimizer_->iteration());
  Step step{.number = iteration_, .loss = loss_, .learning_rate = step_length_, .ends_epoch = iteration_ > before};
  if (status != Status::running) step.ending = ending_of(status);
  return step;
}

void Minimizing::take(const Iteration& i) {
  evaluations_ = i.evaluations.function;
  gradient_norm_ = i.gradient_norm;
  if (i.iteration == iteration_) return;
  iteration_ = i.iteration;
  place(i.x);
  loss_ = loss(i.value);
  step_length_ = train::step_length(i);
}

void Minimizing::save(Archive& archive) const {
  archive.put("minimizing.counts", std::vector<std::int64_t>{iteration_, evaluations_});
  archive.put("minimizing.numbers", std::vector<double>{loss_, gradient_norm_, step_length_});
  minimizer_->save(archive);
}

void Minimizing::load(const Archive& archive) {
  const auto counts = archive.integers("minimizing.counts");
  const auto numbers = archive.doubles("minimizing.numbers");
  minimizer_->load(archive);
  begun_ = true;
  iteration_ = counts[0], evaluations_ = counts[1];
  loss_ = numbers[0], gradient_norm_ = numbers[1], step_length_ = numbers[2];
  place(minimizer_->iteration().x);
}

EpochEvent Minimizing::epoch() const {
  EpochEvent event;
  event.step = iteration_;
  event.steps = epochs_;
  event.loss = loss_;
  event.learning_rate = event.step_length = step_length_;
  event.evaluations = evaluations_;
  event.gradient_norm = gradient_norm_;
  return event;
}

/// The best point is the result, whichever was the last.
void Minimizing::conclude() {
  result_ = minimizer_->result();
  place(result_.x);
}

Work Minimizing::work() const {
  return {.steps = iteration_,
          .examples = result_.evaluations.function * examples_,
          .evaluations = result_.evaluations.function,
          .objective = result_.value * unit(),
          .gradient_norm = result_.gradient_norm};
}

std::string Minimizing::done(std::int64_t epochs) const {
  const std::int64_t evaluations = result_.evaluations.function;
  return text::cat(epochs, epochs == 1 ? " iteration (" : " iterations (", evaluations,
                   evaluations == 1 ? " evaluation)" : " evaluations)");
}

std::string Minimizing::remark(const Outcome& outcome, double) const {
  const std::string norm = text::cat("; gradient norm ", text::brief(result_.gradient_norm, 3));
  switch (outcome.ending) {
    case Ending::converged:
      if (result_.status == Status::converged)
        return text::cat(norm, ", and what is left to gain is within tolerance ", text::brief(options_.tolerance, 3));
      return text::cat(norm, ", and no further decrease is possible in double precision");
    case Ending::completed:
      if (options_.tolerance == 0) return norm;
      return text::cat(norm, ", not yet within the tolerance: more iterations bring more accuracy");
    case Ending::early_stopped:
      return "";
    case Ending::time_limit:
    case Ending::stopped_by_caller:
      return norm;
    case Ending::line_search_failed:
    case Ending::diverged:
    case Ending::not_finite:
      return text::cat(": ", result_.message);
  }
  return "";
}

}  // namespace talweg::train
