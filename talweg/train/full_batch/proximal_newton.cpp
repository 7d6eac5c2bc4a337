#include "talweg/train/full_batch/proximal_newton.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/full_batch/l1_objective.hpp"
#include "talweg/train/full_batch/over_rows.hpp"

namespace talweg::train {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// Parameters of the largest Hessian, 32 MB: with more columns than these the most promising ones take their turn.
constexpr std::size_t most_parameters = 2000;
/// Columns that are chosen at once, and how many times those that are not 0: most of the others stay 0.
constexpr std::size_t least_chosen = 256, growth = 2;
/// What of the decrease that a short step promises must come true (Tseng and Yun 2009), and how often a step is halved.
constexpr double sufficient = 0.01;
constexpr int most_halvings = 40;

class ProximalNewton final : public OverRows<Learner> {
 public:
  ProximalNewton(models::Model<double>& model, const Examples<double>& training, const Examples<double>& validation,
                 const FullBatchOptions& options, Pool& pool)
      : OverRows(model, training, validation, pool),
        options_(options),
        loan_(model.network(), pool),
        objective_(model, training, pool) {}

  double begin(std::int64_t epochs) override {
    epochs_ = epochs;
    begun_ = std::chrono::steady_clock::now();
    w_ = parameters();
    g_.resize(w_.size());
    value_ = first_ = value_at(w_, g_);
    return loss_ = loss();
  }
  Step step() override {
    try {
      return iterate();
    } catch (const Stopped&) {
      return step_of(stop().wished() ? Ending::stopped_by_caller : Ending::time_limit);
    }
  }
  EpochEvent epoch() const override {
    EpochEvent event;
    event.step = iteration_;
    event.steps = epochs_;
    event.loss = loss_;
    event.learning_rate = event.step_length = step_length_;
    event.evaluations = evaluations_;
    event.gradient_norm = worst_;
    return event;
  }

  bool measures_its_end() const override { return true; }

  std::string_view kind() const override { return checkpoint_of_l1; }
  void save(Archive& archive) const override {
    archive.put("l1.counts", std::vector<std::int64_t>{iteration_, evaluations_, converged_});
    archive.put("l1.numbers", std::vector<double>{first_, step_length_, worst_});
    archive.put("l1.parameters", w_);
  }
  void load(const Archive& archive) override {
    const auto counts = archive.integers("l1.counts");
    const auto numbers = archive.doubles("l1.numbers");
    const auto w = archive.doubles("l1.parameters");
    if (w.size() != w_.size())
      archive.fail("l1.parameters", text::cat("holds ", w.size(), " numbers where the model has ", w_.size()));
    take(w, value_at(w, g_));
    iteration_ = counts[0], evaluations_ = counts[1], converged_ = counts[2] != 0;
    first_ = numbers[0], step_length_ = numbers[1], worst_ = numbers[2];
  }

  Work work() const override {
    return {.steps = iteration_,
            .examples = evaluations_ * static_cast<std::int64_t>(training_.rows),
            .evaluations = evaluations_,
            .objective = value_ * model_.head().loss_unit(),
            .gradient_norm = worst_};
  }
  Words words() const override { return {.epoch = "iteration", .epochs = "iterations"}; }
  std::string done(std::int64_t epochs) const override {
    return text::cat(epochs, epochs == 1 ? " iteration (" : " iterations (", evaluations_,
                     evaluations_ == 1 ? " evaluation)" : " evaluations)");
  }
  std::string remark(const Outcome& outcome, double lost_at) const override;

 private:
  double loss() const { return (value_ - objective_.penalty(w_)) * model_.head().loss_unit(); }

  double value_at(std::span<const double> w, std::span<double> g) {
    objective_.set_stop(deadline());
    ++evaluations_;
    return objective_.smooth(w, g) + objective_.kinks(w);
  }
  Stop deadline() const {
    if (std::isinf(options_.max_seconds)) return stop();
    return Stop([outer = stop(), begun = begun_, most = options_.max_seconds] {
      return outer.wished() || std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count() > most;
    });
  }
  Step step_of(std::optional<Ending> ending) const {
    return {.number = iteration_,
            .loss = loss_,
            .learning_rate = step_length_,
            .ends_epoch = iteration_ > told_,
            .ending = ending};
  }

  struct Choice {
    std::vector<std::uint32_t> columns;  ///< rising
    double left_out = 0;  ///< squares of the violations, in units of the columns' sizes, of those that wait
  };
  Choice choose() const;
  Step iterate();
  /// Goes on to w, or some way there. False where no lower point is found.
  bool search(const L1Objective::Proposal& proposal);
  void take(std::span<const double> w, double value) {
    w_.assign(w.begin(), w.end());
    value_ = value;
    restore(w_);
    loss_ = loss();
  }
  /// The largest violation of the conditions of a minimum.
  double worst() const {
    double most = 0;
    for (std::size_t j = 0; j < w_.size(); ++j) most = std::max(most, objective_.violation(j, w_, g_));
    return most;
  }

  FullBatchOptions options_;
  nn::PoolLoan<double> loan_;
  L1Objective objective_;
  std::chrono::steady_clock::time_point begun_;
  std::vector<double> w_, g_;     ///< (parameters) where it is, and the gradient of the smooth part there
  double value_ = 0, first_ = 0;  ///< of the objective, here and where it began
  double loss_ = 0, step_length_ = 0, worst_ = 0;
  std::int64_t epochs_ = 0, iteration_ = 0, evaluations_ = 0, told_ = 0;
  bool converged_ = false;
};

/// The columns that are not 0 or would not stay so, the most violated first where there are too many.
ProximalNewton::Choice ProximalNewton::choose() const {
  const std::size_t outputs = objective_.outputs();
  struct Candidate {
    double score;
    std::uint32_t column;
  };
  std::vector<Candidate> candidates;
  std::size_t nonzero = 0;
  for (std::size_t c = 0; c < objective_.columns(); ++c) {
    double score = 0;
    bool used = false;
    for (std::size_t k = 0; k < outputs; ++k) {
      score = std::max(score, objective_.violation(c * outputs + k, w_, g_) * objective_.size_of(c));
      used = used || w_[c * outputs + k] != 0;
    }
    nonzero += used;
    if (used || score > 0) candidates.push_back({score, static_cast<std::uint32_t>(c)});
  }
  const std::size_t limit =
      std::min(std::max(growth * nonzero, least_chosen), std::max<std::size_t>(most_parameters / outputs, 2) - 1);
  if (candidates.size() > limit)
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
      return a.score != b.score ? a.score > b.score : a.column < b.column;
    });
  Choice choice;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (i < limit)
      choice.columns.push_back(candidates[i].column);
    else
      choice.left_out += candidates[i].score * candidates[i].score;
  std::ranges::sort(choice.columns);
  return choice;
}

Step ProximalNewton::iterate() {
  told_ = iteration_;
  if (converged_) return step_of(Ending::converged);  // a checkpoint of the end was resumed
  if (!std::isfinite(value_)) return step_of(Ending::not_finite);
  const Choice choice = choose();
  const L1Objective::Proposal proposal = objective_.propose(w_, g_, choice.columns, deadline());
  const double waiting = choice.left_out > 0 ? choice.left_out / (2 * proposal.curvature) : 0;
  const double before = value_, rounding = 4 * epsilon * std::abs(value_);
  const bool found = search(proposal);
  ++iteration_;
  worst_ = worst();
  const double gain = proposal.gain + waiting, enough = options_.tolerance * options_.tolerance * (first_ - value_);
  const bool exhausted = !found || (value_ == before && proposal.gain <= rounding && waiting <= rounding);
  converged_ = (options_.tolerance > 0 && gain <= std::max(enough, rounding)) || (exhausted && gain <= 1e3 * rounding);
  if (converged_) return step_of(Ending::converged);
  return found ? step_of(std::nullopt) : step_of(Ending::line_search_failed);
}

bool ProximalNewton::search(const L1Objective::Proposal& proposal) {
  const double rounding = 4 * epsilon * std::abs(value_);
  std::vector<double> w = proposal.w, g(g_.size());
  step_length_ = 1;
  for (int i = 0; i < most_halvings; ++i, step_length_ /= 2) {
    if (i > 0)
      for (std::size_t j = 0; j < w.size(); ++j) w[j] = w_[j] + step_length_ * (proposal.w[j] - w_[j]);
    const double value = value_at(w, g);
    if (!(value <= value_ + sufficient * step_length_ * proposal.slope + rounding)) continue;
    g_.swap(g);
    take(w, value);
    return true;
  }
  return false;
}

std::string ProximalNewton::remark(const Outcome& outcome, double) const {
  const std::size_t weights = objective_.columns() * objective_.outputs();
  const auto zeros = std::ranges::count(w_.begin(), w_.begin() + static_cast<std::ptrdiff_t>(weights), 0.0);
  const std::string found =
      text::cat("; ", zeros, " of ", weights, weights == 1 ? " weight is" : " weights are",
                " exactly 0; the conditions of the optimum (Karush, Kuhn and Tucker) hold to ", text::brief(worst_, 3));
  switch (outcome.ending) {
    case Ending::converged:
      return found;
    case Ending::completed:
      return options_.tolerance == 0 ? found
                                     : found + ", not yet within the tolerance: more iterations bring more accuracy";
    case Ending::line_search_failed:
      return found + ", and no lower point was found although the model of the objective promises one";
    case Ending::time_limit:
    case Ending::stopped_by_caller:
      return found;
    case Ending::early_stopped:
    case Ending::diverged:
    case Ending::not_finite:
      return "";
  }
  return "";
}

}  // namespace

std::unique_ptr<Learner> proximal_newton(models::Model<double>& model, const Examples<double>& training,
                                         const Examples<double>& validation, const FullBatchOptions& options,
                                         Pool& pool) {
  return std::make_unique<ProximalNewton>(model, training, validation, options, pool);
}

bool has_proximal_newton(const models::ModelSpec& spec, std::string_view loss) {
  return spec.hidden.empty() && spec.l1 > 0 && models::has_curvature(loss);
}

}  // namespace talweg::train
