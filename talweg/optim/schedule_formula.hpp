#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

#include "talweg/optim/schedule.hpp"
#include "talweg/simd/select.hpp"

/// The formulas of schedule.hpp over any number type: on double they are the rate of a step; on numbers that write down
/// how they are computed they are its explanation. So there is one of each.
namespace talweg::detail {

using std::cos;
using std::pow;

template <class T> T cosine_between(T high, T low, T share) {
  return low + (high - low) * (1 + cos(std::numbers::pi * share)) / 2;
}

/// From rate/divide up to the rate at k = top, down to the end at the last step. Where there is no room to rise (top at
/// the first step) that step has the rate itself, and where there is none to fall the last one keeps it.
template <class T, class Named> T one_cycle(const Schedule& s, T rate, double k, double length, Named named) {
  const double top = s.rise * length - 1, last = length - 1;
  const T start = simd::called("ηstart", rate / named("divide", s.divide));
  if (k <= top) {
    const T share = top > 0 ? named("k", k) / named("top", top) : T(1);
    return cosine_between(start, rate, simd::called("share", share));
  }
  const T end = simd::called("ηend", start / named("final_divide", s.final_divide));
  const T share = k < last ? named("k − top", k - top) / named("last − top", last - top) : T(1);
  return cosine_between(rate, end, simd::called("share", share));
}

/// `named(symbol, value)` makes a number that is shown by that symbol; rate is the method's own, t counts from 1.
/// The plateau is no function of t: it is left to the caller, as the constant is.
template <class T, class Named> T schedule_formula(const Schedule& s, T rate, std::int64_t t, Named named) {
  using Kind = Schedule::Kind;
  if (t <= s.warmup) return rate * named("t", double(t)) / named("warmup", double(s.warmup));
  const double k = double(t - 1 - s.warmup), length = double(s.steps - s.warmup);
  const auto share_of_run = [&] { return named("min(k, S)", std::min(k, length)) / named("S", length); };
  switch (s.kind) {
    case Kind::constant:
    case Kind::plateau:
      return rate;
    case Kind::step:
      return rate * pow(named("factor", s.factor), named("⌊k/every⌋", std::floor(k / double(s.every))));
    case Kind::exponential:
      return rate * pow(named("factor", s.factor), named("k", k));
    case Kind::polynomial:
      return rate * pow(1 - share_of_run(), named("power", s.power));
    case Kind::inverse_time:
      return rate / (1 + named("decay", s.decay) * named("k", k));
    case Kind::cosine:
      return cosine_between(rate, named("ηmin", s.min), simd::called("share", share_of_run()));
    case Kind::one_cycle:
      return one_cycle(s, rate, k, length, named);
    case Kind::warm_restarts: {
      double period = double(s.period), since = k;
      if (s.multiply == 1)
        since = std::fmod(k, period);
      else
        for (; since >= period; period *= s.multiply) since -= period;
      const T share = named("k", since) / named("period", period);
      return cosine_between(rate, named("ηmin", s.min), simd::called("share", share));
    }
  }
  return rate;
}

}  // namespace talweg::detail
