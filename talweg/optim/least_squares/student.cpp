#include "talweg/optim/least_squares/student.hpp"

#include <cmath>
#include <limits>

namespace talweg {

namespace {

/// From here on the expansion in 1/degrees is more accurate than differences of lgamma.
constexpr double many_degrees = 1e4;

/// I_x(a, b), the incomplete beta function, by its continued fraction (Abramowitz & Stegun 26.5.8) in Lentz's form;
/// x < (a + 1)/(a + b + 2).
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  const auto away = [](double v) { return std::abs(v) < tiny ? tiny : v; };
  double c = 1, d = 1 / away(1 - (a + b) * x / (a + 1)), h = d;
  for (int k = 1; k < 10'000; ++k) {
    const double even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / away(1 + even * d), c = away(1 + even / c), h *= d * c;
    const double odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / away(1 + odd * d), c = away(1 + odd / c), h *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  const double front =
      std::exp(a * std::log(x) + b * std::log1p(-x) + std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b));
  return front * h / a;
}

/// P(|T| > t) by the incomplete beta function.
double two_tails(double t, double degrees) {
  if (std::isinf(degrees)) return std::erfc(t / std::sqrt(2.0));
  const double a = degrees / 2, b = 0.5, x = degrees / (degrees + t * t);
  if (x < (a + 1) / (a + b + 2)) return beta_fraction(a, b, x);
  return 1 - beta_fraction(b, a, t * t / (degrees + t * t));
}

}  // namespace

double student_two_tails(double t, double degrees) {
  if (degrees <= many_degrees || std::isinf(degrees)) return two_tails(t, degrees);
  const double z = t * (1 - 1 / (4 * degrees)) / std::sqrt(1 + t * t / (2 * degrees));  // 26.7.8
  return std::erfc(z / std::sqrt(2.0));
}

double student_quantile(double level, double degrees) {
  if (degrees > many_degrees && !std::isinf(degrees)) {  // Abramowitz & Stegun 26.7.5
    const double z = student_quantile(level, std::numeric_limits<double>::infinity()), z2 = z * z;
    return z + z * (z2 + 1) / (4 * degrees) + z * ((5 * z2 + 16) * z2 + 3) / (96 * degrees * degrees);
  }
  double low = 0, high = 1;
  while (two_tails(high, degrees) > 1 - level && high < 1e300) low = high, high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-16 * high; ++i) {
    const double middle = low + (high - low) / 2;
    (two_tails(middle, degrees) > 1 - level ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace talweg
