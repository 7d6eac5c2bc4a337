#include "talweg/optim/certificate/precision.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/optim/deterministic/descent.hpp"

namespace talweg::certificate {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// N within so many roundings of f, where the full step shows no fall, is precision as well.
constexpr double roundings = 100;
/// A promise of more than so many roundings of f is believed when f keeps this share of it.
constexpr double few_roundings = 4, kept = 0.5;

double told_by(const Options& options, const Point& p) { return options.rounding ? options.rounding(p.x) : 0; }

}  // namespace

double Precision::told(const Point& p) const { return std::max(epsilon * std::abs(p.f), told_by(f.options(), p)); }

double Precision::rounding(const Point& p) const { return std::max(told(p), noise); }

double Precision::coarse_rounding(const Point& p) const {
  return std::max(roundings * epsilon * std::abs(p.f), 2 * std::max(told_by(f.options(), p), noise));
}

bool Precision::rises(const Point& from, const Point& to) const {
  return to.f - from.f > std::max(16 * epsilon * std::abs(from.f), 2 * rounding(from));
}

bool Precision::falls(const Point& from, const Point& to, double promise) const {
  if (fell_visibly(from.f, to.f)) return true;
  return promise > few_roundings * rounding(from) && from.f - to.f >= kept * promise;
}

std::vector<double> Precision::movable(const Point& p) const {
  std::vector<double> g = p.g;
  const Bounds& box = f.bounds();
  if (!box.empty())
    for (std::size_t i = 0; i < g.size(); ++i)
      if ((p.x[i] <= box.lower[i] && g[i] > 0) || (p.x[i] >= box.upper[i] && g[i] < 0)) g[i] = 0;
  return g;
}

}  // namespace talweg::certificate
