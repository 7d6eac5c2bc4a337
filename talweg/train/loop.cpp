#include "talweg/train/loop.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::train {

namespace {

constexpr std::int64_t still_epochs_to_converge = 5;

/// While the loop works, the learner asks it whether to stop.
class Asking {
 public:
  Asking(Learner& learner, const Stop& stop) : learner_(learner), before_(learner.exchange_stop(stop)) {}
  ~Asking() { learner_.exchange_stop(std::move(before_)); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

 private:
  Learner& learner_;
  Stop before_;
};

}  // namespace

Loop::Loop(Learner& learner, Options options, Observer observer)
    : learner_(&learner), options_(std::move(options)), observer_(std::move(observer)), stop_(observer_.stop) {
  const bool validated = learner.has_validation();
  const std::string rows(learner.words().rows);
  if (options_.patience > 0 && !validated)
    throw Error(
        text::cat("patience has no effect without validation ", rows, "; hold some back or leave patience out"));
  if (!options_.select.empty() && !validated)
    throw Error(
        text::cat("judging by ", options_.select, " has no effect without validation ", rows, "; hold some back"));
  options_.keep_best = (options_.keep_best || options_.patience > 0) && validated;
  judges_ = validated && (options_.keep_best || learner.watches());
  judge_ = learner.judge(options_.select, judges_);
  const CheckpointPlan& plan = options_.checkpoint;
  if (!plan.folder.empty() && learner.kind().empty())
    throw Error("this learner writes no checkpoints; leave checkpoint out, or give it a kind, save and load");
  if (!plan.folder.empty()) folder_ = std::make_unique<CheckpointFolder>(plan.folder, plan.keep_last);
}

double Loop::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

void Loop::begin() {
  begun_ = true;
  begin_ = std::chrono::steady_clock::now();
  try {
    start_loss_ = learner_->begin(options_.epochs);
  } catch (const Stopped&) {
    cut_ = true;
  }
  if (folder_ && options_.checkpoint.resume) {
    std::string damage;
    if (const auto archive = CheckpointFolder::newest(folder_->path(), damage)) load(*archive);
  }
  if (!cut_) ended_ = tell(observer_.callbacks, &Callback::begin, BeginEvent{options_.epochs, epochs_, start_loss_});
}

Step Loop::step() {
  const Asking asking(*learner_, stop_);
  if (!begun_) begin();
  try {
    if (!cut_ && !ended_) return advance();
  } catch (const Stopped&) {
    cut_ = true;
  }
  return {.number = last_step_, .ending = Ending::stopped_by_caller};
}

Step Loop::advance() {
  const Step step = learner_->step();
  last_step_ = step.number;
  last_epoch_ = epochs_ + 1;
  const bool lost = step.ending && !usable(*step.ending);
  if (std::isfinite(step.loss)) {
    const StepEvent event{step.number, epochs_ + 1, step.loss, step.learning_rate, step.clipped};
    if (observer_.on_step) observer_.on_step(event);
    ended_ = tell(observer_.callbacks, &Callback::step, event);
  }
  if (step.ends_epoch && !lost) end_epoch();
  if (folder_ && !step.ending) save_if_due(step);
  return step;
}

void Loop::end_epoch() {
  EpochEvent event = learner_->epoch();
  event.epoch = ++epochs_;
  event.epochs = options_.epochs;
  const bool heard = observer_.on_epoch || std::ranges::any_of(observer_.callbacks, [](const Callback& c) {
                       return static_cast<bool>(c.epoch);
                     });
  if (judges_ || (heard && learner_->has_validation())) event.validation = learner_->measure(Part::validation);
  if (judges_) {
    const double cost = judge_.cost(event.validation);
    if (best_.improves(cost)) event.best = true, best_.take(epochs_, cost, learner_->parameters());
    learner_->watch(cost);
  } else {
    keep(event.loss);
    learner_->watch(event.loss);
  }
  const double change = std::abs(event.loss - previous_loss_);
  peak_loss_ = std::max(peak_loss_, event.loss);
  still_epochs_ = change <= options_.loss_tolerance * std::abs(event.loss) ? still_epochs_ + 1 : 0;
  previous_loss_ = event.loss;
  event.seconds = seconds();
  if (observer_.on_epoch) observer_.on_epoch(event);
  if (tell(observer_.callbacks, &Callback::epoch, event)) ended_ = true;
}

/// Without validation rows to judge by, the loss says how good parameters were: what a run that fails later comes back
/// to.
void Loop::keep(double loss) {
  if (!std::isfinite(loss)) return;
  if (learner_->measures_its_end()) {
    if (best_.improves(loss)) best_.take(epochs_, loss, learner_->parameters());
    return;
  }
  if (!candidate_.empty() && best_.improves(loss)) best_.take(epochs_ - 1, loss, std::move(candidate_));
  candidate_ = learner_->parameters();
}

void Loop::save_if_due(const Step& step) {
  const Period& period = options_.checkpoint.period;
  const bool due = period.steps > 0    ? step.number / period.steps > saved_step_ / period.steps
                   : period.epochs > 0 ? step.ends_epoch && epochs_ % period.epochs == 0
                                       : seconds() - saved_at_ >= period.seconds;
  if (due) save();
}

void Loop::save() {
  if (!learner_->healthy()) return;
  saved_at_ = seconds();
  saved_step_ = last_step_;
  Archive archive;
  archive.put("kind", learner_->kind());
  std::vector<std::string> keys, values;
  for (const auto& [key, value] : options_.checkpoint.settings) keys.push_back(key), values.push_back(value);
  archive.put("settings.keys", keys);
  archive.put("settings.values", values);
  archive.put(Period::entry, std::string_view(options_.checkpoint.period.text()));
  archive.put("loop.counts", std::vector<std::int64_t>{epochs_, still_epochs_, last_step_, best_.epoch()});
  archive.put("loop.numbers", std::vector<double>{saved_at_, start_loss_, peak_loss_, previous_loss_, best_.cost()});
  archive.put("loop.best", best_.parameters());
  archive.put("loop.candidate", candidate_);
  learner_->save(archive);
  folder_->save(archive);
}

void Loop::load(const Archive& archive) {
  const auto counts = archive.integers("loop.counts");
  const auto numbers = archive.doubles("loop.numbers");
  learner_->load(archive);
  epochs_ = counts[0], still_epochs_ = counts[1], last_step_ = saved_step_ = counts[2];
  seconds_before_ = saved_at_ = numbers[0];
  start_loss_ = numbers[1], peak_loss_ = numbers[2], previous_loss_ = numbers[3];
  const std::size_t size = learner_->parameters().size();
  for (const auto* name : {"loop.best", "loop.candidate"}) {
    std::vector<double> parameters = archive.doubles(name);
    if (!parameters.empty() && parameters.size() != size)
      archive.fail(name, text::cat("holds ", parameters.size(), " numbers where the run has ", size));
    if (name == std::string_view("loop.candidate"))
      candidate_ = std::move(parameters);
    else if (counts[3] > 0)
      best_.take(counts[3], numbers[4], std::move(parameters));
  }
  resumed_ = true;
}

std::optional<Ending> Loop::ending_after(const Step& step) const {
  if (step.ending) return step.ending;
  if (!std::isfinite(step.loss)) return Ending::not_finite;
  if (learner_->hopeless(step.loss)) return Ending::diverged;
  if (ended_ || stop_.wished()) return Ending::stopped_by_caller;
  if (seconds() >= options_.max_seconds) return Ending::time_limit;
  return step.ends_epoch ? ending_after_epoch() : std::nullopt;
}

std::optional<Ending> Loop::ending_after_epoch() const {
  if (epochs_ >= options_.epochs) return Ending::completed;
  if (options_.patience > 0 && epochs_ - best_.epoch() >= options_.patience) return Ending::early_stopped;
  if (options_.loss_tolerance > 0 && still_epochs_ >= still_epochs_to_converge) return Ending::converged;
  return std::nullopt;
}

Outcome Loop::run() {
  const Asking asking(*learner_, stop_);
  if (!begun_) begin();
  std::optional<Ending> ending;
  if (epochs_ > 0) ending = ending_after_epoch();  // resumed
  while (!ending) ending = ending_after(step());
  return finish(*ending);
}

Outcome Loop::finish(Ending ending) {
  if (folder_ && usable(ending) && !cut_) save();
  learner_->conclude();
  const Work work = learner_->work();
  Outcome o;
  o.ending = ending;
  o.epochs = epochs_;
  o.steps = work.steps;
  o.examples = work.examples;
  o.clipped = work.clipped;
  o.evaluations = work.evaluations;
  o.objective = work.objective;
  o.gradient_norm = work.gradient_norm;
  if (options_.keep_best) o.judged_by = judge_.metric();
  if (o.usable()) {
    if (options_.keep_best && best_.epoch() > 0) take_best(o);
    measure(o);
  }
  const double lost_at = o.train.empty() ? std::numeric_limits<double>::quiet_NaN() : o.train.get("loss");
  look_back(o);
  if (!usable(o.ending)) rescue(o);
  o.seconds = seconds();
  o.message = message(o, lost_at);
  tell(observer_.callbacks, &Callback::end, o);
  return o;
}

/// Nobody waits for it where the run is stopped meanwhile.
void Loop::look_back(Outcome& o) {
  try {
    o.post_mortem = learner_->examine(o);
  } catch (const Stopped&) {
    o.post_mortem = nullptr;
  }
}

/// The figures of what is left in the model, and whether it is good for anything. Without them, where nobody waits for
/// them any more.
void Loop::measure(Outcome& o) {
  o.train = figures(Part::training);
  o.validation = figures(Part::validation);
  if (unmeasured_) o.ending = Ending::stopped_by_caller;
  if (unmeasured_ && o.train.empty()) {
    const auto parameters = learner_->parameters();
    if (!std::ranges::all_of(parameters, [](double v) { return std::isfinite(v); })) o.ending = Ending::not_finite;
  } else if (!std::isfinite(o.train.get("loss"))) {
    o.ending = Ending::not_finite;
  } else if (learner_->lost(o.train, peak_loss_)) {
    o.ending = Ending::diverged;
  }
}

/// None, where the run is stopped while they are measured.
Metrics Loop::figures(Part part) {
  try {
    return learner_->measure(part);
  } catch (const Stopped&) {
    unmeasured_ = true;
    return {};
  }
}

void Loop::take_best(Outcome& o) {
  learner_->restore(best_.parameters());
  o.best_epoch = best_.epoch();
  if (best_.epoch() != epochs_) o.objective = o.gradient_norm = std::numeric_limits<double>::quiet_NaN();
}

/// A failed run is no reason to lose what it had found before: the best epoch, if it is better than the start and is
/// not lost itself.
void Loop::rescue(Outcome& o) {
  std::vector<double> winner = learner_->parameters();
  double lowest = start_loss_;
  o.best_epoch = 0;
  o.train = o.validation = {};
  for (const auto& [epoch, parameters] :
       {std::pair{best_.epoch(), &best_.parameters()}, std::pair{epochs_, &std::as_const(candidate_)}}) {
    if (parameters->empty()) continue;
    learner_->restore(*parameters);
    const Metrics train = figures(Part::training);
    const double loss = train.get("loss");
    if (!(loss < lowest) || learner_->lost(train, peak_loss_)) continue;
    lowest = loss;
    winner = *parameters;
    o.train = train;
    o.best_epoch = epoch;
  }
  learner_->restore(winner);
  o.objective = o.gradient_norm = std::numeric_limits<double>::quiet_NaN();
  if (o.best_epoch > 0) o.validation = figures(Part::validation);
}

/// `lost_at`: the loss at the end of a run that has failed, NaN where it ended on its way.
std::string Loop::message(const Outcome& o, double lost_at) const {
  const Words words = learner_->words();
  const std::string done = learner_->done(o.epochs), restored = o.best_epoch > 0 ? kept(o) : "",
                    saved = o.best_epoch > 0 ? restored : "; nothing of it is kept",
                    remark = learner_->remark(o, lost_at), found = o.post_mortem ? o.post_mortem->told() : "",
                    tried = found.empty() ? "" : "; " + found,
                    advice = o.post_mortem && o.post_mortem->remedy() ? tried : learner_->advice() + tried;
  const auto counted = [&](std::int64_t n) { return text::cat(n, " ", n == 1 ? words.epoch : words.epochs); };
  switch (o.ending) {
    case Ending::completed:
      return text::cat("all ", done, " were ", words.made, remark, restored, stalled(o), tried);
    case Ending::early_stopped:
      return text::cat("stopped after ", done, ": nothing better by ", judge_.metric(), " on the validation ",
                       words.rows, " for ", counted(options_.patience), restored);
    case Ending::converged:
      return text::cat("converged after ", done, remark, restored, stalled(o), tried);
    case Ending::time_limit:
      return text::cat("the time limit of ", options_.max_seconds, " s ended the run after ", done, remark, restored,
                       "; the result may improve with more time");
    case Ending::stopped_by_caller:
      if (!o.usable()) return "interrupted before the first step: nothing was learned, and nothing is kept";
      return text::cat("interrupted after ", done, remark, restored,
                       !unmeasured_      ? ""
                       : o.train.empty() ? "; the final figures were not measured"
                                         : "; the validation figures were not measured");
    case Ending::line_search_failed:
      return text::cat("ended after ", done, remark, restored);
    case Ending::not_finite:
      return text::cat("NaN or infinity appeared at step ", last_step_, " (", words.epoch, " ", last_epoch_, ")",
                       remark, saved, advice);
    case Ending::diverged:
      return text::cat("the run diverged: ",
                       std::isnan(lost_at) ? text::cat("at step ", last_step_, " (", words.epoch, " ", last_epoch_, ")")
                                           : text::cat("after ", done, " the loss is ", text::brief(lost_at, 4)),
                       remark, saved, advice);
  }
  return "";
}

/// What is said of a run that ended well and came nowhere.
std::string Loop::stalled(const Outcome& o) const {
  if (!o.post_mortem) return "";
  return text::cat("; the loss hardly moved, from ", text::brief(start_loss_, 4), " to ",
                   text::brief(o.train.get("loss"), 4));
}

/// Which epoch was kept, and by what it was the best.
std::string Loop::kept(const Outcome& o) const {
  const Words words = learner_->words();
  return text::cat("; the parameters of ", words.epoch, " ", o.best_epoch, " are kept, ",
                   judges_ ? text::cat("the best on the validation ", words.rows, " by ",
                                       o.validation.empty() ? judge_.metric() : judge_.figure(o.validation))
                           : text::cat("where the loss was lowest: ", text::brief(o.train.get("loss"), 4)));
}

Outcome train(Learner& learner, const Options& options, const Observer& observer) {
  return Loop(learner, options, observer).run();
}

}  // namespace talweg::train
