#include "talweg/train/full_batch.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/models/linear_objective.hpp"
#include "talweg/models/network_objective.hpp"
#include "talweg/models/whitening.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg::train {

namespace {

/// Evaluations that the second moments of the inputs may cost for each output: whitening saves about so many.
constexpr double moments_budget = 100;

/// Beyond so many deviations from 0, scores and slopes would be differences of numbers that many times their size: a
/// copy of the inputs is centred.
constexpr double farthest_mean = 1e4;

/// The second derivative of a loss by the score, at 0.
double curvature_at_zero(const models::Head& head) {
  if (head.loss == "binary_cross_entropy") return 0.25;
  if (head.loss == "softmax_cross_entropy") return 1 / static_cast<double>(head.outputs);
  return head.loss == "mean_squared_error" ? 2 : 1;
}

models::LinearInputs inputs_of(const Examples<double>& e) {
  if (e.is_sparse()) return models::LinearInputs::of(e.sparse);
  return {static_cast<std::int64_t>(e.rows), static_cast<std::int64_t>(e.inputs), e.x.data(), nullptr};
}

/// One run, from the start to the message.
class FullBatch {
 public:
  FullBatch(models::Model<double>& model, const Method& method, const Examples<double>& train,
            const Examples<double>& validation, const FullBatchOptions& options, Pool& pool)
      : model_(model),
        method_(method),
        train_(train),
        validation_(validation),
        options_(options),
        pool_(pool),
        loan_(model.network(), pool),
        judge_(Judge::of(model.head(), options.select)) {
    if (options_.patience > 0 && validation_.rows == 0)
      throw Error("patience has no effect without validation rows; hold some back or leave patience out");
    if (!options_.select.empty() && validation_.rows == 0)
      throw Error(text::cat("judging by ", options_.select, " has no effect without validation rows; hold some back"));
    options_.keep_best = (options_.keep_best || options_.patience > 0) && validation_.rows > 0;
    if (options_.keep_best) judge_.require_defined(validation_.truth);
    parameters_.resize(model_.network().parameters().values.size());
  }

  Outcome run() {
    prepare();
    Options o;
    o.max_iterations = options_.iterations;
    o.tolerance = options_.tolerance;
    // A convex model has no saddle, and in whitened variables the method's own model is a good one.
    o.check_curvature = !is_convex(model_.spec());
    o.max_seconds = std::max(1e-9, options_.max_seconds - seconds());
    o.check_gradient = false;
    o.on_iteration = [this](const Iteration& i) { return after(i); };
    std::vector<double> start(parameters_.size());
    const auto values = model_.network().parameters().values;
    if (!whitening_) start.assign(values.begin(), values.end());  // in whitened variables 0 is where the models begin
    const Result result = minimize([this](auto v, auto g) { return evaluate(v, g); }, std::move(start), method_, o);
    return finish(result);
  }

 private:
  void prepare() {
    const auto& spec = model_.spec();
    if (!spec.hidden.empty()) {
      const View<const double> x(train_.x.data(),
                                 {static_cast<std::int64_t>(train_.rows), static_cast<std::int64_t>(train_.inputs)});
      objective_ = std::make_unique<models::NetworkObjective>(spec, model_.head(), x, train_.targets, pool_);
      return;
    }
    models::LinearInputs x = inputs_of(train_);
    const auto outputs = static_cast<std::int64_t>(model_.head().outputs);
    models::InputMoments moments = models::input_moments(pool_, x, moments_budget * static_cast<double>(outputs));
    if (!train_.is_sparse() && !(spec.regularized_bias && spec.l2 > 0) && lies_far(moments)) centre(x, moments);
    objective_ = std::make_unique<models::LinearObjective>(spec, model_.head(), x, train_.targets, pool_);
    whitening_.emplace(moments, curvature_at_zero(model_.head()), spec.l2, spec.regularized_bias, outputs);
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
    centred_.resize(train_.x.size());
    for (std::size_t i = 0; i < centred_.size(); ++i) centred_[i] = train_.x[i] - centre_[i % columns];
    x.dense = centred_.data();
  }

  double evaluate(std::span<const double> v, std::span<double> g) {
    if (!whitening_) return (*objective_)(v, g);
    whitening_->parameters(v, parameters_);
    const double f = (*objective_)(parameters_, g);
    whitening_->pull_back(g);
    return f;
  }

  /// The parameters of the model at a point of the method.
  void place(std::span<const double> v, std::span<double> w) const {
    if (!whitening_) {
      std::copy(v.begin(), v.end(), w.begin());
      return;
    }
    whitening_->parameters(v, w);
    const std::size_t outputs = model_.head().outputs;
    for (std::size_t i = 0; i < centre_.size() * outputs; ++i)
      w[centre_.size() * outputs + i % outputs] -= centre_[i / outputs] * w[i];
  }

  /// After iteration i: true ends the run.
  bool after(const Iteration& i) {
    if (i.iteration == 0) {
      lowest_ = i.value;
      return options_.stop && options_.stop();
    }
    EpochEvent event;
    event.epoch = event.step = i.iteration;
    event.epochs = event.steps = options_.iterations;
    const auto values = model_.network().parameters().values;
    place(i.x, values);
    event.loss = (i.value - objective_->penalty(values)) * model_.head().loss_unit();
    event.gradient_norm = i.gradient_norm;
    event.evaluations = i.evaluations.function;
    event.step_length = step_length(i);
    event.learning_rate = event.step_length;
    if (options_.keep_best || options_.on_epoch) event.validation = measure_examples(validation_);
    if (options_.keep_best) event.best = best_.look(i.iteration, judge_.cost(event.validation), values);
    if (i.value < lowest_) lowest_ = i.value, lowest_iteration_ = i.iteration;
    event.seconds = seconds();
    if (options_.on_step) options_.on_step({i.iteration, i.iteration, event.loss, event.step_length, false});
    if (options_.on_epoch) options_.on_epoch(event);
    if (options_.stop && options_.stop()) return true;
    out_of_patience_ = options_.patience > 0 && i.iteration - best_.epoch() >= options_.patience;
    return out_of_patience_;
  }

  static double step_length(const Iteration& i) {
    for (const Observation& o : i.state())
      if (o.name == "step_length" && !o.values.empty()) return o.values[0];
    return std::numeric_limits<double>::quiet_NaN();
  }

  Metrics measure_examples(const Examples<double>& e) const {
    if (e.rows == 0) return {};
    const auto width = static_cast<std::int64_t>(model_.head().outputs);
    if (e.is_sparse()) {
      std::vector<double> outputs(e.rows * model_.head().outputs);
      models::linear_outputs(pool_, inputs_of(e), model_.network().parameters().values, outputs, width);
      return train::measure(pool_, model_.head(), outputs, e.truth);
    }
    return measure_in_pieces(pool_, model_.head(), e.truth, [&](std::size_t from, std::span<double> to) {
      const std::int64_t rows = static_cast<std::int64_t>(to.size()) / width;
      model_.outputs(View<const double>(e.x.data() + from * e.inputs, {rows, static_cast<std::int64_t>(e.inputs)}),
                     View<double>(to.data(), {rows, width}));
    });
  }

  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(); }

  Outcome finish(const Result& result) {
    Outcome o;
    const bool patient = result.status != Status::stopped_by_caller || !out_of_patience_;
    o.ending = patient ? ending_of(result.status) : Ending::early_stopped;
    o.epochs = o.steps = result.iterations;
    o.evaluations = result.evaluations.function;
    o.examples = o.evaluations * static_cast<std::int64_t>(train_.rows);
    o.gradient_norm = result.gradient_norm;
    const auto values = model_.network().parameters().values;
    place(result.x, values);
    if (options_.keep_best) o.judged_by = judge_.metric();
    const bool failed = !usable(o.ending);
    if (best_.epoch() > 0 && (failed || best_.epoch() != result.iterations)) {
      std::ranges::copy(best_.parameters(), values.begin());
      o.best_epoch = best_.epoch();
    } else if (failed) {
      o.best_epoch = lowest_iteration_;  // result.x is the point of the lowest value
    }
    o.seconds = seconds();
    if (o.usable()) {
      o.train = measure_examples(train_);
      o.validation = measure_examples(validation_);
      o.objective =
          o.best_epoch == 0 ? result.value * model_.head().loss_unit() : std::numeric_limits<double>::quiet_NaN();
      if (!std::isfinite(o.train.get("loss"))) o.ending = Ending::not_finite, o.best_epoch = 0;
    }
    o.message = message(o, result);
    return o;
  }

  /// Weights that put every row on its side are better by any factor above 1: the likelihood has no maximum.
  std::string_view separable(const Outcome& o) const {
    const bool unpenalised = is_convex(model_.spec()) && model_.spec().l2 == 0 && model_.head().has_probabilities();
    if (!unpenalised || o.train.get("accuracy") < 1) return "";
    return "; the training rows are separable: without a penalty the coefficients have no finite optimum, and larger "
           "ones only lower the loss towards 0; add c=1 or l2=… to the model for some that mean something";
  }

  std::string message(const Outcome& o, const Result& r) const {
    const std::string done = text::cat(o.epochs, o.epochs == 1 ? " iteration (" : " iterations (", o.evaluations,
                                       o.evaluations == 1 ? " evaluation)" : " evaluations)");
    const std::string restored =
        o.best_epoch == 0
            ? ""
            : text::cat("; the parameters of iteration ", o.best_epoch, " are kept, ",
                        options_.keep_best ? "the best on the validation rows by " + judge_.figure(o.validation)
                                           : std::string("where the objective was lowest"));
    const std::string norm = text::cat("gradient norm ", text::brief(r.gradient_norm, 3));
    switch (o.ending) {
      case Ending::converged:
        if (r.status == Status::converged)
          return text::cat("converged after ", done, ": ", norm, ", and what is left to gain is within tolerance ",
                           text::brief(options_.tolerance, 3), restored, separable(o));
        return text::cat("converged after ", done, ": no further decrease is possible in double precision (", norm, ")",
                         restored, separable(o));
      case Ending::completed:
        return text::cat(
            "all ", done, " were made; ", norm,
            options_.tolerance > 0 ? ", not yet within the tolerance: more iterations bring more accuracy" : "",
            restored);
      case Ending::early_stopped:
        return text::cat("stopped after ", done, ": nothing better by ", judge_.metric(),
                         " on the validation rows for ", options_.patience,
                         options_.patience == 1 ? " iteration" : " iterations", restored);
      case Ending::time_limit:
        return text::cat("the time limit of ", options_.max_seconds, " s ended the run after ", done, "; ", norm,
                         restored, "; the result may improve with more time");
      case Ending::stopped_by_caller:
        return text::cat("interrupted after ", done, "; ", norm, restored);
      case Ending::line_search_failed:
      case Ending::diverged:
      case Ending::not_finite:
        return text::cat(r.message, restored);
    }
    return "";
  }

  models::Model<double>& model_;
  const Method& method_;
  const Examples<double>&train_, &validation_;
  FullBatchOptions options_;
  Pool& pool_;
  nn::PoolLoan<double> loan_;
  Judge judge_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::unique_ptr<models::Objective> objective_;
  std::optional<models::Whitening> whitening_;
  std::vector<double> centre_;     ///< (inputs) what the objective's inputs lie below those of the model; or empty
  AlignedVector<double> centred_;  ///< (rows, inputs) such inputs
  std::vector<double> parameters_;
  BestEpoch<double> best_;  ///< on the validation rows, where they decide
  double lowest_ = std::numeric_limits<double>::infinity();
  std::int64_t lowest_iteration_ = 0;  ///< where the objective was lowest; 0: at the start
  bool out_of_patience_ = false;
};

}  // namespace

Outcome minimize_full_batch(models::Model<double>& model, const Method& method, const Examples<double>& train,
                            const Examples<double>& validation, const FullBatchOptions& options, Pool& pool) {
  return FullBatch(model, method, train, validation, options, pool).run();
}

bool is_convex(const models::ModelSpec& spec) { return spec.hidden.empty(); }

}  // namespace talweg::train
