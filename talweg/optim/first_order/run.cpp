#include "talweg/optim/first_order/run.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/state_bytes.hpp"

namespace talweg {

namespace {

constexpr std::int64_t first_order_iterations = 10000;

/// One step: the rule, the box, then f and g at the new x.
class FirstOrderRun final : public Run {
 public:
  FirstOrderRun(const FirstOrder& method, std::vector<Segment> segments, Point start, const Options& options)
      : at_(std::move(start)), optimizer_(method, std::move(segments)) {
    optimizer_.set_bounds(options.bounds);
    optimizer_.set_total_steps(options.max_iterations.value_or(first_order_iterations));
  }

  const Point& at() const override { return at_; }

  StepReport step(Evaluator& f) override {
    f.ensure(optimizer_.looks_ahead() ? 2 : 1);
    Point next = at_;
    const std::vector<double>* gradient = &at_.g;
    Point ahead;
    if (optimizer_.looks_ahead()) {
      ahead = at_;
      optimizer_.look_ahead(at_.x, ahead.x);
      f.bounds().project(ahead.x);
      f(ahead);
      if (!finite(ahead))
        return {Status::not_finite,
                text::cat("f or its gradient is not finite at the look-ahead point of step ", optimizer_.steps() + 1)};
      gradient = &ahead.g;
    }
    optimizer_.step(next.x, *gradient, {.value = at_.f});
    f(next);
    at_ = std::move(next);
    optimizer_.watch(at_.f);
    return {};
  }

  void move_to(Evaluator&, Point p) override { at_ = std::move(p); }

  Observations observe() const override { return optimizer_.observe(); }

  Observations details() const override {
    Observations out;
    if (optimizer_.method().clip.kind != Clip::Kind::none)
      out.push_back({"clipped", {double(optimizer_.clipped_steps())}, Per::step});
    const auto add = [&](std::string name, std::span<const double> v) {
      if (!v.empty() && optimizer_.steps() > 0) out.push_back({std::move(name), {v.begin(), v.end()}});
    };
    add("average", optimizer_.average());
    add("moving_average", optimizer_.moving_average());
    return out;
  }

  std::vector<std::byte> save() const override {
    StateWriter out;
    out.vector<double>(at_.x);
    out.number(at_.f);
    out.vector<double>(at_.g);
    const auto rest = optimizer_.save();
    out.vector<std::byte>(rest);
    return out.take();
  }

  void load(std::span<const std::byte> bytes) override {
    StateReader in(bytes);
    Point p;
    p.x = in.vector<double>();
    p.f = in.number<double>();
    p.g = in.vector<double>();
    const auto rest = in.vector<std::byte>();
    in.finish();
    if (p.x.size() != at_.x.size() || p.g.size() != at_.g.size())
      throw Error(text::cat("saved run has ", p.x.size(), " variables, not ", at_.x.size()));
    optimizer_.load(rest);
    at_ = std::move(p);
  }

  const void* part(const std::type_info& type) const override {
    return type == typeid(Optimizer<double>) ? &optimizer_ : nullptr;
  }

 private:
  Point at_;
  Optimizer<double> optimizer_;
};

class FirstOrderMethod final : public MethodBase {
 public:
  FirstOrderMethod(FirstOrder method, std::vector<Segment> segments)
      : method_(std::move(method)), segments_(std::move(segments)) {
    method_.validate();
    if (method_.maximize)
      throw Error(text::cat(method_.label(), ": maximize is an option of the run here: set Options::maximize"));
  }
  MethodTraits traits() const override {
    return {.spec = method_.spec(),
            .default_iterations = first_order_iterations,
            .first_order = true,
            .monotone = false,
            .bounds = true};
  }
  std::unique_ptr<Run> start(Point start, const Options& options) const override {
    auto segments = segments_;
    if (segments.empty() && !method_.groups.empty())
      for (std::size_t i = 0; i < options.names.size(); ++i) segments.push_back({options.names[i], i, 1});
    if (segments.empty()) segments.push_back({"x", 0, start.x.size()});
    return std::make_unique<FirstOrderRun>(method_, std::move(segments), std::move(start), options);
  }

 private:
  FirstOrder method_;
  std::vector<Segment> segments_;
};

}  // namespace

std::shared_ptr<const MethodBase> make_method(const FirstOrder& method, std::vector<Segment> segments) {
  return std::make_shared<FirstOrderMethod>(method, std::move(segments));
}

}  // namespace talweg
