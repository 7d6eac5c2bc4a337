#include "talweg/train/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::train {

namespace {

// A loss this many times its start never came back in any run we looked at; waiting for infinity would waste the time.
constexpr double hopeless = 1e6;
// Above its start by this share of it, the loss says that the steps are too long.
constexpr double worse_than_start = 0.5;
constexpr std::int64_t still_epochs_to_converge = 5;
constexpr std::size_t update_piece = 1 << 14;  // elements; no bit depends on it

template <class T> std::vector<Segment> segments_of(const nn::Parameters<T>& parameters) {
  std::vector<Segment> out;
  for (const auto& p : parameters)
    out.push_back({p.name, static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.size())});
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

template <class T>
Trainer<T>::Trainer(models::Model<T>& model, Optimizer<T> optimizer, const Examples<T>& train,
                    const Examples<T>& validation, TrainerOptions options, Pool& pool)
    : model_(model),
      optimizer_(std::move(optimizer)),
      train_(train),
      validation_(validation),
      options_(std::move(options)),
      pool_(pool),
      batches_(train.rows, options_.batch_size, options_.seed, options_.order) {
  options_.keep_best = (options_.keep_best || options_.patience > 0) && validation_.rows > 0;
  if (options_.patience > 0 && validation_.rows == 0)
    throw Error("patience has no effect without validation rows; give --validation 0.2 or leave --patience out");
  if (options_.gradient_tolerance > 0 && batches_.per_epoch() > 1)
    throw Error("a gradient tolerance needs the full batch (--batch-size all); the gradient of a mini-batch is noise");
  if (segments_of(model_.network().parameters()) != optimizer_.segments())
    optimizer_ = Optimizer<T>(optimizer_.method(), segments_of(model_.network().parameters()));
  model_.network().use(pool_);
  optimizer_.set_total_steps(options_.epochs * static_cast<std::int64_t>(batches_.per_epoch()));
  optimizer_.set_parallel([this](std::size_t count, const std::function<void(std::size_t, std::size_t)>& body) {
    for_ranges(pool_, static_cast<std::int64_t>(count), update_piece, [&](std::int64_t begin, std::int64_t end) {
      body(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
    });
  });
  x_.resize(batches_.size() * train_.inputs);
  (train_.targets.classes.empty() ? values_.resize(batches_.size()) : classes_.resize(batches_.size()));
  kept_.resize(optimizer_.looks_ahead() ? optimizer_.size() : 0);
  ahead_.resize(kept_.size());
}

template <class T> void Trainer<T>::load_batch(std::span<const std::uint32_t> rows) {
  batch_rows_ = rows.size();
  data::gather<T>(train_.x, train_.inputs, rows, std::span<T>(x_));
  if (classes_.empty())
    data::gather<T>(train_.targets.values, 1, rows, std::span<T>(values_));
  else
    data::gather<std::int32_t>(train_.targets.classes, 1, rows, classes_);
}

/// The loss of the batch at the model's parameters; their gradient, weighted by the size of a short batch.
template <class T> T Trainer<T>::differentiate_batch() {
  const auto n = static_cast<std::int64_t>(batch_rows_);
  nn::Targets<T> targets;
  if (classes_.empty())
    targets.values = View<const T>(values_.data(), {n, 1});
  else
    targets.classes = std::span(classes_).first(batch_rows_);
  const nn::Parameters<T> p = model_.network().parameters();
  p.zero_gradients();
  const View<const T> x(x_.data(), {n, static_cast<std::int64_t>(train_.inputs)});
  T loss;
  if (optimizer_.looks_ahead()) {
    std::copy(p.values.begin(), p.values.end(), kept_.begin());
    optimizer_.look_ahead(kept_, ahead_);
    std::copy(ahead_.begin(), ahead_.end(), p.values.begin());
    loss = model_.differentiate(x, targets);
    std::copy(kept_.begin(), kept_.end(), p.values.begin());
  } else {
    loss = model_.differentiate(x, targets);
  }
  if (batch_rows_ < batches_.size()) {
    const T weight = static_cast<T>(static_cast<double>(batch_rows_) / static_cast<double>(batches_.size()));
    for (T& g : p.gradients) g *= weight;
  }
  return loss;
}

template <class T> StepEvent Trainer<T>::step() {
  auto rows = in_epoch_ ? batches_.next() : std::span<const std::uint32_t>{};
  if (rows.empty()) {
    batches_.start_epoch(static_cast<std::uint64_t>(++epoch_));
    in_epoch_ = true;
    epoch_loss_ = 0;
    epoch_examples_ = 0;
    rows = batches_.next();
  }
  load_batch(rows);
  const T loss = differentiate_batch();
  StepEvent event{optimizer_.steps() + 1, epoch_, static_cast<double>(loss) * model_.head().loss_unit(), 0, false};
  if (!std::isfinite(loss)) return event;  // the parameters stay as they are: a NaN gradient would spoil them all
  const nn::Parameters<T> p = model_.network().parameters();
  const StepOutcome outcome = optimizer_.step(p.values, p.gradients, {static_cast<double>(loss)});
  event.learning_rate = outcome.learning_rate;
  event.clipped = outcome.clipped;
  epoch_loss_ += event.loss * static_cast<double>(rows.size());
  epoch_examples_ += static_cast<std::int64_t>(rows.size());
  examples_ += static_cast<std::int64_t>(rows.size());
  return event;
}

template <class T> Metrics Trainer<T>::measure(const Examples<T>& examples) {
  if (examples.rows == 0) return {};
  const auto inputs = static_cast<std::int64_t>(examples.inputs);
  const auto width = static_cast<std::int64_t>(model_.head().outputs);
  return measure_in_pieces(pool_, model_.head(), examples.truth, [&](std::size_t from, std::span<double> to) {
    const std::int64_t rows = static_cast<std::int64_t>(to.size()) / width;
    Tensor<T> out({rows, width});
    model_.outputs(View<const T>(examples.x.data() + from * examples.inputs, {rows, inputs}), out);
    std::copy(out.begin(), out.end(), to.begin());
  });
}

template <class T> bool Trainer<T>::finite_parameters() const {
  const auto values = const_cast<models::Model<T>&>(model_).network().parameters().values;
  return std::all_of(values.begin(), values.end(), [](T v) { return std::isfinite(v); });
}

template <class T> double Trainer<T>::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

template <class T> bool Trainer<T>::is_converged(const StepEvent& event) {
  if (options_.gradient_tolerance <= 0) return false;
  return event.step > 1 && largest<T>(model_.network().parameters().gradients) <= options_.gradient_tolerance;
}

/// The steps of one epoch; true when the run has ended, and how.
template <class T> bool Trainer<T>::run_epoch(Ending& ending) {
  for (std::size_t i = 0; i < batches_.per_epoch(); ++i) {
    const StepEvent event = step();
    bad_step_ = event.step;
    if (!std::isfinite(event.loss)) return ending = Ending::not_finite, true;
    if (event.loss > hopeless * std::max(start_loss_, 1e-3 * model_.head().loss_unit()))
      return ending = Ending::diverged, true;
    if (options_.on_step) options_.on_step(event);
    if (is_converged(event)) return ending = Ending::converged, true;
    if (options_.stop && options_.stop()) return ending = Ending::stopped_by_caller, true;
    if (seconds() >= options_.max_seconds) return ending = Ending::time_limit, true;
  }
  if (!finite_parameters()) return ending = Ending::not_finite, true;
  return false;
}

/// Puts the averaged parameters in place, if the method keeps some; `kept` then holds the others.
template <class T> void Trainer<T>::show_averages(std::vector<T>& kept) {
  const auto average = optimizer_.average().empty() ? optimizer_.moving_average() : optimizer_.average();
  if (average.empty()) return;
  const auto values = model_.network().parameters().values;
  kept.assign(values.begin(), values.end());
  std::copy(average.begin(), average.end(), values.begin());
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
  const auto values = model_.network().parameters().values;
  if (validation_.rows > 0 && (options_.keep_best || options_.on_epoch)) {
    std::vector<T> kept;
    show_averages(kept);
    event.validation = measure(validation_);
    event.best = improves(event.validation, best_.accuracy, best_.loss);
    if (event.best) {
      best_.accuracy = event.validation.get("accuracy");
      best_.loss = event.validation.get("loss");
      best_.epoch = epoch_;
      if (options_.keep_best) best_.parameters.assign(values.begin(), values.end());
    }
    if (!kept.empty()) std::copy(kept.begin(), kept.end(), values.begin());
  }
  optimizer_.watch(event.validation.empty() ? event.loss : event.validation.get("loss"));
  const double change = std::abs(event.loss - previous_epoch_loss_);
  peak_loss_ = std::max(peak_loss_, event.loss);
  still_epochs_ = change <= options_.loss_tolerance * std::abs(event.loss) ? still_epochs_ + 1 : 0;
  previous_epoch_loss_ = event.loss;
  event.seconds = seconds();
  ++completed_epochs_;
  if (options_.on_epoch) options_.on_epoch(event);
}

template <class T> Outcome Trainer<T>::run() {
  begin_ = std::chrono::steady_clock::now();
  start_loss_ = measure(train_).get("loss");
  const std::vector<double> zeros(train_.rows * model_.head().outputs);
  constant_loss_ = train::measure(pool_, model_.head(), zeros, train_.truth).get("loss");
  Ending ending = Ending::completed;
  for (std::int64_t e = 0; e < options_.epochs; ++e) {
    if (run_epoch(ending)) break;
    end_epoch();
    if (options_.patience > 0 && epoch_ - best_.epoch >= options_.patience && e + 1 < options_.epochs) {
      ending = Ending::early_stopped;
      break;
    }
    if (options_.loss_tolerance > 0 && still_epochs_ >= still_epochs_to_converge) {
      ending = Ending::converged;
      break;
    }
  }
  return finish(ending);
}

/// Whether a run that reached its end has failed all the same: the loss is far above its start, or the run blew up on
/// its way and what is left (often units that never fire again) knows no more than a constant.
template <class T> bool Trainer<T>::is_lost(double loss) const {
  const double limit = start_loss_ + worse_than_start * std::abs(start_loss_) + 1e-3 * model_.head().loss_unit();
  return loss > limit || (peak_loss_ > limit && loss >= constant_loss_);
}

template <class T> Outcome Trainer<T>::finish(Ending ending) {
  Outcome outcome;
  outcome.ending = ending;
  outcome.epochs = completed_epochs_;
  outcome.steps = optimizer_.steps();
  outcome.examples = examples_;
  outcome.clipped = optimizer_.clipped_steps();
  outcome.seconds = seconds();
  std::vector<T> kept;
  if (usable(ending)) show_averages(kept);
  if (usable(ending) && !best_.parameters.empty()) {
    std::copy(best_.parameters.begin(), best_.parameters.end(), model_.network().parameters().values.begin());
    outcome.best_epoch = best_.epoch;
  }
  if (usable(ending) && !finite_parameters()) outcome.ending = Ending::not_finite;
  if (usable(outcome.ending)) {
    outcome.train = measure(train_);
    outcome.validation = measure(validation_);
    const double loss = outcome.train.get("loss");
    if (!std::isfinite(loss)) outcome.ending = Ending::not_finite;
    if (is_lost(loss)) outcome.ending = Ending::diverged;
  }
  outcome.message = message(outcome);
  return outcome;
}

template <class T> std::string Trainer<T>::message(const Outcome& o) const {
  const std::string done =
      text::cat(o.epochs, o.epochs == 1 ? " epoch" : " epochs", " (", o.steps, o.steps == 1 ? " step)" : " steps)");
  const std::string slower =
      text::cat("; use a smaller learning rate (it was ", text::brief(optimizer_.learning_rate(), 3),
                "), --standardize or --clip global=1");
  const std::string restored = o.best_epoch > 0 ? text::cat("; the parameters of epoch ", o.best_epoch,
                                                            " are kept, the best on the validation rows")
                                                : "";
  switch (o.ending) {
    case Ending::completed:
      return text::cat("all ", done, " were made", restored);
    case Ending::early_stopped:
      return text::cat("stopped after ", done, ": nothing better on the validation rows for ", options_.patience,
                       " epochs", restored);
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
      return text::cat("NaN or infinity appeared in the ", finite_parameters() ? "loss" : "parameters", " at step ",
                       bad_step_, " (epoch ", epoch_, "); nothing of it is kept", slower);
    case Ending::diverged:
      if (o.train.empty())
        return text::cat("the run diverged: at step ", bad_step_, " (epoch ", epoch_, ") the loss lies far above ",
                         text::brief(start_loss_, 4), ", where it began; nothing of it is kept", slower);
      return text::cat("the run diverged: after ", done, " the loss is ", text::brief(o.train.get("loss"), 4),
                       "; it began at ", text::brief(start_loss_, 4), ", and a constant prediction has ",
                       text::brief(constant_loss_, 4), "; nothing of it is kept", slower);
  }
  return "";
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace talweg::train
