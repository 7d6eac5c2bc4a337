#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "talweg/base/stop.hpp"
#include "talweg/models/linear_objective.hpp"

namespace talweg::models {

/// Where the Hessian of a model without hidden layer is measured: by the weights of z = (x − mean)·factor, and of a 1
/// behind them, the bias. Columns of any place and size then keep their digits.
struct PlacedInputs {
  LinearInputs x;
  std::vector<double> mean, factor;  ///< (columns); factor 0: a constant

  static PlacedInputs of(Pool& pool, const LinearInputs& x);
  std::size_t width() const { return mean.size() + 1; }
};

/// ∂²loss / ∂output_k ∂output_l of one row, l <= k.
using RowCurvature = std::function<double(std::size_t row, std::size_t k, std::size_t l)>;

/// Whether a loss has a second derivative that `curvature` knows: squares, log loss, Poisson.
bool has_curvature(std::string_view loss);
/// Outputs (rows, head.outputs) of parameters w, as numbers, rates or probabilities.
std::vector<double> fitted_values(Pool& pool, const LinearInputs& x, const Head& head, std::span<const double> w);
/// That of such a loss where the values are fitted; they must outlive it.
RowCurvature curvature(const Head& head, std::span<const double> fitted);

/// Multiplications for `information`, eight at once counted as one.
double information_cost(const LinearInputs& x, std::size_t outputs);

/// The Hessian of the loss summed over the rows: (p, p) by rows, p = outputs · width, parameter (k, i) at k·width + i;
/// its lower triangle. The same bits for every number of threads. Throws Stopped.
std::vector<double> information(Pool& pool, const PlacedInputs& inputs, std::size_t outputs,
                                const RowCurvature& curvature, const Stop& stop);

}  // namespace talweg::models
