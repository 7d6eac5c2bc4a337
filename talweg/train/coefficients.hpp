#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "talweg/data/preprocess.hpp"
#include "talweg/models/head.hpp"

namespace talweg::train {

/// What a model without hidden layer says of the columns as they stand in the file, and of the target as it stands
/// there: output o is intercepts[o] + Σ_i values[i, o]·column_i (before the link of a logistic, softmax or Poisson
/// model). However the run scaled columns and target, these are the same numbers.
struct Coefficients {
  std::vector<double> values;  ///< (inputs, outputs)
  std::vector<double> scaled;  ///< (inputs, outputs): for one standard deviation of a column; empty: none was scaled
  std::vector<double> intercepts;  ///< (outputs)
};

/// How a column becomes an input: (column − mean)·factor.
struct ColumnScale {
  double mean = 0, factor = 1;
};
/// One for each input.
std::vector<ColumnScale> column_scales(const data::Preprocess& preprocess);

/// From the parameters of the network: weights (inputs, outputs), then biases (outputs). `epsilon` is the rounding of
/// one: within four of them a value is the short decimal beside it, and an intercept 0.
Coefficients coefficients_of(const data::Preprocess& preprocess, const models::Head& head,
                             std::span<const double> parameters, double epsilon);

/// Parameters of the network from "weight=.5,bias=.1": `weight` where there is one input, `weight[NAME]` for one of
/// several; with several outputs `weight[NAME][CLASS]` and `bias[CLASS]`. In the units of the file, as the coefficients
/// are; what is not named starts at 0. Throws Error for an unknown name with the near ones, a name given twice, and
/// what is no finite number.
std::vector<double> parameters_from(std::string_view start, const data::Preprocess& preprocess,
                                    const models::Head& head);

}  // namespace talweg::train
