#include "talweg/optim/evaluator.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Two looks at the clock take 0.05 μs. So many calls tell whether f is worth them.
constexpr int trial_calls = 16;
constexpr double worth_timing = 2e-6;
}  // namespace

Evaluator::Evaluator(const Function& function, const Options& options)
    : function_(function), options_(options), start_(now()) {}

void Evaluator::ensure(std::int64_t count) const {
  if (evaluations_.function > options_.max_evaluations - count) throw BudgetSpent{Status::evaluation_limit};
  if (out_of_time()) throw BudgetSpent{Status::time_limit};
}

void Evaluator::operator()(Point& p) {
  ensure();
  ++evaluations_.function;
  ++evaluations_.gradient;
  fill(p);
  if (!std::isfinite(p.f)) hole_ = p.x;
}

void Evaluator::look(Point& p) {
  if (out_of_time()) throw BudgetSpent{Status::time_limit};
  ++evaluations_.check;
  fill(p);
}

void Evaluator::value(Point& p) {
  if (!gives_values()) return (*this)(p);
  ensure();
  ++evaluations_.function;
  fill_value(p);
  if (!std::isfinite(p.f)) hole_ = p.x;
}

void Evaluator::complete(Point& p) {
  if (!p.g.empty() || p.x.empty()) return;
  ++evaluations_.gradient;
  ++evaluations_.repeated;
  fill(p);
}

void Evaluator::look_at_value(Point& p) {
  if (!gives_values()) return look(p);
  if (out_of_time()) throw BudgetSpent{Status::time_limit};
  ++evaluations_.check;
  fill_value(p);
}

void Evaluator::look_again(Point& p) {
  if (!p.g.empty() || p.x.empty()) return;
  ++evaluations_.repeated;
  fill(p);
}

double Evaluator::call(std::span<const double> x, std::span<double> gradient) {
  if (!timed_) return function_(x, gradient);
  const double begin = now(), value = function_(x, gradient);
  inside_ += now() - begin;
  if (++timed_calls_ >= trial_calls && inside_ < static_cast<double>(timed_calls_) * worth_timing) timed_ = false;
  return value;
}

void Evaluator::fill_value(Point& p) {
  p.g.clear();
  p.f = sign() * call(p.x, {});
}

void Evaluator::fill(Point& p) {
  p.g.resize(p.x.size());
  p.f = call(p.x, p.g);
  if (options_.maximize) {
    p.f = -p.f;
    for (double& g : p.g) g = -g;
  }
  if (!options_.bounds.empty() && std::isfinite(p.f) && !vectors::all_finite(p.g)) look_at_bounds(p);
}

/// A variable that its bounds fix has no slope. Of the others an infinite one may lead straight onto a bound.
void Evaluator::look_at_bounds(Point& p) {
  const Bounds& box = options_.bounds;
  bool onto = true, any = false;
  for (std::size_t i = 0; i < p.x.size(); ++i) {
    if (std::isfinite(p.g[i])) continue;
    if (box.lower[i] == box.upper[i]) {
      p.g[i] = 0;
      continue;
    }
    any = true;
    onto = onto && ((p.g[i] == HUGE_VAL && p.x[i] <= box.lower[i]) || (p.g[i] == -HUGE_VAL && p.x[i] >= box.upper[i]));
  }
  if (any && onto && (cliff_.x.empty() || p.f < cliff_.f)) cliff_ = p;
}

double Evaluator::check(std::span<const double> x, std::span<double> gradient) {
  ++evaluations_.check;
  return call(x, gradient);
}

double Evaluator::check_value(std::span<const double> x, std::span<double> unused) {
  return check(x, gives_values() ? std::span<double>() : unused);
}

double Evaluator::seconds() const { return now() - start_; }

std::optional<double> Evaluator::function_seconds() const { return timed_ ? std::optional(inside_) : std::nullopt; }

void Evaluator::set_seconds(double seconds) {
  start_ = now() - std::max(0.0, seconds);
  timed_ = false;  // what it took before is not known
}

bool Evaluator::out_of_time() const {
  if (std::isinf(options_.max_seconds)) return false;
  return seconds() >= options_.max_seconds;
}

bool finite(const Point& p) { return std::isfinite(p.f) && vectors::all_finite(p.g); }

}  // namespace talweg
