#include "talweg/optim/deterministic/lbfgsb.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/box/cauchy.hpp"
#include "talweg/optim/deterministic/box/history.hpp"
#include "talweg/optim/deterministic/box/search.hpp"

namespace talweg {

namespace {
double env(const char* n, double d) { const char* v = std::getenv(n); return v ? std::atof(v) : d; }

class LbfgsbRun final : public Run {
 public:
  LbfgsbRun(const Lbfgsb& settings, Point start, const Options& options)
      : settings_(settings), at_(std::move(start)), box_(options.bounds), tol_(options.gradient_tolerance) {
    const std::size_t n = at_.x.size(), m = static_cast<std::size_t>(settings.memory);
    history_.start(n, m);
    cauchy_.start(m);
    middle_.reserve(m);
    d_.resize(n);
    coefficients_.resize(history_.stride);
    if (!box_.empty())
      for (std::size_t i = 0; i < n; ++i) {
        bounded_ |= std::isfinite(box_.lower[i]) || std::isfinite(box_.upper[i]);
        boxed_ &= std::isfinite(box_.lower[i]) && std::isfinite(box_.upper[i]);
      }
    else boxed_ = false;
    prepare();
  }

  const Point& at() const override { return at_; }

  StepReport step(Evaluator& f) override {
    for (int attempt = 0; attempt < 2; ++attempt) {
      double slope = direction();
      if (slope < 0) {
        const bool first = history_.count == 0;
        double a = 1, longest = 1;
        if (first) {
          const double norm = std::sqrt(dot(d_, d_));
          if (!boxed_ || env("FB", 1)) a = std::min(1.0, env("FS",1) / norm);
          
        }
        longest = box::longest_step(at_, d_, box_, 1);
        const auto r = box::search(f, {settings_.decrease, settings_.curvature}, at_, d_, slope, a, longest,
                                   first && env("GUARD", 1), trial_, best_);
        trials_ = r.trials;
        if (r.found) {
          accept(r.step, slope, r.slope);
          return {};
        }
      }
      if (history_.count == 0) break;
      history_.forget();
      prepare();
    }
    return {Status::line_search_failed, ""};
  }

  Observations observe() const override {
    return {{"step_length", {step_}}, {"trials", {double(trials_)}}};
  }
  std::vector<std::byte> save() const override { return {}; }
  void load(std::span<const std::byte>) override {}

 private:
  static double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double s = 0;
    for (std::size_t i = 0; i < a.size(); ++i) s += a[i] * b[i];
    return s;
  }
  void prepare() {
    history_.look(at_, box_);
    history_.theta = 1;
    fr_ = 0;
  }

  double direction() {
    const std::size_t k2 = 2 * history_.count;
    if (!history_.middle(middle_)) return 0;
    if (history_.count == 0 && env("TH0",0)) history_.theta = std::max(1.0, std::sqrt(history_.gg));
    cauchy_.find(at_, box_, history_, middle_, d_);
    if (at_.x.size() <= 1000) refresh();
    if (!history_.reduced(middle_)) return 0;
    u_ = cauchy_.reduced;
    middle_.solve(u_);
    std::fill(coefficients_.begin(), coefficients_.end(), 0.0);
    const double theta = history_.theta;
    for (std::size_t j = 0; j < history_.count; ++j) {
      coefficients_[j] = u_[j] / (theta * theta);
      coefficients_[history_.memory + j] = u_[history_.count + j] / theta;
    }
    (void)k2;
    const double slope = box::subspace_direction(history_, at_, coefficients_, box_, d_);
    if (slope < 0) return slope;
    return truncated();
  }

  void refresh() { history_.refresh(at_.g); }

  /// The direct step from the Cauchy point, cut where it first leaves the box.
  double truncated() {
    const double theta = history_.theta;
    (void)theta;
    step_storage_.assign(d_.size(), 0.0);
    box::subspace_direction(history_, at_, coefficients_, Bounds(), step_storage_);
    double share = 1;
    for (std::size_t i = 0; i < d_.size(); ++i) {
      if (!history_.free[i]) continue;
      const double z = -cauchy_.length * at_.g[i], rest = step_storage_[i] - z;
      const double room = rest > 0 ? box_.upper[i] - at_.x[i] - z : box_.lower[i] - at_.x[i] - z;
      if (std::abs(room) < share * std::abs(rest)) share = room / rest;
    }
    double slope = 0;
    for (std::size_t i = 0; i < d_.size(); ++i) {
      if (history_.free[i]) {
        const double z = -cauchy_.length * at_.g[i];
        d_[i] = std::clamp(z + share * (step_storage_[i] - z), box_.lower[i] - at_.x[i], box_.upper[i] - at_.x[i]);
      }
      slope += d_[i] * at_.g[i];
    }
    return slope;
  }

  void accept(double a, double slope0, double slope1) {
    std::swap(at_, trial_);
    step_ = a;
    const double sy = a * (slope1 - slope0);
    if (!(sy > 2.2e-16 * a * -slope0)) {
      history_.look(at_, box_);
      return;
    }
    double t = 1;
    const double df = trial_.f - at_.f;  // old - new
    if (env("BIGGS", 1) && std::abs(df) >= 1e-9 * std::abs(trial_.f))
      t = std::clamp(6 * (df + a * slope1) / sy - 2, 0.5, 2.0);
    const double yy = history_.push(at_, trial_, t, box_);
    const double h = sy / yy;
    for (int j = 2; j > 0; --j) h0_[j] = h0_[j - 1];
    h0_[0] = h;
    fr_ = std::min(fr_ + 1, 3);
    double largest = 0;
    for (int j = 0; j < std::min<int>(fr_, (int)env("H0N", 3)); ++j) largest = std::max(largest, h0_[j]);
    history_.theta = 1 / (env("H0F", 1.2) * largest);
  }

  Lbfgsb settings_;
  Point at_, trial_, best_;
  Bounds box_;
  double tol_;
  box::History history_;
  box::Saddle middle_;
  box::Cauchy cauchy_;
  std::vector<double> d_, coefficients_, u_, step_storage_;
  double h0_[3] = {};
  int fr_ = 0;
  bool bounded_ = false, boxed_ = true;
  double step_ = 0;
  int trials_ = 0;
};

class LbfgsbMethod final : public MethodBase {
 public:
  explicit LbfgsbMethod(const Lbfgsb& settings) : settings_(settings) {}
  MethodTraits traits() const override { return {.spec = "lbfgsb", .default_iterations = 10000}; }
  std::unique_ptr<Run> start(Point start, const Options& options) const override {
    return std::make_unique<LbfgsbRun>(settings_, std::move(start), options);
  }

 private:
  Lbfgsb settings_;
};

}  // namespace

std::shared_ptr<const MethodBase> make_method(const Lbfgsb& settings) {
  return std::make_shared<LbfgsbMethod>(settings);
}

}  // namespace talweg
