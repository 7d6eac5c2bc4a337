#pragma once
#include <memory>
#include <vector>

#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/objective.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/parallel/pool.hpp"
#include "talweg/tensor/tensor.hpp"

namespace talweg::models {

/// The inputs of a model without hidden layer: dense or sparse, one of the two. The memory is the caller's.
struct LinearInputs {
  std::int64_t rows = 0, columns = 0;
  const double* dense = nullptr;  ///< (rows, columns)
  const data::SparseRows* sparse = nullptr;

  static LinearInputs of(const data::SparseRows& x) {
    return {static_cast<std::int64_t>(x.rows()), static_cast<std::int64_t>(x.width), nullptr, &x};
  }
};

/// Outputs y (rows, outputs) = x·W + b for parameters w: W (columns, outputs), then b (outputs); of the rows of x from
/// `first` on, as many as y has place for.
void linear_outputs(Pool& pool, const LinearInputs& x, std::int64_t first, std::span<const double> w,
                    std::span<double> y, std::int64_t outputs);

/// Where the inputs lie. Their second moments stand in units of the deviations, about the means: the places and sizes
/// of columns, which the square would spread over twice as many digits, are out of them.
struct InputMoments {
  std::vector<double> mean, deviation;  ///< (columns); deviation 0: a constant
  std::vector<double> correlation;      ///< (columns, columns), 0 for constants; or empty
};
/// With the correlations where they cost no more than about `most` evaluations of an objective.
InputMoments input_moments(Pool& pool, const LinearInputs& x, double most);

/// The objective of linear, logistic and softmax models: rows in blocks that stay in the cache from the scores to the
/// gradient, blocks in slices, each with a gradient of its own, summed in a fixed tree.
class LinearObjective final : public Objective {
 public:
  /// `targets` (x.rows) and the inputs must outlive it.
  LinearObjective(const ModelSpec& spec, const Head& head, const LinearInputs& x, const EncodedTargets<double>& targets,
                  Pool& pool);
  ~LinearObjective() override;
  double operator()(std::span<const double> w, std::span<double> gradient) override;

 private:
  struct Slice;
  void run_slice(Slice& slice, std::span<const double> w, std::span<const double> bias) const;

  LinearInputs x_;
  const EncodedTargets<double>& targets_;
  Pool& pool_;
  nn::Loss loss_;
  std::int64_t outputs_, block_;
  std::vector<Slice> slices_;
  std::vector<double> bias_;
};

}  // namespace talweg::models
