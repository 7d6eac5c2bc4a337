#include "talweg/compare/tune.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/compare/statistics.hpp"

namespace talweg::compare {

namespace {
constexpr int farthest = 40;  // ten decades from the default
}

std::optional<std::int64_t> Attempt::evaluations_to(double target) const {
  for (const auto& point : curve)
    if (point.value <= target) return point.evaluations;
  return std::nullopt;
}

std::optional<double> Attempt::seconds_to(double target) const {
  for (std::size_t i = 0; i < curve.size(); ++i)
    if (curve[i].value <= target) return moments[i];
  return std::nullopt;
}

Score::Score(const std::vector<Attempt>& attempts, double target) {
  std::vector<double> spent, values;
  for (const Attempt& a : attempts) {
    const auto reached = a.failed ? std::nullopt : a.evaluations_to(target);
    failures += a.failed;
    spent.push_back(reached ? double(*reached) : std::numeric_limits<double>::infinity());
    values.push_back(a.value);
  }
  evaluations = attempts.empty() ? std::numeric_limits<double>::infinity() : median_interval(spent).median;
  value = attempts.empty() ? std::numeric_limits<double>::infinity() : median_interval(values).median;
}

bool Score::operator<(const Score& other) const {
  if (failures != other.failures) return failures < other.failures;
  if (evaluations != other.evaluations) return evaluations < other.evaluations;
  return value < other.value;
}

/// Round in decimal: a rate that people can read and type.
double RateSearch::rate(int place) const {
  if (place == 0) return start_;
  return *text::parse_number(text::brief(start_ * std::pow(10.0, place / 4.0), 3));
}

bool RateSearch::is_known(int place) const {
  return std::abs(place) > farthest || std::find(place_.begin(), place_.end(), place) != place_.end();
}

std::optional<std::size_t> RateSearch::best_index(double target) const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < tried_.size(); ++i) {
    if (tried_[i].attempts.empty()) continue;
    if (!best || Score(tried_[i].attempts, target) < Score(tried_[*best].attempts, target)) best = i;
  }
  return best;
}

std::optional<double> RateSearch::next(double target) {
  const auto go = [&](int place) {
    place_.push_back(place);
    return rate(place);
  };
  if (tried_.empty()) return go(0);
  const auto best = best_index(target);
  const bool all_fail =
      !best || Score(tried_[*best].attempts, target).failures == std::int64_t(tried_[*best].attempts.size());
  if (all_fail) {  // too long a step: nothing is to be found above
    const int place = *std::min_element(place_.begin(), place_.end()) - step_;
    return is_known(place) ? std::nullopt : std::optional(go(place));
  }
  for (; step_ >= 1; step_ /= 2)
    for (const int place : {place_[*best] + step_, place_[*best] - step_})
      if (!is_known(place)) return go(place);
  return std::nullopt;
}

double RateSearch::best(double target) const {
  const auto best = best_index(target);
  return best ? tried_[*best].rate : start_;
}

}  // namespace talweg::compare
