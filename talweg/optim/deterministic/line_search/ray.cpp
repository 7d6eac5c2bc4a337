#include "talweg/optim/deterministic/line_search/ray.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg {

Ray::Ray(Evaluator& f, const Point& from, std::span<const double> direction, double slope, double floor, Point& latest,
         Point& lowest)
    : f_(f),
      from_(from),
      direction_(direction),
      origin_{0, from.f, slope},
      lowest_(origin_),
      floor_(floor),
      latest_point_(latest),
      lowest_point_(lowest),
      latest_(origin_) {
  if (f.on_trial) f.on_trial(0, origin_.value, origin_.slope);
}

Trial Ray::at(double step) {
  if (!place(step)) return latest_;
  f_(latest_point_);
  ++trials_;
  return judge();
}

Trial Ray::value_at(double step) {
  if (!f_.gives_values()) return at(step);
  if (!place(step)) return latest_;
  f_.value(latest_point_);
  ++trials_;
  return judge();
}

Trial Ray::complete() {
  if (!std::isnan(latest_.slope) || std::isnan(latest_.value)) return latest_;
  f_.complete(latest_point_);
  return judge();
}

/// Moves the latest point to x + step d. False when that does not change x.
bool Ray::place(double step) {
  if (latest_ == lowest_ && latest_.step > 0) std::swap(latest_point_, lowest_point_);
  Point& p = latest_point_;
  p.x.resize(from_.x.size());
  latest_ = {step, origin_.value, origin_.slope};
  stuck_ = !vectors::advance(from_.x, step, direction_, p.x);
  if (const Bounds& box = f_.bounds(); !box.empty())
    vectors::enter(box.lower, box.upper, from_.x, step, direction_, p.x);
  return !stuck_;
}

/// The latest trial, from its point.
Trial Ray::judge() {
  const Point& p = latest_point_;
  const double step = latest_.step;
  const bool known = !p.g.empty();
  latest_.value = p.f;
  latest_.slope = std::numeric_limits<double>::quiet_NaN();
  if (trials_ == 1) {
    const double* const columns[] = {known ? p.g.data() : direction_.data(), direction_.data()};
    double products[2];
    vectors::dots(columns, direction_, products);
    if (known) latest_.slope = products[0];
    length_ = vectors::norm(direction_, products[1]);
  } else if (known) {
    latest_.slope = vectors::dot(p.g, direction_);
  }
  if (f_.on_trial) f_.on_trial(step, latest_.value, latest_.slope);
  unbounded_ = p.f < floor_;
  if (unbounded_) {
    defect_ = text::cat("f ", f_.options().maximize ? "rises" : "falls",
                        " without bound along the search direction: ", text::brief(f_.sign() * p.f), " at step ",
                        text::brief(step, 3));
    return latest_;
  }
  // A sum of finite products may overflow only where the entries are beyond all use.
  if (!std::isfinite(p.f) || (known && !std::isfinite(latest_.slope))) {
    ++not_finite_;
    describe(p, step);
    latest_.value = latest_.slope = std::numeric_limits<double>::quiet_NaN();
    return latest_;
  }
  if (known && latest_.value < lowest_.value) lowest_ = latest_;
  return latest_;
}

void Ray::accept(const Trial& trial, Point& to) {
  assert(trial == latest_ || trial == lowest_);
  // The lowest trial stays in the storage of the latest until the next one is made.
  old_in_latest_ = trial == latest_;
  std::swap(to, old_in_latest_ ? latest_point_ : lowest_point_);
}

void Ray::describe(const Point& p, double step) {
  const Options& o = f_.options();
  using text::brief;
  using text::cat;
  if (!std::isfinite(p.f)) {
    std::size_t widest = 0;  // the coordinate that moved most
    for (std::size_t i = 1; i < p.x.size(); ++i)
      if (std::abs(p.x[i] - from_.x[i]) > std::abs(p.x[widest] - from_.x[widest])) widest = i;
    defect_ = cat("f is ", brief(f_.sign() * p.f), " at ", variable_name(o, widest), " = ", brief(p.x[widest], 17),
                  " (step ", brief(step, 3), ")");
    return;
  }
  for (std::size_t i = 0; i < p.g.size(); ++i)
    if (!std::isfinite(p.g[i])) {
      defect_ = cat("the gradient of f in ", variable_name(o, i), " is ", brief(f_.sign() * p.g[i]), " at ",
                    variable_name(o, i), " = ", brief(p.x[i], 17), " (step ", brief(step, 3), ")");
      return;
    }
  defect_ = cat("the slope along the search direction exceeds the largest number (1.8e308) at step ", brief(step, 3),
                ", though f and its gradient are finite: scale f down");
}

}  // namespace talweg
