#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/advise/lanczos.hpp"
#include "talweg/compare/data_course.hpp"
#include "talweg/compare/function_course.hpp"

namespace talweg::advise {

/// What was measured of a function, around its start.
struct FunctionFacts {
  std::size_t variables = 0, bounds = 0, constraints = 0;  ///< bounds: variables that have one
  double gradient = 0;                                     ///< its norm at the start
  Spectrum curvature;                                      ///< of the Hessian at the start
  bool quadratic = false;                    ///< the Hessian is the same at the start and at two points away from it
  int lines = 0, kinked = 0, undefined = 0;  ///< lines looked along; those with a jump of the slope, with NaN
  int minima = 0;                            ///< the most minima seen on one line
  std::int64_t evaluations = 0;              ///< that the measuring cost
  std::int64_t lbfgs_bytes = 0;              ///< of its history
};

FunctionFacts measure(const compare::FunctionTask& task);

/// What was measured of rows with a model.
struct DataFacts {
  std::size_t rows = 0, inputs = 0, batch = 0;
  std::int64_t parameters = 0;
  double nonzeros = 1;         ///< share of the inputs
  bool convex = false;         ///< a linear model with a convex loss
  bool quadratic = false;      ///< and a squared error
  Spectrum curvature;          ///< of the Hessian of the loss at the start, over at most 2,000 rows
  double batch_curvature = 0;  ///< the largest on a mini-batch: what bounds the rate
  double noise = 0;            ///< batch size at which noise and gradient are as large, at the start
  double noise_later = 0;      ///< the same after a pass: noise stays while the gradient shrinks
  int lines = 0, kinked = 0;
  double passes = 0;  ///< over the rows, that the budget allows
  double steps_per_pass = 0;
  std::int64_t data_bytes = 0, lbfgs_bytes = 0;
};

/// `evaluations`: gradients of one example that the user can spend.
DataFacts measure(const compare::DataTask& task, std::int64_t evaluations);

}  // namespace talweg::advise
