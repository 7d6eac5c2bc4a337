#include "talweg/train/full_batch/coordinate_descent.hpp"

#include <algorithm>
#include <cmath>

namespace talweg::train {

namespace {

/// A pass that gains less than this share of all that was gained is the last: a step of 1e-8 of the whole way.
constexpr double least_gain = 1e-16;
/// Steps below this share of the largest coordinate are the rounding of the gradient.
constexpr double least_step = 1e-14;
/// Multiplications of one call: about two seconds. What is left then is the next model's.
constexpr double most_work = 1e10;

class Descent {
 public:
  Descent(const L1Quadratic& model, const Stop& stop)
      : m_(model),
        stop_(stop),
        n_(model.g.size()),
        v_(model.v0.begin(), model.v0.end()),
        g_(model.g.begin(), model.g.end()) {}

  std::vector<double> run() {
    while (work_ < most_work && pass(false))
      while (work_ < most_work && pass(true)) {
      }
    return std::move(v_);
  }

 private:
  /// Whether it was worth it.
  bool pass(bool nonzero_alone) {
    stop_.check();
    double gained = 0, largest = 0;
    longest_ = 0;
    for (std::size_t j = 0; j < n_; ++j) {
      if (!nonzero_alone || v_[j] != 0 || m_.penalty[j] == 0) gained += move(j);
      largest = std::max(largest, std::abs(v_[j]));
    }
    work_ += static_cast<double>(n_);
    total_ += gained;
    return gained > least_gain * total_ && longest_ > least_step * largest;
  }

  double move(std::size_t j) {
    const double* row = m_.h.data() + j * n_;
    const double curvature = row[j], at = v_[j], penalty = m_.penalty[j];
    if (!(curvature > 0)) return 0;
    const double centre = curvature * at - g_[j];  // the minimum without the penalty, times the curvature
    const double to = std::abs(centre) <= penalty ? 0 : (centre - std::copysign(penalty, centre)) / curvature;
    const double step = to - at;
    if (step == 0) return 0;
    longest_ = std::max(longest_, std::abs(step));
    v_[j] = to;
    const double gained = -step * (g_[j] + curvature * step / 2) + penalty * (std::abs(at) - std::abs(to));
    for (std::size_t i = 0; i < n_; ++i) g_[i] += step * row[i];
    work_ += static_cast<double>(n_);
    return gained;
  }

  const L1Quadratic& m_;
  const Stop& stop_;
  std::size_t n_;
  std::vector<double> v_, g_;                  // (n) where it is, and the gradient of the smooth part there
  double total_ = 0, work_ = 0, longest_ = 0;  // the longest step of this pass
};

}  // namespace

std::vector<double> coordinate_descent(const L1Quadratic& model, const Stop& stop) {
  return Descent(model, stop).run();
}

}  // namespace talweg::train
