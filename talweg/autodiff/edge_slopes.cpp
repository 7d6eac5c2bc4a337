#include "talweg/autodiff/edge_slopes.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace talweg::autodiff {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most = 1000;
constexpr double agreement = 1e-6;
/// Between neighbouring points t^p changes by the factor 2^(12 p) or 2^(60 p), a logarithm of t by less than 3: this
/// tells them apart from p = 1/6 on.
constexpr double power_growth = 4;

struct Seen {
  double value, slope;
};

/// Of two slopes that meet in a kink: as max(x, -x) has it. NaN where one is infinite.
double middle(double left, double right) {
  return std::isfinite(left) && std::isfinite(right) ? left / 2 + right / 2 : nan;
}

/// f and its slope on one side of x at three distances, the nearest last: at 0 they may be as small as wanted, beside
/// any other number they end four units of its last place off.
class Side {
 public:
  static constexpr std::array<int, 3> exponents_at_zero{-60, -120, -180}, exponents{-26, -38, -50};

  template <class See> Side(double x, double value, int sign, const See& see) : value_(value) {
    for (std::size_t k = 0; k < seen_.size(); ++k)
      seen_[k] =
          see(x + sign * (x == 0 ? std::ldexp(1.0, exponents_at_zero[k]) : std::ldexp(std::abs(x), exponents[k])));
  }

  /// Whether the nearest point lies in the domain and f closes in on f(x).
  bool inside() const {
    const double far = std::abs(seen_[0].value - value_), near = std::abs(seen_[2].value - value_);
    return near <= agreement * std::abs(value_) || (std::isfinite(near) && near <= 0.5 * far);
  }

  /// Of slopes L + C·t^p: Aitken's extrapolation, or their infinity.
  double limit() const {
    const double first = seen_[0].slope, second = seen_[1].slope, last = seen_[2].slope;
    if (last / second > power_growth && second / first > power_growth) return std::copysign(INFINITY, last);
    if (std::abs(last) * power_growth < std::abs(second) && std::abs(second) * power_growth < std::abs(first)) return 0;
    const double change = last - second, before = second - first;
    if (change == 0) return last;
    const bool settles = std::abs(change) * power_growth < std::abs(before) && std::abs(change) < 1e-3 * std::abs(last);
    return settles ? last - change * change / (change - before) : nan;
  }

 private:
  double value_;
  std::array<Seen, 3> seen_;
};

}  // namespace

void settle_edge_slopes(std::span<const double> x, double value, std::span<double> gradient,
                        const std::function<double(std::span<const double>, std::span<double>)>& sweep) {
  if (!std::isfinite(value)) return;
  std::vector<double> at(x.begin(), x.end()), slopes(x.size());
  std::size_t looked_into = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isnan(gradient[i])) continue;
    if (++looked_into > most || !std::isfinite(x[i])) return;
    const auto see = [&](double moved) {
      at[i] = moved;
      const double f = sweep(at, slopes);
      at[i] = x[i];
      return Seen{f, slopes[i]};
    };
    const Side right(x[i], value, 1, see), left(x[i], value, -1, see);
    if (right.inside() && left.inside()) {
      const double from_right = right.limit(), from_left = left.limit();
      const bool same =
          from_right == from_left || std::abs(from_right - from_left) <= agreement * std::abs(from_right + from_left);
      gradient[i] = same ? from_right : middle(from_left, from_right);
    } else if (right.inside() || left.inside()) {
      gradient[i] = right.inside() ? right.limit() : left.limit();
    }
    if (std::isnan(gradient[i])) return;
  }
}

}  // namespace talweg::autodiff
