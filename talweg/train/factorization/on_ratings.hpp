#pragma once
#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "talweg/base/text.hpp"
#include "talweg/train/checkpoint.hpp"
#include "talweg/train/factorization/fit.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/learner.hpp"

namespace talweg::train {

/// What every learner of ratings shares: the factors, the ratings to measure them by, and when they are lost. `Base` is
/// Learner, or one that implements a part of it.
template <class Base> class OnRatings : public Base {
 public:
  template <class... Arguments>
  explicit OnRatings(const FitData& data, Pool& pool, Arguments&&... arguments)
      : Base(std::forward<Arguments>(arguments)...), data_(data), pool_(pool), variance_(variance(data.train.value)) {}

  bool has_validation() const override { return data_.validation.size() > 0; }
  Metrics measure(Part part) override {
    return train::measure(data_.model, part == Part::training ? data_.train : data_.validation, pool_, this->stop());
  }
  Judge judge(std::string_view metric, bool decides) const override {
    constexpr std::string_view metrics[] = {"rmse", "loss", "mae", "r2"};
    const Judge judge = Judge::among(metrics, metric);
    if (decides) judge.require_defined(data_.validation.value);
    return judge;
  }
  std::vector<double> parameters() const override { return data_.model.parameters; }
  void restore(std::span<const double> parameters) override {
    data_.model.parameters.assign(parameters.begin(), parameters.end());
  }

  bool hopeless(double loss) const override {
    constexpr double never_came_back = 1e4;  // times the variance of the ratings
    const double base = std::max(variance_, data_.model.biases ? 0 : data_.model.fallback * data_.model.fallback);
    return loss > never_came_back * base && base > 0;
  }
  /// A model with biases that is worse than the mean of the ratings alone.
  bool lost(const Metrics& training, double) const override {
    return data_.model.biases && training.get("loss") > 0.5 * variance_ * 1.5;
  }

  Words words() const override {
    Words words = Base::words();
    words.rows = "ratings";
    return words;
  }
  std::string advice() const override {
    return text::cat("; the mean of the ratings alone has a loss of ", text::brief(variance_ / 2, 4),
                     "; use a smaller learning rate, or a larger l2");
  }

 protected:
  const FitData data_;
  Pool& pool_;

 private:
  static double variance(const std::vector<double>& ratings) {
    const auto n = static_cast<double>(ratings.size());
    double mean = 0, variance = 0;
    for (const double v : ratings) mean += v / n;
    for (const double v : ratings) variance += (v - mean) * (v - mean) / n;
    return std::max(variance, 1e-6 * mean * mean);
  }

  const double variance_;
};

/// The factors of a checkpoint.
inline void load_parameters(const Archive& archive, models::Factorization& model) {
  std::vector<double> parameters = archive.doubles("ratings.parameters");
  if (parameters.size() != model.parameters.size())
    archive.fail("ratings.parameters",
                 text::cat("holds ", parameters.size(), " numbers where the model has ", model.parameters.size()));
  model.parameters = std::move(parameters);
}

/// The four ways; each leaves its result in data.model.
std::unique_ptr<Learner> ratings_by_minimize(const FitData& data, const Method& method, const FitOptions& options,
                                             Pool& pool);
std::unique_ptr<Learner> ratings_by_als(const FitData& data, const FitOptions& options, Pool& pool);
/// One rating at a time.
std::unique_ptr<Learner> ratings_online(const FitData& data, const FirstOrder& method, const FitOptions& options,
                                        Pool& pool);
std::unique_ptr<Learner> ratings_in_batches(const FitData& data, const FirstOrder& method, const FitOptions& options,
                                            Pool& pool);

/// Whether the rule has a form for single ratings, as it is set.
bool has_online_form(const FirstOrder& method);

}  // namespace talweg::train
