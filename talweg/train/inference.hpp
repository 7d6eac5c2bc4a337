#pragma once
#include <string>
#include <vector>

#include "talweg/base/archive.hpp"

namespace talweg::train {

/// How certain the coefficients of a model without hidden layer are, in the units of the file.
struct Inference {
  /// (inputs, outputs), then (outputs) of the intercepts: standard errors; −1 where the rows do not determine it.
  std::vector<double> errors = {};
  double degrees_of_freedom = 0;  ///< of Student's t; 0: the normal distribution
  bool penalised = false;         ///< the Hessian includes l2
  std::string none = {};          ///< why there are no errors; empty where there are some, or where nothing is known

  bool operator==(const Inference&) const = default;
  bool has_errors() const { return !errors.empty(); }
  void save(Archive& archive) const;
  /// Of an archive that was compared with its form. Throws Error where there are not `count` errors.
  static Inference load(const Archive& archive, std::size_t count);
};

/// What a coefficient and its error, above 0, come to.
struct Estimate {
  double statistic, p;  ///< value/error, and how often it is that large by chance where the coefficient is 0
  double low, high;     ///< the interval of 95 %
};
Estimate estimate(double value, double error, const Inference& inference);

}  // namespace talweg::train
