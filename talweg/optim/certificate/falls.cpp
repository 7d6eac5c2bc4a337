#include "talweg/optim/certificate/falls.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "talweg/base/random.hpp"
#include "talweg/optim/deterministic/descent.hpp"

namespace talweg::certificate {

namespace {

constexpr std::size_t most_flat = 5, random_directions = 20;
/// As shares of the variables' lengths; more of them where few directions are flat.
constexpr std::array lengths_tried{1.0, 1e-2, 1e-4};
constexpr std::array more_lengths{1.0, 0.8, 0.6, 0.4, 0.2, 0.1, 1e-2, 1e-3, 1e-4};
constexpr std::size_t few_flat = 2;

constexpr int doublings = 40;

}  // namespace

double Falls::unit(std::span<const double> d) const {
  double most = 0;
  for (std::size_t i = 0; i < d.size(); ++i)
    if (d[i] != 0) most = std::max(most, std::abs(d[i]) / lengths_[i]);
  return most > 0 ? 1 / most : 0;
}

/// The point at x + step·d, moved into the box, if f is visibly lower there.
std::optional<Point> Falls::lower(std::span<const double> d, double step) {
  Point p;
  p.x = from_.x;
  for (std::size_t i = 0; i < d.size(); ++i) p.x[i] += step * d[i];
  f_.bounds().project(p.x);
  if (p.x == from_.x) return {};
  for (const double v : p.x)
    if (!std::isfinite(v)) return {};
  f_.look_at_value(p);
  if (!std::isfinite(p.f) || !fell_visibly(from_.f, p.f) || !(from_.f - p.f > least_)) return {};
  f_.look_again(p);
  if (!finite(p)) return {};
  return p;
}

std::optional<Point> Falls::along(std::span<const double> d, double most, double shrink, int times) {
  for (int k = 0; k < times; ++k, most *= shrink) {
    std::optional<Point> ahead = lower(d, most), back = lower(d, -most);
    if (ahead && back) return ahead->f <= back->f ? ahead : back;
    if (ahead || back) return ahead ? ahead : back;
  }
  return {};
}

Falls::Outlook Falls::ahead(std::span<const double> d) {
  Outlook out;
  Point p, before = from_;
  double step = 2;
  for (int k = 0; k < doublings; ++k, step *= 2) {
    p.x = from_.x;
    for (std::size_t i = 0; i < d.size(); ++i) p.x[i] += step * d[i];
    f_.bounds().project(p.x);
    if (p.x == before.x) return out;
    f_.look(p);
    if (!finite(p) || p.f > before.f) return out;
    if (fell_visibly(from_.f, p.f)) out.lowest = p;
    before = p;
  }
  out.endless = out.lowest.has_value();
  return out;
}

std::optional<Point> Falls::around(const std::vector<std::vector<double>>& flat, double least) {
  least_ = least;
  std::span<const double> lengths = lengths_tried;
  if (flat.size() <= few_flat) lengths = more_lengths;
  for (std::size_t k = 0; k < std::min(flat.size(), most_flat); ++k)
    for (const double length : lengths)
      if (auto found = along(flat[k], length * unit(flat[k]), 1, 1)) return found;
  Random random(19650612);
  std::vector<double> d(from_.x.size());
  for (std::size_t k = 0; k < random_directions; ++k) {
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = lengths_[i] * random.uniform(-1, 1);
    for (const double length : {lengths_tried[0], lengths_tried[1 + k % 2]})
      if (auto found = lower(d, length)) return found;
  }
  return {};
}

}  // namespace talweg::certificate
