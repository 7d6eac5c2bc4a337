#include "talweg/optim/least_squares/fit_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "talweg/base/text.hpp"
#include "talweg/optim/least_squares/jacobian_check.hpp"

namespace talweg::lsq {

using text::cat;

namespace {

constexpr double least_ratio = 1e-4;  // of actual to predicted fall, from which on a step is taken
constexpr double difference = 0.1;   // of a step: where the second derivative along it is measured (Transtrum & Sethna)
constexpr double exact_fit = 1e-24;  // of the value at the start: residuals 1e-12 of what they were
constexpr double visible = 16;       // a fall of fewer roundings cannot be seen in the value
/// Steps of polishing at most: at the rate 0.9, which goes on, these are four digits.
constexpr int polishing_steps = 100;
/// With more parameters curvature costs more than the fit.
constexpr std::size_t most_curved = 50;

}  // namespace

std::string FitRun::name(std::size_t parameter) const {
  const auto& names = problem_.options().names;
  return parameter < names.size() ? names[parameter] : cat("x[", parameter, "]");
}

void FitRun::end(Status status, std::string why) {
  status_ = status;
  why_ = std::move(why);
}

void FitRun::clamp(std::vector<double>& x) const {
  if (const Bounds& box = problem_.options().bounds; !box.empty()) box.project(x);
}

bool FitRun::begin(std::vector<double> x0) {
  clamp(x0);
  point_ = problem_.at(std::move(x0));
  start_value_ = point_.value;
  if (!std::isfinite(point_.value)) {
    const auto bad = std::ranges::find_if(point_.weighted, [](double r) { return !std::isfinite(r); });
    const auto i = std::size_t(bad - point_.weighted.begin());
    end(Status::not_finite, bad == point_.weighted.end()
                                ? std::string("the sum of squares exceeds the largest number at the start")
                                : cat("residual ", i, " is ", point_.raw[i], " at the start"));
    return false;
  }
  std::vector<double> jacobian = problem_.jacobian(point_);
  LinearModel model(problem_.options(), point_, jacobian);
  if (!model.finite()) {
    const auto [row, column] = model.first_bad();
    end(Status::not_finite,
        cat("the derivative of residual ", row, " by ", name(column), " is not finite at the start"));
    return false;
  }
  if (problem_.checks_jacobian())
    if (std::string wrong = wrong_columns(problem_, point_, jacobian); !wrong.empty()) {
      end(Status::wrong_gradient, std::move(wrong));
      return false;
    }
  model_ = std::move(model);
  d_ = model_->lengths();
  radius_ = method_.radius * LinearModel::length(d_, model_->step(d_, infinity).p);
  return true;
}

bool FitRun::out_of_budget() {
  if (problem_.evaluations().function >= problem_.options().max_evaluations)
    end(Status::evaluation_limit);
  else if (problem_.seconds() >= problem_.options().max_seconds)
    end(Status::time_limit);
  return status_ != Status::running;
}

bool FitRun::told_to_stop() {
  const auto& listen = problem_.options().on_iteration;
  if (listen &&
      listen(FitIteration{iterations_, point_.x, point_.value, model_->cosine(), radius_, problem_.evaluations()}))
    end(Status::stopped_by_caller);
  return status_ != Status::running;
}

void FitRun::run(std::vector<double> x0) {
  if (!begin(std::move(x0))) return;
  const auto& o = problem_.options();
  while (!told_to_stop() && !out_of_budget()) {
    // Of a fit that is exact nothing but rounding is left, and that falls for ever.
    const bool exact = point_.value <= exact_fit * start_value_ &&
                       (point_.value == 0 || model_->cosine() * model_->cosine() <= visible * noise());
    if (o.tolerance > 0 && (exact || model_->cosine() <= o.tolerance)) {
      settle();
      if (status_ != Status::running) return;
      continue;
    }
    if (iterations_ >= o.max_iterations) return end(o.tolerance > 0 ? Status::iteration_limit : Status::completed);
    step();
    if (status_ != Status::running) return;
  }
}

/// What the residuals look like from a point; nothing where its Jacobian is not finite.
std::optional<LinearModel> FitRun::model_at(const FitPoint& point) {
  LinearModel model(problem_.options(), point, problem_.jacobian(point));
  if (!model.finite()) return std::nullopt;
  return model;
}

void FitRun::take(FitPoint point, LinearModel model) {
  point_ = std::move(point);
  model_ = std::move(model);
  noise_.reset();
  for (std::size_t j = 0; j < d_.size(); ++j) d_[j] = std::max(d_[j], model_->lengths()[j]);
  ++iterations_;
}

/// The next x to try; nothing where the step has to be shorter.
std::optional<std::vector<double>> FitRun::propose(Proposal& proposal) {
  proposal = model_->step(d_, radius_);
  const std::vector<double>& p = proposal.p;
  const double length = LinearModel::length(d_, p);
  const auto shorter = [&](double part) {
    radius_ = part * std::min(radius_, length);
    return std::nullopt;
  };
  if (!(proposal.fall > 0)) return shorter(0.25);
  std::vector<double> x = point_.x, correction(x.size(), 0.0);
  if (method_.step == FitStep::geodesic) {
    std::vector<double> ahead = x;
    for (std::size_t j = 0; j < x.size(); ++j) ahead[j] += difference * p[j];
    const FitPoint there = problem_.at(std::move(ahead));
    if (!std::isfinite(there.value)) return shorter(0.25);
    std::vector<double> curvature = model_->along(p);
    for (std::size_t i = 0; i < curvature.size(); ++i)
      curvature[i] = 2 / difference * ((there.weighted[i] - point_.weighted[i]) / difference - curvature[i]);
    const auto a = model_->accelerate(d_, proposal, std::move(curvature));
    if (LinearModel::length(d_, a) <= method_.acceleration * length)
      for (std::size_t j = 0; j < x.size(); ++j) correction[j] = a[j] / 2;
  }
  for (std::size_t j = 0; j < x.size(); ++j) x[j] += p[j] + correction[j];
  clamp(x);
  return x;
}

/// After a step that fell by less than a quarter of what was predicted: to the minimum of the parabola through the
/// value, its slope and the trial, at least a tenth (Moré 1978).
void FitRun::shorten(const Proposal& proposal, double actual) {
  const double length = LinearModel::length(d_, proposal.p);
  double part = actual >= 0 ? 0.5 : 0.5 * proposal.fall / (proposal.fall - 0.5 * actual);
  if (!(part >= 0.1)) part = 0.1;
  radius_ = part * std::min(radius_, 10 * length);
}

/// One step that is taken, or an ending.
void FitRun::step() {
  while (!out_of_budget()) {
    Proposal proposal;
    auto x = propose(proposal);
    if (!x) {
      if (LinearModel::length(d_, point_.x) * 1e-17 < radius_ && radius_ > 0) continue;
      return settle();
    }
    if (*x == point_.x) return settle();
    FitPoint trial = problem_.at(std::move(*x));
    const double actual = std::isfinite(trial.value) ? problem_.fall(point_, trial) : -infinity;
    const double ratio = actual / proposal.fall;
    if (ratio >= least_ratio)
      if (auto model = model_at(trial)) {
        if (!(ratio > 0.25))
          shorten(proposal, actual);
        else if (ratio >= 0.75 || proposal.lambda == 0)
          radius_ = std::max(radius_, 2 * LinearModel::length(d_, proposal.p));
        return take(std::move(trial), std::move(*model));
      }
    shorten(proposal, ratio >= least_ratio ? -infinity : actual);
    if (proposal.fall < 1e-6 && proposal.fall <= visible * noise()) return settle();
  }
}

/// The relative change of the value that rounding makes at the point: as the residuals know it, or measured along steps
/// so short that the linear model is exact beside it, and so odd that they are rounded.
double FitRun::noise() {
  if (noise_) return *noise_;
  double most = std::numeric_limits<double>::epsilon();
  if (const auto known = problem_.rounding(point_)) {
    noise_ = std::max(most, 2 * *known / std::sqrt(point_.value));
    return *noise_;
  }
  for (const double part : {1.37e-14, -2.11e-14}) {
    std::vector<double> x = point_.x, h(x.size());
    for (std::size_t j = 0; j < x.size(); ++j) x[j] += part * (1 + 0.1 * double(j % 7)) * x[j];
    clamp(x);
    for (std::size_t j = 0; j < x.size(); ++j) h[j] = x[j] - point_.x[j];
    const FitPoint there = problem_.probe(std::move(x));
    std::vector<double> rounding = model_->along(h);
    for (std::size_t i = 0; i < rounding.size(); ++i)
      rounding[i] = there.weighted[i] - point_.weighted[i] - rounding[i];
    const double relative = 2 * norm(rounding) / std::sqrt(point_.value);
    if (std::isfinite(relative)) most = std::max(most, relative);
  }
  noise_ = most;
  return most;
}

/// Whether the step to the minimum of the linear model is lost in the rounding of x: of a residual with a double root
/// the cosine stays 1 to the end.
bool FitRun::is_resolved() const {
  const std::vector<double> p = model_->step(d_, infinity).p;
  for (std::size_t j = 0; j < p.size(); ++j)
    if (std::abs(p[j]) > std::numeric_limits<double>::epsilon() * std::abs(point_.x[j])) return false;
  return true;
}

/// Where a fall is too small to be seen in the value, the gradient decides: Newton steps as long as each lowers the
/// cosine, and the value does not rise beyond its rounding. Without curvature they are those of the linear model, which
/// lead nowhere where the residuals are large and bent. Whether any did.
bool FitRun::polish(const std::optional<FitCurvature>& curvature) {
  bool any = false;
  if (point_.value == 0 || model_->cosine() == 0) return any;
  const double rounding = visible * noise();
  for (int i = 0; i < polishing_steps && point_.value > 0 && !out_of_budget(); ++i) {
    const std::vector<double> p = curvature ? curvature->newton(*model_) : model_->step(d_, infinity).p;
    std::vector<double> x = point_.x;
    for (std::size_t j = 0; j < x.size(); ++j) x[j] += p[j];
    clamp(x);
    if (x == point_.x) break;
    FitPoint trial = problem_.at(std::move(x));
    if (!std::isfinite(trial.value) || problem_.fall(point_, trial) < -rounding) break;
    auto model = model_at(trial);
    if (!model || model->cosine() > 0.9 * model_->cosine() || model->free() != model_->free()) break;
    take(std::move(trial), std::move(*model));
    any = true;
  }
  return any;
}

void FitRun::judge(const std::optional<FitCurvature>& curvature) {
  certificate_ = {};
  if (!curvature) return;
  certificate_.smallest_curvature = curvature->smallest();
  certificate_.checked = curvature->directions();
  certificate_.kind = curvature->smallest() > curvature->error()    ? Certificate::Kind::minimum
                      : curvature->smallest() < -curvature->error() ? Certificate::Kind::saddle
                                                                    : Certificate::Kind::flat;
}

/// From a saddle, along its weakest direction to where the value falls. Whether it does.
bool FitRun::leave(const FitCurvature& curvature) {
  for (const double part : {1.0, 0.1, 0.01, 1e-3})
    for (const double sign : {1.0, -1.0}) {
      std::vector<double> x = point_.x;
      const auto p = curvature.weakest(sign * part * std::sqrt(point_.value));
      for (std::size_t j = 0; j < x.size(); ++j) x[j] += p[j];
      clamp(x);
      if (out_of_budget()) return true;
      FitPoint trial = problem_.at(std::move(x));
      if (!std::isfinite(trial.value) || !(problem_.fall(point_, trial) > visible * noise())) continue;
      auto model = model_at(trial);
      if (!model) continue;
      radius_ = LinearModel::length(d_, p);
      take(std::move(trial), std::move(*model));
      return true;
    }
  return false;
}

/// The test holds, or the value falls no further: an ending, or a step that goes on.
void FitRun::settle() {
  const double tolerance = problem_.options().tolerance;
  if (tolerance == 0) return end(Status::line_search_failed);
  std::optional<FitCurvature> curvature;
  if (problem_.options().check_curvature && point_.x.size() <= most_curved && point_.value > 0)
    curvature = FitCurvature::measure(problem_, point_, *model_, noise());
  if (curvature && curvature->smallest() < -curvature->error() && leave(*curvature)) return;
  bool moved = polish(curvature);
  // Differences of gradients lose digits where J is nearly singular; its own factor loses fewer.
  if (curvature && status_ == Status::running && model_->cosine() > tolerance) moved |= polish(std::nullopt);
  if (status_ != Status::running) return;
  judge(curvature);
  const double cosine = model_->cosine();
  if (point_.value == 0 || cosine <= tolerance) return end(Status::converged);
  if (cosine * cosine <= visible * noise() || is_resolved()) return end(Status::converged_at_precision);
  if (moved) return;
  end(Status::line_search_failed);
}

}  // namespace talweg::lsq
