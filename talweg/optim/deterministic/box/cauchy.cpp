#include "talweg/optim/deterministic/box/cauchy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace talweg::box {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}

/// The distance z along −g from x_i to its bound; infinite when there is none that way.
double room(const Point& at, const Bounds& box, std::size_t i) {
  return at.g[i] > 0 ? box.lower[i] - at.x[i] : at.g[i] < 0 ? box.upper[i] - at.x[i] : infinite;
}

}  // namespace

void Cauchy::start(std::size_t variables, std::size_t memory) {
  breaks_.reserve(variables);
  for (auto* v : {&p_, &c_, &w_, &mw_, &z_, &reduced}) v->reserve(2 * memory);
}

/// The variables of F whose bound is met at t in (from, to], nearest first.
void Cauchy::collect(const Point& at, const Bounds& box, const History& h, double from, double to) {
  breaks_.clear();
  if (box.empty()) return;
  for (std::size_t i = 0; i < h.n; ++i) {
    const double g = h.unit * at.g[i];
    if (!h.free[i] || g == 0) continue;
    const double z = room(at, box, i);
    if (!(std::abs(z) <= to * std::abs(g)) || std::isinf(z)) continue;  // before the division, which is rarely needed
    const double t = -z / g;
    if (t > from && t <= to) breaks_.push_back({t, i});
  }
  std::sort(breaks_.begin(), breaks_.end(),
            [](const Break& a, const Break& b) { return a.t < b.t || (a.t == b.t && a.i < b.i); });
}

void Cauchy::find(const Point& at, const Bounds& box, History& h, const Saddle& middle,
                  std::vector<double>& direction) {
  const std::size_t k2 = 2 * h.count;
  for (auto* v : {&p_, &c_, &w_, &mw_, &z_}) v->assign(k2, 0.0);
  const double theta = h.theta;
  // d = −g on F. p = W'd; f1, f2: the model's first and second derivative along the segment.
  h.weigh(h.wg, p_);
  for (double& v : p_) v = -v;
  const auto bend = [&] {  // p'M p
    mw_ = p_;
    middle.solve(mw_);
    return dot(p_, mw_);
  };
  double f1 = -h.gg;
  double f2 = theta * h.gg - bend();
  const double least = std::numeric_limits<double>::epsilon() * theta * h.gg;
  f2 = std::max(f2, least);
  double ahead = f2 > 0 ? -f1 / f2 : 0;
  for (std::size_t i = 0; i < h.n; ++i) direction[i] = 0;

  length = 0;
  hits = 0;
  double searched = 0;
  // Each round but the last takes a variable out of F, for without one neither `length` nor `ahead` changes.
  for (bool found = false; !found;) {
    const double until = 2 * (length + ahead);
    collect(at, box, h, searched, until);
    for (const auto& [t, i] : breaks_) {
      const double dt = t - length;
      if (ahead < dt) {
        found = true;
        break;
      }
      const double g = h.unit * at.g[i], z = room(at, box, i);
      direction[i] = z;
      length = t;
      ++hits;
      h.weigh(h.row(i), w_);
      for (std::size_t j = 0; j < k2; ++j) c_[j] += dt * p_[j];
      mw_ = w_;
      middle.solve(mw_);
      f1 += dt * f2 + g * g + theta * g * z - g * dot(mw_, c_);
      f2 -= theta * g * g + 2 * g * dot(mw_, p_) + g * g * dot(mw_, w_);
      f2 = std::max(f2, least);
      for (std::size_t j = 0; j < k2; ++j) {
        p_[j] += g * w_[j];
        z_[j] += z * w_[j];
      }
      h.fix(i);
      ahead = f2 > 0 ? std::max(0.0, -f1 / f2) : 0;
    }
    searched = until;
    found = found || !(length + ahead > searched);  // not a number, either: then nothing lies ahead
  }
  length += ahead;
  reduced.resize(k2);
  for (std::size_t j = 0; j < k2; ++j) reduced[j] = -p_[j] - theta * z_[j];
}

}  // namespace talweg::box
