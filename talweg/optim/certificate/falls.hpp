#pragma once
#include <optional>
#include <span>
#include <vector>

#include "talweg/optim/evaluator.hpp"

namespace talweg::certificate {

/// Along negative curvature: as far as f falls by this share of its fall so far, then shorter, so many times.
inline constexpr double escape_fall = 0.2, escape_shrink = 0.125;
inline constexpr int escape_times = 10;

/// Points around one at which f may be lower, tried one after the other. Everything stays inside the bounds and counts
/// as a check.
class Falls {
 public:
  Falls(Evaluator& f, const Point& from, std::span<const double> lengths) : f_(f), from_(from), lengths_(lengths) {}

  /// Along d and −d with the longest step `most` (in units of d), then shorter and shorter: the lower side of the first
  /// length at which f falls visibly.
  std::optional<Point> along(std::span<const double> d, double most, double shrink, int times);
  /// Along `flat` directions, both ways, and random ones, at several lengths up to that of each variable: whether a
  /// point where curvature tells nothing is lower than its surroundings. A fall counts when it is above `least`.
  std::optional<Point> around(const std::vector<std::vector<double>>& flat, double least);

  /// What f does along d, which leads downhill, at 2, 4, 8, … times d: as long as it does not rise.
  struct Outlook {
    std::optional<Point> lowest;  ///< visibly lower than `from`
    bool endless = false;         ///< f never rose within 2⁴⁰ times d
  };
  Outlook ahead(std::span<const double> d);

  /// The step along d that moves some variable by its length, and none by more.
  double unit(std::span<const double> d) const;

 private:
  std::optional<Point> lower(std::span<const double> d, double step);

  Evaluator& f_;
  const Point& from_;
  std::span<const double> lengths_;
  double least_ = 0;
};

}  // namespace talweg::certificate
