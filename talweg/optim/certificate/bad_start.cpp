#include "talweg/optim/certificate/bad_start.hpp"

#include <algorithm>
#include <cmath>

namespace talweg::certificate {

namespace {

constexpr double little = 1e-6;     ///< of the swing
constexpr double some = 1e-3;       ///< of what is left
constexpr double small_step = 0.1;  ///< of x: towards a minimum at 0 Newton's steps are 1/3 for x⁴, 1/5 for x⁶

}  // namespace

bool BadStart::shows(double power, const Journey& way, double value) const {
  return std::pow(question.tolerance, power) * way.fall(value) > swing;
}

bool BadStart::slow(double left, double value, std::span<const double> step, std::span<const double> slopes) const {
  const double way = std::pow(question.tolerance, bad_in_any_order) * question.journey.fall(value);
  if (!(way > (question.former ? present : swing) && left > little * present)) return false;
  if (!question.former) return true;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const bool counts = std::abs(step[i] * slopes[i]) > some * left;
    if (counts && std::abs(step[i]) > small_step * std::abs(question.at.x[i])) return false;
  }
  return true;
}

bool BadStart::misled(double left, double value) const {
  const double worth = std::max(question.journey.fall(question.at.f), swing);
  return left > nominating(question) * worth || shows(perhaps_bad, question.journey, value);
}

double nominating(const Question& q) { return (q.former ? 1 : fall_factor) * q.tolerance * q.tolerance; }

}  // namespace talweg::certificate
