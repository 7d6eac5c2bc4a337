#pragma once
#include "talweg/optim/evaluator.hpp"

namespace talweg::box {

struct SearchSettings {
  double decrease = 1e-4, curvature = 0.7;
  int max_trials = 40;
};

struct SearchReport {
  bool found = false;      ///< `trial` is a step to take
  bool flat = false;       ///< f did not change beyond its rounding along the whole of d
  bool not_finite = false; ///< some trial was
  double step = 0, slope = 0;
  int trials = 0;
};

/// A step along d from `from`, first trial `first`, never beyond `longest`, always inside the box: sufficient decrease
/// and a slope that has risen enough (weak Wolfe conditions), by safeguarded cubics. d = bound − x and a step of 1 land
/// exactly on the bound.
SearchReport search(Evaluator& f, const SearchSettings& settings, const Point& from, std::span<const double> d,
                    double slope, double first, double longest, bool guard, Point& trial, Point& best);

/// The longest step along d inside the box, at least `least`.
double longest_step(const Point& at, std::span<const double> d, const Bounds& box, double least);

}  // namespace talweg::box
