#include "talweg/optim/certificate/metric.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/optim/state_visit.hpp"

namespace talweg::certificate {

namespace {

/// A run on z. Its evaluations go through the evaluator of the outer run, so budgets and counts are those of x.
class RunInMetric final : public Run {
 public:
  RunInMetric(const MethodBase& method, Metric metric, Point start, const Options& options)
      : method_(method), metric_(std::move(metric)), options_(options), at_(std::move(start)) {
    options_.maximize = false;
    options_.max_evaluations = std::numeric_limits<std::int64_t>::max();
    options_.max_seconds = std::numeric_limits<double>::infinity();
    begin(options.bounds);
    inner_->trust_scale(options_.bounds);
  }

  const Point& at() const override { return at_; }

  StepReport step(Evaluator& f) override {
    seen_.clear();
    const Function function = [&](std::span<const double> z, std::span<double> by_z) { return evaluate(f, z, by_z); };
    Evaluator inner(function, options_);
    inner.on_trial = f.on_trial;
    try {
      StepReport report = inner_->step(inner);
      settle();
      return report;
    } catch (...) {
      settle();
      throw;
    }
  }

  Proposal propose(Evaluator&) override {
    const Function none = [](std::span<const double>, std::span<double>) { return 0.0; };
    Evaluator inner(none, options_);
    Proposal p = inner_->propose(inner);
    if (p.empty()) return p;
    direction_.resize(metric_.n());
    Metric turned = metric_;
    std::fill(turned.center.begin(), turned.center.end(), 0.0);
    turned.to_x(p.direction, direction_);
    return {direction_, p.slope, p.first};
  }

  void move_to(Evaluator& f, Point p) override {
    at_ = std::move(p);
    begin(f.bounds());
  }
  void trust_scale(const Bounds&) override { inner_->trust_scale(options_.bounds); }
  Observations observe() const override { return inner_->observe(); }
  Observations details() const override { return inner_->details(); }
  std::vector<std::byte> save() const override {
    SaveState save;
    save(metric_.center), save(metric_.diagonal), save(metric_.s), save.point(at_, at_.x.size());
    const auto inner = inner_->save();
    save.out.vector<std::byte>(inner);
    return save.out.take();
  }
  void load(std::span<const std::byte> bytes) override {
    LoadState load{StateReader(bytes)};
    const std::size_t n = at_.x.size();
    Metric metric;
    Point at;
    load.either(metric.center, n), load(metric.diagonal);
    load.either(metric.s, metric.diagonal ? n : n * n), load.point(at, n);
    const auto inner = load.in.vector<std::byte>();
    load.in.finish();
    if (metric.center.size() != n || at.x.size() != n || metric.s.empty()) load.in.fail();
    metric_ = std::move(metric);
    at_ = {metric_.center, at.f, at.g};
    begin(box_);
    inner_->load(inner);
    at_ = std::move(at);
  }

 private:
  /// The run begins at c: z = 0.
  void begin(const Bounds& box) {
    const std::size_t n = at_.x.size();
    metric_.center = at_.x;
    box_ = options_.bounds = box;
    if (!box.empty())
      for (auto* side : {&options_.bounds.lower, &options_.bounds.upper})
        for (std::size_t i = 0; i < n; ++i) (*side)[i] = ((*side)[i] - metric_.center[i]) / metric_.s[i];
    Point z{std::vector<double>(n, 0.0), at_.f, std::vector<double>(n)};
    metric_.pull_back(at_.g, z.g);
    inner_ = method_.start(std::move(z), options_);
  }

  double evaluate(Evaluator& f, std::span<const double> z, std::span<double> by_z) {
    Seen seen{{z.begin(), z.end()}, {}};
    seen.point.x.resize(z.size());
    metric_.to_x(z, seen.point.x);
    const Bounds& box = f.bounds();
    if (!box.empty()) {
      // What stands on its bound in z does so in x.
      for (std::size_t i = 0; i < z.size(); ++i) {
        if (z[i] <= options_.bounds.lower[i]) seen.point.x[i] = box.lower[i];
        if (z[i] >= options_.bounds.upper[i]) seen.point.x[i] = box.upper[i];
      }
      box.project(seen.point.x);
    }
    f(seen.point);
    metric_.pull_back(seen.point.g, by_z);
    const double value = seen.point.f;
    seen_.push_back(std::move(seen));
    return value;
  }

  /// The inner run stands at one of the points of this step, or where it was.
  void settle() {
    const Point& z = inner_->at();
    for (Seen& seen : seen_)
      if (seen.z == z.x) {
        at_ = std::move(seen.point);
        return;
      }
  }

  struct Seen {
    std::vector<double> z;
    Point point;
  };

  const MethodBase& method_;
  Metric metric_;
  Options options_;
  Bounds box_;  ///< in x
  Point at_;
  std::unique_ptr<Run> inner_;
  std::vector<Seen> seen_;
  std::vector<double> direction_;
};

}  // namespace

void Metric::to_x(std::span<const double> z, std::span<double> x) const {
  const std::size_t size = n();
  for (std::size_t i = 0; i < size; ++i) {
    double move = 0;
    if (diagonal)
      move = s[i] * z[i];
    else
      for (std::size_t k = 0; k < size; ++k) move += s[i * size + k] * z[k];
    x[i] = center[i] + move;
  }
}

void Metric::pull_back(std::span<const double> g, std::span<double> by_z) const {
  const std::size_t size = n();
  for (std::size_t k = 0; k < size; ++k) {
    double sum = 0;
    if (diagonal)
      sum = s[k] * g[k];
    else
      for (std::size_t i = 0; i < size; ++i) sum += s[i * size + k] * g[i];
    by_z[k] = sum;
  }
}

Metric whole_metric(const Hessian& h, std::span<const double> center) {
  const std::size_t n = h.size();
  Metric m{{center.begin(), center.end()}, std::vector<double>(n * n), false};
  for (std::size_t k = 0; k < n; ++k) {
    const double length = 1 / std::sqrt(h.stiffness(k));
    for (std::size_t i = 0; i < n; ++i) m.s[i * n + k] = h.scale[i] * h.spectrum.vectors[k * n + i] * length;
  }
  return m;
}

Metric diagonal_metric(const Hessian& h, std::span<const double> center, std::span<const double> lengths) {
  Metric m{{center.begin(), center.end()}, {lengths.begin(), lengths.end()}, true};
  double unit = 0;  // the free variables' lengths in the metric
  for (std::size_t i = 0; i < h.size(); ++i) unit = std::max(unit, h.scale[i] / lengths[h.free[i]]);
  for (double& v : m.s) v *= unit;
  for (std::size_t i = 0; i < h.size(); ++i) m.s[h.free[i]] = h.scale[i];
  for (double& v : m.s) {  // a logarithm would round, and differ between units
    int exponent = 0;
    const double mantissa = std::frexp(v, &exponent);
    v = std::ldexp(1.0, mantissa * mantissa < 0.5 ? exponent - 1 : exponent);
  }
  return m;
}

std::unique_ptr<Run> run_in_metric(const MethodBase& method, Metric metric, Point start, const Options& options) {
  return std::make_unique<RunInMetric>(method, std::move(metric), std::move(start), options);
}

}  // namespace talweg::certificate
