#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/data/batches.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/train/factorization/course.hpp"

namespace talweg::train {

namespace {

/// Mini-batches through the optimizer of the library: every rule, applied to all parameters at every step, as it is
/// written. The gradient is the mean over the ratings of the batch, each with its part of the penalties.
template <class T> class InBatches {
 public:
  InBatches(const FitData& data, const FirstOrder& method, const FitOptions& options, Pool& pool)
      : data_(data),
        f_(data.model),
        course_(data, options, pool),
        optimizer_(method, segments()),
        batches_(data.train.size(), static_cast<std::size_t>(options.batch_size), options.seed),
        x_(f_.parameters.begin(), f_.parameters.end()),
        g_(x_.size()),
        ahead_(optimizer_.looks_ahead() ? x_.size() : 0),
        user_pull_(pulls(data.matrix.user_begin)),
        item_pull_(pulls(data.matrix.item_begin)) {
    optimizer_.set_total_steps(options.epochs * static_cast<std::int64_t>(batches_.per_epoch()));
    if (data.nonnegative) optimizer_.set_bounds(bounds());
  }

  Outcome run() {
    const auto per_epoch = static_cast<std::int64_t>(batches_.per_epoch());
    for (bool ended = false; !ended;) {
      double squares = 0;
      if (!pass(squares)) break;
      EpochEvent event;
      event.step = optimizer_.steps();
      event.steps = course_.options().epochs * per_epoch;
      event.loss = squares / static_cast<double>(data_.train.size()) / 2;
      event.learning_rate = optimizer_.learning_rate();
      event.clipped = optimizer_.clipped_steps();
      show();
      ended = course_.end_epoch(event);
      optimizer_.watch(course_.watched());
    }
    show();
    Outcome o;
    o.steps = optimizer_.steps();
    o.clipped = optimizer_.clipped_steps();
    o.examples = examples_;
    return course_.finish(std::move(o),
                          text::cat(course_.epochs(), course_.epochs() == 1 ? " epoch (" : " epochs (", o.steps,
                                    o.steps == 1 ? " step)" : " steps)"),
                          text::cat("; the learning rate was ", text::brief(optimizer_.learning_rate(), 3)));
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
      out.push_back(static_cast<T>(count == 0 ? 0 : std::pow(count, data_.penalties.power - 1)));
    }
    return out;
  }
  /// The parameters, or their average where the method keeps one, to the model.
  void show() {
    const auto average = optimizer_.average().empty() ? optimizer_.moving_average() : optimizer_.average();
    const auto shown = average.empty() ? std::span<const T>(x_) : average;
    std::copy(shown.begin(), shown.end(), f_.parameters.begin());
  }

  bool pass(double& squares) {
    batches_.start_epoch(static_cast<std::uint64_t>(course_.epochs() + 1));
    for (auto rows = batches_.next(); !rows.empty(); rows = batches_.next()) {
      std::span<const T> at = x_;
      if (optimizer_.looks_ahead()) {
        optimizer_.look_ahead(x_, ahead_);
        at = ahead_;
      }
      const double sum = differentiate(rows, at);
      const double loss = sum / static_cast<double>(rows.size()) / 2;
      if (course_.lost(loss)) return false;
      const StepOutcome outcome = optimizer_.step(x_, g_, {loss});
      squares += sum;
      examples_ += static_cast<std::int64_t>(rows.size());
      if (course_.options().on_step)
        course_.options().on_step(
            {optimizer_.steps(), course_.epochs() + 1, loss, outcome.learning_rate, outcome.clipped});
      if (course_.interrupted()) return false;
    }
    return true;
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

  const FitData& data_;
  models::Factorization& f_;
  Course course_;
  Optimizer<T> optimizer_;
  data::Batches batches_;
  std::vector<T> x_, g_, ahead_;
  std::vector<T> user_pull_, item_pull_;  ///< n_i^(power − 1): what a rating carries of its row's penalty
  std::int64_t examples_ = 0;
};

}  // namespace

Outcome fit_in_batches(const FitData& data, const FirstOrder& method, const FitOptions& options, Pool& pool) {
  return options.single ? InBatches<float>(data, method, options, pool).run()
                        : InBatches<double>(data, method, options, pool).run();
}

}  // namespace talweg::train
