#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/data/batches.hpp"
#include "talweg/elementary/functions.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/train/factorization/on_ratings.hpp"

namespace talweg::train {

namespace {

/// Mini-batches through the optimizer of the library: every rule, applied to all parameters at every step, as it is
/// written. The gradient is the mean over the ratings of the batch, each with its part of the penalties.
template <class T> class InBatches final : public OnRatings<Learner> {
 public:
  InBatches(const FitData& data, const FirstOrder& method, const FitOptions& options, Pool& pool)
      : OnRatings(data, pool),
        f_(data.model),
        optimizer_(method, segments()),
        batches_(data.train.size(), static_cast<std::size_t>(options.batch_size), options.seed),
        x_(f_.parameters.begin(), f_.parameters.end()),
        g_(x_.size()),
        ahead_(optimizer_.looks_ahead() ? x_.size() : 0),
        user_pull_(pulls(data.matrix.user_begin)),
        item_pull_(pulls(data.matrix.item_begin)) {
    if (data.nonnegative) optimizer_.set_bounds(bounds());
  }

  double begin(std::int64_t epochs) override {
    epochs_ = epochs;
    optimizer_.set_total_steps(epochs * static_cast<std::int64_t>(batches_.per_epoch()));
    return std::numeric_limits<double>::infinity();
  }

  Step step() override {
    if (!in_epoch_) {
      batches_.start_epoch(static_cast<std::uint64_t>(++epoch_));
      squares_ = 0;
    }
    const auto rows = batches_.next();
    in_epoch_ = batches_.left() > 0;
    std::span<const T> at = x_;
    if (optimizer_.looks_ahead()) {
      optimizer_.look_ahead(x_, ahead_);
      at = ahead_;
    }
    const double sum = differentiate(rows, at);
    Step step{
        .number = optimizer_.steps() + 1, .loss = sum / static_cast<double>(rows.size()) / 2, .ends_epoch = !in_epoch_};
    if (!std::isfinite(step.loss)) {
      step.ending = Ending::not_finite;
      return step;
    }
    const StepOutcome outcome = optimizer_.step(x_, g_, {step.loss});
    step.learning_rate = outcome.learning_rate;
    step.clipped = outcome.clipped;
    squares_ += sum;
    examples_ += static_cast<std::int64_t>(rows.size());
    if (!in_epoch_) show();
    return step;
  }
  EpochEvent epoch() const override {
    EpochEvent event;
    event.step = optimizer_.steps();
    event.steps = epochs_ * static_cast<std::int64_t>(batches_.per_epoch());
    event.loss = squares_ / static_cast<double>(data_.train.size()) / 2;
    event.learning_rate = optimizer_.learning_rate();
    event.clipped = optimizer_.clipped_steps();
    return event;
  }
  void conclude() override { show(); }

  bool watches() const override { return optimizer_.method().schedule.kind == Schedule::Kind::plateau; }
  void watch(double cost) override { optimizer_.watch(cost); }
  std::string_view kind() const override { return checkpoint_of_ratings; }
  void save(Archive& archive) const override {
    const std::size_t dealt = data_.train.size() - (in_epoch_ ? batches_.left() : 0);
    archive.put("ratings.counts",
                std::vector<std::int64_t>{epoch_, in_epoch_, static_cast<std::int64_t>(dealt), examples_});
    archive.put("ratings.numbers", std::vector<double>{squares_});
    archive.put("ratings.parameters", data_.model.parameters);
    archive.put("ratings.users", std::span<const T>(x_));
    archive.put("ratings.optimizer", optimizer_.save());
  }
  void load(const Archive& archive) override {
    const auto counts = archive.integers("ratings.counts");
    const auto numbers = archive.doubles("ratings.numbers");
    const auto x = load_values<T>(archive, "ratings.users");
    if (counts.size() != 4 || numbers.size() != 1 || x.size() != x_.size() ||
        counts[2] > static_cast<std::int64_t>(data_.train.size()) - (counts[1] != 0))
      archive.fail("ratings.counts", "does not fit the ratings of the run");
    try {
      optimizer_.load(archive.raw("ratings.optimizer"));
    } catch (const Error& error) {
      archive.fail("ratings.optimizer", text::cat("cannot be used: ", error.what()));
    }
    load_parameters(archive, data_.model);
    std::ranges::copy(x, x_.begin());
    epoch_ = counts[0], in_epoch_ = counts[1] != 0, examples_ = counts[3], squares_ = numbers[0];
    if (!in_epoch_) return;
    batches_.start_epoch(static_cast<std::uint64_t>(epoch_));
    while (static_cast<std::int64_t>(data_.train.size() - batches_.left()) < counts[2]) batches_.next();
  }
  bool healthy() const override {
    return std::ranges::all_of(x_, [](T v) { return std::isfinite(v); });
  }
  Work work() const override {
    return {.steps = optimizer_.steps(), .examples = examples_, .clipped = optimizer_.clipped_steps()};
  }
  std::string done(std::int64_t epochs) const override {
    const std::int64_t steps = optimizer_.steps();
    return text::cat(epochs, epochs == 1 ? " epoch (" : " epochs (", steps, steps == 1 ? " step)" : " steps)");
  }
  std::string remark(const Outcome& o, double) const override {
    if (o.ending == Ending::early_stopped) return "";
    return text::cat("; the learning rate was ", text::brief(optimizer_.learning_rate(), 3));
  }

 private:
  std::vector<Segment> segments() const {
    std::vector<Segment> out{{"user.factors", f_.user_factors_at(), f_.users * f_.rank}};
    if (f_.biases) out.push_back({"user.biases", f_.user_biases_at(), f_.users});
    out.push_back({"item.factors", f_.item_factors_at(), f_.items * f_.rank});
    if (f_.biases) out.push_back({"item.biases", f_.item_biases_at(), f_.items});
    return out;
  }
  Bounds bounds() const {
    constexpr double inf = std::numeric_limits<double>::infinity();
    Bounds b(std::vector<double>(f_.size(), -inf), std::vector<double>(f_.size(), inf));
    std::fill_n(b.lower.begin(), f_.users * f_.rank, 0.0);
    std::fill_n(b.lower.begin() + static_cast<std::ptrdiff_t>(f_.item_factors_at()), f_.items * f_.rank, 0.0);
    return b;
  }
  std::vector<T> pulls(const std::vector<std::size_t>& begin) const {
    std::vector<T> out;
    for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
      const auto count = static_cast<double>(begin[i + 1] - begin[i]);
      out.push_back(static_cast<T>(count == 0 ? 0 : elementary::pow(count, data_.penalties.power - 1)));
    }
    return out;
  }
  /// The parameters, or their average where the method keeps one, to the model.
  void show() {
    const auto average = optimizer_.average().empty() ? optimizer_.moving_average() : optimizer_.average();
    const auto shown = average.empty() ? std::span<const T>(x_) : average;
    std::copy(shown.begin(), shown.end(), f_.parameters.begin());
  }

  /// g = the gradient at x; a short last batch weighs less. Returns the sum of squared errors.
  double differentiate(std::span<const std::uint32_t> rows, std::span<const T> x) {
    std::fill(g_.begin(), g_.end(), T(0));
    const std::size_t k = f_.rank;
    const T share = static_cast<T>(1.0 / static_cast<double>(batches_.size()));
    const models::Penalties& l2 = data_.penalties;
    double squares = 0;
    for (const auto r : rows) {
      const std::size_t i = data_.train.user[r], j = data_.train.item[r];
      const T *u = x.data() + i * k, *v = x.data() + f_.item_factors_at() + j * k;
      T *gu = g_.data() + i * k, *gv = g_.data() + f_.item_factors_at() + j * k;
      T error = static_cast<T>(f_.mean - data_.train.value[r]);
      for (std::size_t c = 0; c < k; ++c) error += u[c] * v[c];
      if (f_.biases) error += x[f_.user_biases_at() + i] + x[f_.item_biases_at() + j];
      squares += double(error) * double(error);
      const T e = share * error, pull_u = share * user_pull_[i], pull_v = share * item_pull_[j];
      const T lu = pull_u * T(l2.user), lv = pull_v * T(l2.item);
      for (std::size_t c = 0; c < k; ++c) gu[c] += e * v[c] + lu * u[c];
      for (std::size_t c = 0; c < k; ++c) gv[c] += e * u[c] + lv * v[c];
      if (!f_.biases) continue;
      g_[f_.user_biases_at() + i] += e + pull_u * T(l2.user_bias) * x[f_.user_biases_at() + i];
      g_[f_.item_biases_at() + j] += e + pull_v * T(l2.item_bias) * x[f_.item_biases_at() + j];
    }
    return squares;
  }

  models::Factorization& f_;
  Optimizer<T> optimizer_;
  data::Batches batches_;
  std::vector<T> x_, g_, ahead_;
  std::vector<T> user_pull_, item_pull_;  ///< n_i^(power − 1): what a rating carries of its row's penalty
  std::int64_t epochs_ = 0, epoch_ = 0, examples_ = 0;
  bool in_epoch_ = false;
  double squares_ = 0;
};

}  // namespace

std::unique_ptr<Learner> ratings_in_batches(const FitData& data, const FirstOrder& method, const FitOptions& options,
                                            Pool& pool) {
  if (options.single) return std::make_unique<InBatches<float>>(data, method, options, pool);
  return std::make_unique<InBatches<double>>(data, method, options, pool);
}

}  // namespace talweg::train
