#include "talweg/optim/certificate/journey.hpp"

#include <algorithm>
#include <bit>

#include "talweg/simd/clones.hpp"

namespace talweg::certificate {

namespace {

TALWEG_CLONES void widen(double* low, double* high, const double* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    low[i] = x[i] < low[i] ? x[i] : low[i];
    high[i] = x[i] > high[i] ? x[i] : high[i];
  }
}

}  // namespace

void Journey::Window::reset(std::span<const double> x, double f) {
  low.assign(x.begin(), x.end());
  high.assign(x.begin(), x.end());
  start = f;
}

void Journey::Window::include(std::span<const double> x) { widen(low.data(), high.data(), x.data(), x.size()); }

void Journey::Window::merge(const Window& other) {
  widen(low.data(), high.data(), other.low.data(), low.size());
  widen(low.data(), high.data(), other.high.data(), low.size());
}

void Journey::begin(std::span<const double> x, double f, bool detours) {
  detours_ = detours;
  iterations_ = 0;
  start_ = lowest_ = f;
  for (Window* w : {&old_, &before_, &now_}) w->reset(x, f);
}

void Journey::see(std::span<const double> x, double f) {
  ++iterations_;
  lowest_ = std::min(lowest_, f);
  if (detours_) start_ = std::max(start_, f), now_.start = std::max(now_.start, f);
  if (std::has_single_bit(static_cast<std::uint64_t>(iterations_))) {
    old_.merge(before_);
    std::swap(before_, now_);
    now_.reset(x, detours_ ? f : lowest_);
    // The windows share the point between them: the step across is part of the recent journey.
    before_.include(x);
    return;
  }
  now_.include(x);
}

double Journey::recent_fall(double f) const {
  if (iterations_ == 0) return start_ - f;
  return (detours_ ? std::max(before_.start, now_.start) : before_.start) - f;
}

double Journey::recent_range(std::size_t i) const {
  return std::max(before_.high[i], now_.high[i]) - std::min(before_.low[i], now_.low[i]);
}

double Journey::range(std::size_t i) const {
  return std::max({old_.high[i], before_.high[i], now_.high[i]}) - std::min({old_.low[i], before_.low[i], now_.low[i]});
}

}  // namespace talweg::certificate
