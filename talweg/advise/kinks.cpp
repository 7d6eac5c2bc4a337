#include "talweg/advise/kinks.hpp"

#include <cmath>
#include <vector>

namespace talweg::advise {

namespace {
constexpr int samples = 33, halvings = 30;
// After 30 halvings a smooth change has shrunk by 1e-9; rounding of the slope itself stays below this.
constexpr double jump = 1e-6;
}  // namespace

LineShape shape_of_line(const std::function<double(double t)>& slope) {
  LineShape shape;
  std::vector<double> s(samples);
  double most = 0, size = 0;
  int where = 0;
  for (int i = 0; i < samples; ++i) {
    s[std::size_t(i)] = slope(double(i) / (samples - 1));
    if (!std::isfinite(s[std::size_t(i)])) {
      shape.defined = false;
      return shape;
    }
    size = std::fmax(size, std::abs(s[std::size_t(i)]));
    if (i == 0) continue;
    const double before = s[std::size_t(i) - 1], now = s[std::size_t(i)];
    if (std::abs(now - before) > most) most = std::abs(now - before), where = i - 1;
    shape.minima += before < 0 && now >= 0;
  }
  if (most == 0) return shape;
  double a = double(where) / (samples - 1), b = double(where + 1) / (samples - 1);
  double at_a = s[std::size_t(where)], at_b = s[std::size_t(where) + 1];
  for (int k = 0; k < halvings; ++k) {
    const double middle = a + (b - a) / 2, at_middle = slope(middle);
    if (!std::isfinite(at_middle)) return shape;
    if (std::abs(at_middle - at_a) > std::abs(at_b - at_middle))
      b = middle, at_b = at_middle;
    else
      a = middle, at_a = at_middle;
  }
  shape.kink = std::abs(at_b - at_a) > jump * most && std::abs(at_b - at_a) > 1e-12 * size;
  return shape;
}

}  // namespace talweg::advise
