#pragma once
#include <span>
#include <string>

#include "talweg/base/export.hpp"
#include "talweg/optim/evaluator.hpp"

namespace talweg {

/// One point of phi(a) = f(x + a d): a, phi(a), phi'(a).
struct Trial {
  double step = 0, value = 0, slope = 0;

  bool operator==(const Trial&) const = default;
};

/// f along one direction: the only thing that a line search sees. It evaluates, counts, and keeps the points of the
/// latest and of the lowest trial, so that nothing is evaluated twice.
class TALWEG_API Ray {
 public:
  /// `latest` and `lowest` are storage that the caller keeps from one search to the next. Below `floor`, f counts as
  /// unbounded.
  Ray(Evaluator& f, const Point& from, std::span<const double> direction, double slope, double floor, Point& latest,
      Point& lowest);

  /// Evaluates at x + step d, moved into the box where rounding left it; a step of 1 along d = bound − x lands on the
  /// bound exactly. The trial is not finite when f or a gradient entry is not.
  Trial at(double step);
  /// The same for a search that may do without the slope, which is NaN then: f gives the value alone, where it can.
  /// `complete` gives the latest trial its slope. Only a complete trial can be the lowest, or be accepted.
  Trial value_at(double step);
  Trial complete();

  const Trial& origin() const { return origin_; }
  const Trial& lowest() const { return lowest_; }  ///< the origin while no trial was lower
  int trials() const { return trials_; }
  double length() const { return length_; }       ///< ‖direction‖, once there was a trial
  int not_finite() const { return not_finite_; }  ///< trials at which f or g was NaN or infinite
  bool stuck() const { return stuck_; }           ///< the last step was too short to change x
  bool unbounded() const { return unbounded_; }   ///< the last trial lay below the floor
  const std::string& defect() const { return defect_; }

  /// Exchanges `to`, the point that the ray starts from, with the point of `trial`, which is the latest or the lowest
  /// one. Afterwards `old_in_latest` tells which storage holds the old point.
  void accept(const Trial& trial, Point& to);
  bool old_in_latest() const { return old_in_latest_; }

 private:
  bool place(double step);
  Trial judge();
  void describe(const Point& p, double step);

  Evaluator& f_;
  const Point& from_;
  std::span<const double> direction_;
  Trial origin_, lowest_;
  double floor_, length_ = 0;
  Point &latest_point_, &lowest_point_;
  Trial latest_;
  int trials_ = 0, not_finite_ = 0;
  bool stuck_ = false, unbounded_ = false, old_in_latest_ = true;
  std::string defect_;
};

}  // namespace talweg
