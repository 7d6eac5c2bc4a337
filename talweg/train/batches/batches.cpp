#include "talweg/train/batches/batches.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/checkpoint.hpp"
#include "talweg/train/network_optimizer.hpp"
#include "talweg/train/postmortem/examination.hpp"

namespace talweg::train {

namespace {

// A loss this many times its start never came back in any run we looked at; waiting for infinity would waste the time.
constexpr double never_came_back = 1e6;
// Above its start by this share of it, the loss says that the steps are too long.
constexpr double worse_than_start = 0.5;

std::string described(std::span<const Segment> segments) {
  std::string out;
  for (const Segment& s : segments) out += text::cat(out.empty() ? "" : ", ", s.name, " (", s.size, ")");
  return out;
}

template <class T> double largest(std::span<const T> values) {
  double most = 0;
  for (const T v : values) most = std::max(most, std::abs(static_cast<double>(v)));
  return most;
}

}  // namespace

template <class T>
Batches<T>::Batches(models::Model<T>& model, Optimizer<T> optimizer, const Examples<T>& training,
                    const Examples<T>& validation, BatchOptions options, Pool& pool)
    : model_(&model),
      optimizer_(std::move(optimizer)),
      training_(&training),
      validation_(&validation),
      options_(options),
      pool_(&pool),
      batches_(training.rows, options_.batch_size, options_.seed, options_.order) {
  check();
  optimizer_.set_parallel(parallel_for(pool));
  mean_weight_ = training.mean_loss_weight();
  kept_.resize(optimizer_.looks_ahead() ? optimizer_.size() : 0);
  ahead_.resize(kept_.size());
}

template <class T> void Batches<T>::check() const {
  if (options_.gradient_tolerance > 0 && batches_.per_epoch() > 1)
    throw Error("a gradient tolerance needs all rows in a batch; the gradient of a mini-batch is noise");
  if (!training_->sparse.shift.empty() || !validation_->sparse.shift.empty())
    throw Error("mini-batches take no rows that are shifted; use a method that takes all rows at every step");
  const std::vector<Segment> wanted = segments(model_->network().parameters().list);
  if (optimizer_.segments() != wanted)
    throw Error(text::cat("the optimizer was made for the parameters ", described(optimizer_.segments()),
                          ", and the model has ", described(wanted),
                          "; make it from segments(model.network().parameters().list)"));
}

template <class T> double Batches<T>::begin(std::int64_t epochs) {
  epochs_ = epochs;
  optimizer_.set_total_steps(epochs * static_cast<std::int64_t>(batches_.per_epoch()));
  start_loss_ = train::measure(*model_, *training_, *pool_, stop()).get("loss");
  const auto zeros = [](std::size_t, std::span<double> outputs) { std::ranges::fill(outputs, 0.0); };
  constant_loss_ =
      measure_in_pieces(*pool_, model_->head(), training_->truth, training_->row_weights(), stop(), zeros).get("loss");
  return start_loss_;
}

/// The loss of the batch at the model's parameters; their gradient, weighted by the size of a short batch.
template <class T> T Batches<T>::differentiate_batch() {
  const nn::Targets<T> targets = batch_.wanted(batch_.rows);
  const models::Inputs<T> x = batch_.all();
  const nn::Parameters<T> p = model_->network().parameters();
  p.zero_gradients();
  T loss;
  if (optimizer_.looks_ahead()) {
    std::copy(p.values.begin(), p.values.end(), kept_.begin());
    optimizer_.look_ahead(kept_, ahead_);
    std::copy(ahead_.begin(), ahead_.end(), p.values.begin());
    loss = model_->differentiate(x, targets);
    std::copy(kept_.begin(), kept_.end(), p.values.begin());
  } else {
    loss = model_->differentiate(x, targets);
  }
  if (batch_.rows < batches_.size()) {
    const T weight = static_cast<T>(static_cast<double>(batch_.rows) / static_cast<double>(batches_.size()));
    for (T& g : p.gradients) g *= weight;
  }
  return loss;
}

/// Without an update where the loss is not finite: a NaN gradient would spoil all parameters.
template <class T> Step Batches<T>::step() {
  const nn::PoolLoan<T> loan(model_->network(), *pool_);
  if (records_ && recorder_.is_due(optimizer_.steps())) record_state();
  if (!in_epoch_) {
    batches_.start_epoch(static_cast<std::uint64_t>(++epoch_));
    epoch_loss_ = 0;
    epoch_examples_ = 0;
  }
  batch_.gather(*training_, batches_.next());
  in_epoch_ = batches_.left() > 0;
  const T loss = differentiate_batch();
  Step step{.number = optimizer_.steps() + 1,
            .loss = static_cast<double>(loss) * (model_->head().loss_unit() / mean_weight_),
            .ends_epoch = !in_epoch_};
  if (!std::isfinite(loss)) {
    step.ending = Ending::not_finite;
    record(step);
    return step;
  }
  const nn::Parameters<T> p = model_->network().parameters();
  const StepOutcome outcome = optimizer_.step(p.values, p.gradients, {static_cast<double>(loss)});
  step.learning_rate = outcome.learning_rate;
  step.clipped = outcome.clipped;
  epoch_loss_ += step.loss * static_cast<double>(batch_.rows);
  epoch_examples_ += static_cast<std::int64_t>(batch_.rows);
  examples_ += static_cast<std::int64_t>(batch_.rows);
  if (!in_epoch_ && !has_finite_parameters())
    step.ending = Ending::not_finite;
  else if (is_converged())
    step.ending = Ending::converged;
  record(step);
  return step;
}

template <class T> void Batches<T>::record_state() {
  if (values().size() > Recorder::most_parameters) return;
  Archive state;
  save(state);
  recorder_.take(optimizer_.steps(), std::move(state));
}

template <class T> void Batches<T>::record(const Step& step) {
  if (records_) recorder_.note({step.number, epoch_, step.loss, step.learning_rate});
}

template <class T> Batches<T> Batches<T>::unrecorded() const {
  Batches copy = *this;
  copy.recorder_ = {};
  copy.records_ = false;
  return copy;
}

template <class T> Batches<T> Batches<T>::on(models::Model<T>& model, const Examples<T>& rows) const {
  Optimizer<T> optimizer(optimizer_.method(), segments(model.network().parameters().list));
  Batches afresh(model, std::move(optimizer), rows, rows, options_, *pool_);
  afresh.optimizer_.set_total_steps(epochs_ * static_cast<std::int64_t>(batches_.per_epoch()));
  afresh.records_ = false;
  return afresh;
}

/// A run that went wrong, or one whose loss is at its end where it was at the start.
template <class T> std::shared_ptr<const PostMortem> Batches<T>::examine(const Outcome& o) const {
  constexpr double moved = 0.01;  // of the loss
  if (o.ending == Ending::stopped_by_caller) return nullptr;
  PostMortem::Finding finding = PostMortem::Finding::stalled;
  if (o.ending == Ending::not_finite)
    finding = PostMortem::Finding::not_finite;
  else if (o.ending == Ending::diverged)
    finding = PostMortem::Finding::diverged;
  else if (o.train.empty() || o.best_epoch > 0 || start_loss_ - o.train.get("loss") > moved * std::abs(start_loss_))
    return nullptr;
  return std::make_shared<PostMortem>(train::examine(*this, finding, stop()));
}

template <class T> bool Batches<T>::is_converged() const {
  if (options_.gradient_tolerance <= 0 || optimizer_.steps() < 2) return false;
  return largest<T>(model_->network().parameters().gradients) <= options_.gradient_tolerance;
}

template <class T> bool Batches<T>::has_finite_parameters() const {
  return std::ranges::all_of(values(), [](T v) { return std::isfinite(v); });
}

template <class T> EpochEvent Batches<T>::epoch() const {
  EpochEvent event;
  event.step = optimizer_.steps();
  event.steps = epochs_ * static_cast<std::int64_t>(batches_.per_epoch());
  event.loss = epoch_loss_ / static_cast<double>(epoch_examples_);
  event.learning_rate = optimizer_.learning_rate();
  event.clipped = optimizer_.clipped_steps();
  return event;
}

/// What is shown in place of the parameters while the method goes on from them; empty: nothing.
template <class T> std::span<const T> Batches<T>::averages() const {
  if (concluded_) return {};
  return optimizer_.average().empty() ? optimizer_.moving_average() : optimizer_.average();
}

template <class T> void Batches<T>::conclude() {
  const auto average = averages();
  std::ranges::copy(average, values().begin());
  concluded_ = true;
}

template <class T> Metrics Batches<T>::measure(Part part) {
  const Examples<T>& examples = part == Part::training ? *training_ : *validation_;
  const auto average = averages();
  if (average.empty()) return train::measure(*model_, examples, *pool_, stop());
  struct Restore {
    std::span<T> values;
    std::vector<T> others;
    ~Restore() { std::ranges::copy(others, values.begin()); }
  } const restore{values(), {values().begin(), values().end()}};
  std::ranges::copy(average, values().begin());
  return train::measure(*model_, examples, *pool_, stop());
}

template <class T> Judge Batches<T>::judge(std::string_view metric, bool decides) const {
  const Judge judge = Judge::of(model_->head(), metric);
  if (decides) judge.require_defined(validation_->truth);
  return judge;
}

template <class T> std::vector<double> Batches<T>::parameters() const {
  const auto average = averages();
  const std::span<const T> shown = average.empty() ? std::span<const T>(values()) : average;
  return {shown.begin(), shown.end()};
}

template <class T> void Batches<T>::restore(std::span<const double> parameters) {
  concluded_ = true;
  std::ranges::transform(parameters, values().begin(), [](double v) { return static_cast<T>(v); });
}

template <class T> bool Batches<T>::hopeless(double loss) const {
  return loss > never_came_back * std::max(start_loss_, 1e-3 * model_->head().loss_unit());
}

/// The loss is far above its start, or the run blew up on its way and what is left (often units that never fire again)
/// knows no more than a constant.
template <class T> bool Batches<T>::lost(const Metrics& training, double peak) const {
  const double loss = training.get("loss");
  const double limit = start_loss_ + worse_than_start * std::abs(start_loss_) + 1e-3 * model_->head().loss_unit();
  return loss > limit || (peak > limit && loss >= constant_loss_);
}

template <class T> void Batches<T>::save(Archive& archive) const {
  const auto dealt = static_cast<std::int64_t>(training_->rows - (in_epoch_ ? batches_.left() : 0));
  archive.put("batches.counts", std::vector<std::int64_t>{epoch_, dealt, in_epoch_, examples_, epoch_examples_});
  archive.put("batches.numbers", std::vector<double>{epoch_loss_, start_loss_, constant_loss_});
  archive.put("batches.parameters", std::span<const T>(values()));
  archive.put("batches.optimizer", optimizer_.save());
  const auto random = model_->network().random().state();
  archive.put("batches.random", std::vector<std::int64_t>(random.begin(), random.end()));
}

template <class T> void Batches<T>::load(const Archive& archive) {
  const auto counts = archive.integers("batches.counts"), random = archive.integers("batches.random");
  const auto numbers = archive.doubles("batches.numbers");
  const auto saved = load_values<T>(archive, "batches.parameters");
  if (saved.size() != values().size())
    archive.fail("batches.parameters",
                 text::cat("holds ", saved.size(), " numbers where the model has ", values().size()));
  if (counts[1] > static_cast<std::int64_t>(training_->rows) - (counts[2] != 0))
    archive.fail("batches.counts", "does not fit the rows of the run");
  try {
    optimizer_.load(archive.raw("batches.optimizer"));
  } catch (const Error& error) {
    archive.fail("batches.optimizer", text::cat("cannot be used: ", error.what()));
  }
  std::ranges::copy(saved, values().begin());
  epoch_ = counts[0], in_epoch_ = counts[2] != 0, examples_ = counts[3], epoch_examples_ = counts[4];
  epoch_loss_ = numbers[0], start_loss_ = numbers[1], constant_loss_ = numbers[2];
  Random::State state;
  std::ranges::transform(random, state.begin(), [](std::int64_t word) { return static_cast<std::uint64_t>(word); });
  model_->network().random() = Random(state);
  if (!in_epoch_) return;
  batches_.start_epoch(static_cast<std::uint64_t>(epoch_));
  while (static_cast<std::int64_t>(training_->rows - batches_.left()) < counts[1]) batches_.next();
}

template <class T> Work Batches<T>::work() const {
  return {.steps = optimizer_.steps(), .examples = examples_, .clipped = optimizer_.clipped_steps()};
}

template <class T> std::string Batches<T>::done(std::int64_t epochs) const {
  const std::int64_t steps = optimizer_.steps();
  return text::cat(epochs, epochs == 1 ? " epoch" : " epochs", " (", steps, steps == 1 ? " step)" : " steps)");
}

template <class T> std::string Batches<T>::remark(const Outcome& o, double lost_at) const {
  if (o.ending == Ending::not_finite && optimizer_.steps() == 0)
    return text::cat(": the loss is no finite number before the first step, for target or inputs are too large for ",
                     sizeof(T) == sizeof(float) ? "float" : "double");
  if (o.ending != Ending::diverged) return "";
  if (std::isnan(lost_at))
    return text::cat(" the loss lies far above ", text::brief(start_loss_, 4), ", where it began");
  return text::cat("; it began at ", text::brief(start_loss_, 4), ", and a constant prediction has ",
                   text::brief(constant_loss_, 4));
}

template <class T> std::string Batches<T>::advice() const {
  const char* const wider = sizeof(T) == sizeof(float) ? "double precision, " : "";
  if (optimizer_.steps() == 0)
    return text::cat("; use ", wider, "standardised inputs, or divide the columns by a power of ten");
  return text::cat("; use a smaller learning rate (it was ", text::brief(optimizer_.learning_rate(), 3), "), ", wider,
                   "standardised inputs or a clipped gradient");
}

template class Batches<float>;
template class Batches<double>;

}  // namespace talweg::train
