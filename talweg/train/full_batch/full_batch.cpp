#include "talweg/train/full_batch/full_batch.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "talweg/models/linear_objective.hpp"
#include "talweg/models/network_objective.hpp"
#include "talweg/models/whitening.hpp"
#include "talweg/train/full_batch/minimizing.hpp"
#include "talweg/train/full_batch/over_rows.hpp"
#include "talweg/train/full_batch/separation.hpp"

namespace talweg::train {

namespace {

/// Evaluations that the second moments of the inputs may cost for each output: whitening saves about so many.
constexpr double moments_budget = 100;

/// Beyond so many deviations from 0, scores and slopes would be differences of numbers that many times their size: a
/// copy of the inputs is centred.
constexpr double farthest_mean = 1e4;

talweg::Options options_for(const models::Model<double>& model, const FullBatchOptions& given) {
  talweg::Options o;
  o.tolerance = given.tolerance;
  o.max_seconds = given.max_seconds;
  // A convex model has no saddle, and in whitened variables the method's own model is a good one.
  o.check_curvature = !is_convex(model.spec());
  return o;
}

class FullBatch final : public OverRows<Minimizing> {
 public:
  FullBatch(models::Model<double>& model, const Method& method, const Examples<double>& training,
            const Examples<double>& validation, const FullBatchOptions& options, Pool& pool)
      : OverRows(model, training, validation, pool, method, options_for(model, options), training.rows),
        loan_(model.network(), pool),
        mean_weight_(training.mean_loss_weight()) {
    parameters_.resize(values().size());
    prepare();
  }

  /// Weights that put every row on its side are better by any factor above 1: the likelihood has no maximum.
  std::string remark(const Outcome& o, double lost_at) const override {
    const std::string said = Minimizing::remark(o, lost_at);
    const bool unpenalised = is_convex(model_.spec()) && model_.spec().l2 == 0 && model_.head().has_probabilities();
    if (o.ending != Ending::converged || !unpenalised) return said;
    if (o.train.get("accuracy") == 1)
      return said +
             "; the training rows are separable: without a penalty the coefficients have no finite optimum, and larger "
             "ones only lower the loss towards 0; add c=1 or l2=… to the model for some that mean something";
    if (model_.spec().l1 > 0 || !is_separated(training_, values(), model_.head().outputs)) return said;
    return said +
           "; a part of the training rows is separable from the others: without a penalty some coefficients have no "
           "finite optimum, and larger ones only lower the loss a little; add c=1 or l2=… to the model for some that "
           "mean something";
  }

 protected:
  double evaluate(std::span<const double> v, std::span<double> g) override {
    objective_->set_stop(stop());
    if (!whitening_) return (*objective_)(v, g);
    whitening_->parameters(v, parameters_);
    const double f = (*objective_)(parameters_, g);
    whitening_->pull_back(g);
    return f;
  }
  /// In whitened variables 0 is where the models begin.
  std::vector<double> start() const override {
    if (whitening_) return std::vector<double>(parameters_.size());
    return parameters();
  }
  void place(std::span<const double> v) override {
    const std::span<double> w = values();
    if (!whitening_) {
      std::ranges::copy(v, w.begin());
      return;
    }
    whitening_->parameters(v, w);
    const std::size_t outputs = model_.head().outputs;
    for (std::size_t i = 0; i < centre_.size() * outputs; ++i)
      w[centre_.size() * outputs + i % outputs] -= centre_[i / outputs] * w[i];
  }
  double loss(double value) const override { return (value - objective_->penalty(values())) * (unit() / mean_weight_); }
  double unit() const override { return model_.head().loss_unit(); }

 private:
  void prepare() {
    const auto& spec = model_.spec();
    if (!spec.hidden.empty()) {
      objective_ =
          std::make_unique<models::NetworkObjective>(spec, model_.head(), training_.all(), training_.targets, pool_);
      return;
    }
    models::LinearInputs x = linear_inputs(training_);
    const auto outputs = static_cast<std::int64_t>(model_.head().outputs);
    models::InputMoments moments = models::input_moments(pool_, x, moments_budget * static_cast<double>(outputs));
    if (!training_.is_sparse() && !(spec.regularized_bias && spec.l2 > 0) && lies_far(moments)) centre(x, moments);
    objective_ = std::make_unique<models::LinearObjective>(spec, model_.head(), x, training_.targets, pool_);
    whitening_.emplace(moments, mean_weight_ * model_.head().traits().curvature_at_zero(model_.head().outputs), spec.l2,
                       spec.regularized_bias, outputs);
  }

  static bool lies_far(const models::InputMoments& m) {
    for (std::size_t c = 0; c < m.mean.size(); ++c)
      if (std::abs(m.mean[c]) > farthest_mean * m.deviation[c] && m.deviation[c] > 0) return true;
    return false;
  }

  /// The objective of x − mean, with b' = b + Σ mean·w in place of the bias.
  void centre(models::LinearInputs& x, models::InputMoments& moments) {
    const std::size_t columns = moments.mean.size();
    centre_ = std::exchange(moments.mean, std::vector<double>(columns));
    centred_.resize(training_.x.size());
    for (std::size_t i = 0; i < centred_.size(); ++i) centred_[i] = training_.x[i] - centre_[i % columns];
    x.dense = centred_.data();
  }

  nn::PoolLoan<double> loan_;
  double mean_weight_;  ///< of the training rows
  std::unique_ptr<models::Objective> objective_;
  std::optional<models::Whitening> whitening_;
  std::vector<double> centre_;     ///< (inputs) what the objective's inputs lie below those of the model; or empty
  AlignedVector<double> centred_;  ///< (rows, inputs) such inputs
  std::vector<double> parameters_;
};

}  // namespace

std::unique_ptr<Learner> full_batch(models::Model<double>& model, const Method& method,
                                    const Examples<double>& training, const Examples<double>& validation,
                                    const FullBatchOptions& options, Pool& pool) {
  return std::make_unique<FullBatch>(model, method, training, validation, options, pool);
}

bool is_convex(const models::ModelSpec& spec) { return spec.hidden.empty(); }

}  // namespace talweg::train
