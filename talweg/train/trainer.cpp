#include "talweg/train/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/network_optimizer.hpp"

namespace talweg::train {

namespace {

// A loss this many times its start never came back in any run we looked at; waiting for infinity would waste the time.
constexpr double hopeless = 1e6;
// Above its start by this share of it, the loss says that the steps are too long.
constexpr double worse_than_start = 0.5;
constexpr std::int64_t still_epochs_to_converge = 5;

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

Ending ending_of(Status status) {
  switch (status) {
    case Status::converged:
    case Status::converged_at_precision:
    case Status::target_reached:
      return Ending::converged;
    case Status::completed:
    case Status::iteration_limit:
      return Ending::completed;
    case Status::time_limit:
      return Ending::time_limit;
    case Status::stopped_by_caller:
      return Ending::stopped_by_caller;
    case Status::diverged:
      return Ending::diverged;
    case Status::not_finite:
      return Ending::not_finite;
    default:
      return Ending::line_search_failed;
  }
}

std::string_view name(Ending ending) {
  constexpr std::string_view names[] = {"completed", "early_stopped", "converged",         "time_limit",
                                        "diverged",  "not_finite",    "stopped_by_caller", "line_search_failed"};
  return names[static_cast<std::size_t>(ending)];
}

template <class T> std::vector<double> outputs_of(models::Model<T>& model, const Examples<T>& examples, Pool& pool) {
  const nn::PoolLoan<T> loan(model.network(), pool);
  const auto rows = static_cast<std::int64_t>(examples.rows);
  Tensor<T> out({rows, static_cast<std::int64_t>(model.head().outputs)});
  model.outputs(View<const T>(examples.x.data(), {rows, static_cast<std::int64_t>(examples.inputs)}), out);
  return {out.begin(), out.end()};
}

template <class T> Metrics measure(models::Model<T>& model, const Examples<T>& examples, Pool& pool) {
  if (examples.rows == 0) return {};
  const nn::PoolLoan<T> loan(model.network(), pool);
  const auto inputs = static_cast<std::int64_t>(examples.inputs);
  const auto width = static_cast<std::int64_t>(model.head().outputs);
  return measure_in_pieces(pool, model.head(), examples.truth, [&](std::size_t from, std::span<double> to) {
    const std::int64_t rows = static_cast<std::int64_t>(to.size()) / width;
    Tensor<T> out({rows, width});
    model.outputs(View<const T>(examples.x.data() + from * examples.inputs, {rows, inputs}), out);
    std::copy(out.begin(), out.end(), to.begin());
  });
}

template std::vector<double> outputs_of(models::Model<float>&, const Examples<float>&, Pool&);
template std::vector<double> outputs_of(models::Model<double>&, const Examples<double>&, Pool&);
template Metrics measure(models::Model<float>&, const Examples<float>&, Pool&);
template Metrics measure(models::Model<double>&, const Examples<double>&, Pool&);

template <class T>
Trainer<T>::Trainer(models::Model<T>& model, Optimizer<T> optimizer, const Examples<T>& train,
                    const Examples<T>& validation, TrainerOptions options, Pool& pool)
    : model_(&model),
      optimizer_(std::move(optimizer)),
      train_(&train),
      validation_(&validation),
      options_(std::move(options)),
      pool_(&pool),
      batches_(train.rows, options_.batch_size, options_.seed, options_.order),
      judge_(Judge::of(model.head(), options_.select)) {
  check();
  options_.keep_best = (options_.keep_best || options_.patience > 0) && validation.rows > 0;
  const bool plateau = optimizer_.method().schedule.kind == Schedule::Kind::plateau;
  judges_ = validation.rows > 0 && (options_.keep_best || plateau);
  if (judges_) judge_.require_defined(validation.truth);
  optimizer_.set_total_steps(options_.epochs * static_cast<std::int64_t>(batches_.per_epoch()));
  optimizer_.set_parallel(parallel_for(pool));
  x_.resize(batches_.size() * train.inputs);
  (train.targets.classes.empty() ? values_.resize(batches_.size()) : classes_.resize(batches_.size()));
  kept_.resize(optimizer_.looks_ahead() ? optimizer_.size() : 0);
  ahead_.resize(kept_.size());
}

template <class T> void Trainer<T>::check() const {
  if (options_.patience > 0 && validation_->rows == 0)
    throw Error("patience has no effect without validation rows; hold some back or leave patience out");
  if (!options_.select.empty() && validation_->rows == 0)
    throw Error(text::cat("judging by ", options_.select, " has no effect without validation rows; hold some back"));
  if (options_.gradient_tolerance > 0 && batches_.per_epoch() > 1)
    throw Error("a gradient tolerance needs all rows in a batch; the gradient of a mini-batch is noise");
  if (train_->is_sparse() || validation_->is_sparse())
    throw Error("mini-batches are of dense rows, and these are sparse; use a method that takes all rows at every step");
  const std::vector<Segment> wanted = segments(model_->network().parameters().list);
  if (optimizer_.segments() != wanted)
    throw Error(text::cat("the optimizer was made for the parameters ", described(optimizer_.segments()),
                          ", and the model has ", described(wanted),
                          "; make it from segments(model.network().parameters().list)"));
}

template <class T> void Trainer<T>::load_batch(std::span<const std::uint32_t> rows) {
  batch_rows_ = rows.size();
  data::gather<T>(train_->x, train_->inputs, rows, std::span<T>(x_));
  if (classes_.empty())
    data::gather<T>(train_->targets.values, 1, rows, std::span<T>(values_));
  else
    data::gather<std::int32_t>(train_->targets.classes, 1, rows, classes_);
}

/// The loss of the batch at the model's parameters; their gradient, weighted by the size of a short batch.
template <class T> T Trainer<T>::differentiate_batch() {
  const auto n = static_cast<std::int64_t>(batch_rows_);
  nn::Targets<T> targets;
  if (classes_.empty())
    targets.values = View<const T>(values_.data(), {n, 1});
  else
    targets.classes = std::span(classes_).first(batch_rows_);
  const nn::Parameters<T> p = model_->network().parameters();
  p.zero_gradients();
  const View<const T> x(x_.data(), {n, static_cast<std::int64_t>(train_->inputs)});
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
  if (batch_rows_ < batches_.size()) {
    const T weight = static_cast<T>(static_cast<double>(batch_rows_) / static_cast<double>(batches_.size()));
    for (T& g : p.gradients) g *= weight;
  }
  return loss;
}

/// The step itself; without one where the loss is not finite: a NaN gradient would spoil all parameters.
template <class T> StepEvent Trainer<T>::update(std::span<const std::uint32_t> rows) {
  load_batch(rows);
  const T loss = differentiate_batch();
  StepEvent event{optimizer_.steps() + 1, epoch_, static_cast<double>(loss) * model_->head().loss_unit(), 0, false};
  if (!std::isfinite(loss)) return event;
  const nn::Parameters<T> p = model_->network().parameters();
  const StepOutcome outcome = optimizer_.step(p.values, p.gradients, {static_cast<double>(loss)});
  event.learning_rate = outcome.learning_rate;
  event.clipped = outcome.clipped;
  epoch_loss_ += event.loss * static_cast<double>(rows.size());
  epoch_examples_ += static_cast<std::int64_t>(rows.size());
  examples_ += static_cast<std::int64_t>(rows.size());
  return event;
}

template <class T> StepEvent Trainer<T>::step() {
  const nn::PoolLoan<T> loan(model_->network(), *pool_);
  if (!in_epoch_) {
    batches_.start_epoch(static_cast<std::uint64_t>(++epoch_));
    in_epoch_ = true;
    epoch_loss_ = 0;
    epoch_examples_ = 0;
  }
  const StepEvent event = update(batches_.next());
  in_epoch_ = batches_.left() > 0;
  const bool finite = std::isfinite(event.loss);
  if (finite && options_.on_step) options_.on_step(event);
  if (!in_epoch_ && finite && finite_parameters()) end_epoch();
  return event;
}

template <class T> bool Trainer<T>::finite_parameters() const {
  return std::ranges::all_of(values(), [](T v) { return std::isfinite(v); });
}

template <class T> double Trainer<T>::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

template <class T> bool Trainer<T>::is_converged(const StepEvent& event) const {
  if (options_.gradient_tolerance <= 0) return false;
  return event.step > 1 && largest<T>(model_->network().parameters().gradients) <= options_.gradient_tolerance;
}

template <class T> std::optional<Ending> Trainer<T>::ending_after(const StepEvent& event) const {
  if (!std::isfinite(event.loss) || (!in_epoch_ && !finite_parameters())) return Ending::not_finite;
  if (event.loss > hopeless * std::max(start_loss_, 1e-3 * model_->head().loss_unit())) return Ending::diverged;
  if (is_converged(event)) return Ending::converged;
  if (options_.stop && options_.stop()) return Ending::stopped_by_caller;
  if (seconds() >= options_.max_seconds) return Ending::time_limit;
  return std::nullopt;
}

template <class T> std::optional<Ending> Trainer<T>::ending_after_epoch() const {
  if (completed_epochs_ >= options_.epochs) return Ending::completed;
  if (options_.patience > 0 && epoch_ - best_.epoch() >= options_.patience) return Ending::early_stopped;
  if (options_.loss_tolerance > 0 && still_epochs_ >= still_epochs_to_converge) return Ending::converged;
  return std::nullopt;
}

/// Puts the averaged parameters in place, if the method keeps some; returns the others, or nothing.
template <class T> std::vector<T> Trainer<T>::show_averages() {
  const auto average = optimizer_.average().empty() ? optimizer_.moving_average() : optimizer_.average();
  if (average.empty()) return {};
  std::vector<T> others(values().begin(), values().end());
  std::ranges::copy(average, values().begin());
  return others;
}

/// Without validation rows to judge by, the loss of this epoch says how good the parameters were that it began with:
/// they are what a run that fails later comes back to.
template <class T> void Trainer<T>::keep_candidate() {
  if (!candidate_.empty())
    best_.look(completed_epochs_, epoch_loss_ / static_cast<double>(epoch_examples_), candidate_);
  candidate_.assign(values().begin(), values().end());
}

template <class T> void Trainer<T>::end_epoch() {
  EpochEvent event;
  event.epoch = epoch_;
  event.epochs = options_.epochs;
  event.step = optimizer_.steps();
  event.steps = options_.epochs * static_cast<std::int64_t>(batches_.per_epoch());
  event.loss = epoch_loss_ / static_cast<double>(epoch_examples_);
  event.learning_rate = optimizer_.learning_rate();
  event.clipped = optimizer_.clipped_steps();
  const std::vector<T> others = show_averages();
  if (judges_ || options_.on_epoch) event.validation = measure(*validation_);
  if (judges_)
    event.best = best_.look(epoch_, judge_.cost(event.validation), values());
  else
    keep_candidate();
  if (!others.empty()) std::ranges::copy(others, values().begin());
  optimizer_.watch(judges_ ? judge_.cost(event.validation) : event.loss);
  const double change = std::abs(event.loss - previous_epoch_loss_);
  peak_loss_ = std::max(peak_loss_, event.loss);
  still_epochs_ = change <= options_.loss_tolerance * std::abs(event.loss) ? still_epochs_ + 1 : 0;
  previous_epoch_loss_ = event.loss;
  event.seconds = seconds();
  ++completed_epochs_;
  if (options_.on_epoch) options_.on_epoch(event);
}

template <class T> Outcome Trainer<T>::run() {
  const nn::PoolLoan<T> loan(model_->network(), *pool_);
  begin_ = std::chrono::steady_clock::now();
  start_loss_ = measure(*train_).get("loss");
  const std::vector<double> zeros(train_->rows * model_->head().outputs);
  constant_loss_ = train::measure(*pool_, model_->head(), zeros, train_->truth).get("loss");
  std::optional<Ending> ending;
  while (!ending) {
    const StepEvent event = step();
    bad_step_ = event.step;
    ending = ending_after(event);
    if (!ending && !in_epoch_) ending = ending_after_epoch();
  }
  return finish(*ending);
}

/// Whether a run that reached its end has failed all the same: the loss is far above its start, or the run blew up on
/// its way and what is left (often units that never fire again) knows no more than a constant.
template <class T> bool Trainer<T>::is_lost(double loss) const {
  const double limit = start_loss_ + worse_than_start * std::abs(start_loss_) + 1e-3 * model_->head().loss_unit();
  return loss > limit || (peak_loss_ > limit && loss >= constant_loss_);
}

/// A failed run is no reason to lose what it had found before: the best epoch, if it is better than the start and is
/// not lost itself.
template <class T> void Trainer<T>::rescue(Outcome& outcome) {
  std::vector<T> winner(values().begin(), values().end());
  double lowest = start_loss_;
  outcome.best_epoch = 0;
  for (const auto& [epoch, parameters] :
       {std::pair{best_.epoch(), &best_.parameters()}, std::pair{completed_epochs_, &std::as_const(candidate_)}}) {
    if (parameters->empty()) continue;
    std::ranges::copy(*parameters, values().begin());
    const Metrics train = measure(*train_);
    if (!(train.get("loss") < lowest) || is_lost(train.get("loss"))) continue;
    lowest = train.get("loss");
    winner = *parameters;
    outcome.train = train;
    outcome.best_epoch = epoch;
  }
  std::ranges::copy(winner, values().begin());
  if (outcome.best_epoch > 0) outcome.validation = measure(*validation_);
}

template <class T> Outcome Trainer<T>::finish(Ending ending) {
  Outcome outcome;
  outcome.ending = ending;
  outcome.epochs = completed_epochs_;
  outcome.steps = optimizer_.steps();
  outcome.examples = examples_;
  outcome.clipped = optimizer_.clipped_steps();
  outcome.seconds = seconds();
  if (options_.keep_best) outcome.judged_by = judge_.metric();
  if (usable(ending)) {
    show_averages();
    if (options_.keep_best && best_.epoch() > 0) {
      std::ranges::copy(best_.parameters(), values().begin());
      outcome.best_epoch = best_.epoch();
    }
    outcome.train = measure(*train_);
    outcome.validation = measure(*validation_);
    const double loss = outcome.train.get("loss");
    if (!finite_parameters() || !std::isfinite(loss))
      outcome.ending = Ending::not_finite;
    else if (is_lost(loss))
      outcome.ending = Ending::diverged;
  }
  const double lost_at = outcome.train.empty() ? std::numeric_limits<double>::quiet_NaN() : outcome.train.get("loss");
  if (!usable(outcome.ending)) rescue(outcome);
  outcome.message = message(outcome, lost_at);
  return outcome;
}

/// `lost_at`: the loss at the end of a run that has failed, NaN where it ended on its way.
template <class T> std::string Trainer<T>::message(const Outcome& o, double lost_at) const {
  const std::string done =
      text::cat(o.epochs, o.epochs == 1 ? " epoch" : " epochs", " (", o.steps, o.steps == 1 ? " step)" : " steps)");
  const std::string slower = text::cat(
      "; use a smaller learning rate (it was ", text::brief(optimizer_.learning_rate(), 3), "), standardised inputs",
      sizeof(T) == sizeof(float) ? ", --precision double" : "", " or a clipped gradient");
  const std::string restored = o.best_epoch > 0 ? kept_epoch(o) : "";
  const std::string saved = o.best_epoch > 0 ? restored : "; nothing of it is kept";
  switch (o.ending) {
    case Ending::completed:
      return text::cat("all ", done, " were made", restored);
    case Ending::early_stopped:
      return text::cat("stopped after ", done, ": nothing better by ", judge_.metric(), " on the validation rows for ",
                       options_.patience, options_.patience == 1 ? " epoch" : " epochs", restored);
    case Ending::converged:
      return text::cat("converged after ", done, restored);
    case Ending::time_limit:
      return text::cat("the time limit of ", options_.max_seconds, " s ended the run after ", done, restored,
                       "; the result may improve with more time");
    case Ending::stopped_by_caller:
      return text::cat("interrupted after ", done, restored);
    case Ending::line_search_failed:  // of the deterministic methods
      break;
    case Ending::not_finite:
      if (optimizer_.steps() == 0)
        return text::cat("the loss is no finite number before the first step: target or inputs are too large for ",
                         sizeof(T) == sizeof(float) ? "float; use --precision double, standardise them, or divide"
                                                    : "double; standardise them, or divide",
                         " the columns by a power of ten");
      return text::cat("NaN or infinity appeared at step ", bad_step_, " (epoch ", epoch_, ")", saved, slower);
    case Ending::diverged:
      if (std::isnan(lost_at))
        return text::cat("the run diverged: at step ", bad_step_, " (epoch ", epoch_, ") the loss lies far above ",
                         text::brief(start_loss_, 4), ", where it began", saved, slower);
      return text::cat("the run diverged: after ", done, " the loss is ", text::brief(lost_at, 4), "; it began at ",
                       text::brief(start_loss_, 4), ", and a constant prediction has ", text::brief(constant_loss_, 4),
                       saved, slower);
  }
  return "";
}

/// Which epoch was kept, and by what it was the best.
template <class T> std::string Trainer<T>::kept_epoch(const Outcome& o) const {
  return text::cat("; the parameters of epoch ", o.best_epoch, " are kept, ",
                   judges_ ? text::cat("the best on the validation rows by ", judge_.figure(o.validation))
                           : text::cat("where the loss was lowest: ", text::brief(o.train.get("loss"), 4)));
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace talweg::train
