#include "talweg/train/standard_errors.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/models/information.hpp"
#include "talweg/models/semidefinite.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/train/coefficients.hpp"
#include "talweg/train/full_batch/linear_rows.hpp"
#include "talweg/train/full_batch/separation.hpp"

namespace talweg::train {

namespace {

/// A triangle of so many parameters takes about a second.
constexpr std::size_t most_parameters = 2000;
/// Multiplications for the Hessian, eight at once: about two seconds.
constexpr double most_cost = 2e9;
/// A column of which less than this share of its curvature is left beside the others follows from them.
constexpr double least_left = 1e-11;
/// Coefficients of classes add to 0 within so much of their size.
constexpr double rounding_of_sums = 1e-6;

/// A model without hidden layer where its fit ended.
struct Fitted {
  const data::Preprocess& preprocess;
  const models::ModelSpec& spec;
  const models::Head& head;
  const Examples<double>& rows;
  std::span<const double> parameters;  ///< (inputs, outputs), then (outputs)
  std::size_t inputs() const { return rows.is_sparse() ? rows.sparse.width : rows.inputs; }
  /// Outputs whose parameters are free: of several classes the last one's follow from the others'.
  std::size_t free() const { return std::max<std::size_t>(head.outputs - 1, 1); }
};

bool sums_are_zero(const Fitted& f) {
  const std::size_t width = f.head.outputs;
  for (std::size_t i = 0; width > 1 && i < f.parameters.size(); i += width) {
    double sum = 0, size = 0;
    for (std::size_t o = 0; o < width; ++o) sum += f.parameters[i + o], size += std::abs(f.parameters[i + o]);
    if (std::abs(sum) > rounding_of_sums * size) return false;
  }
  return true;
}

bool is_separable(const Fitted& f) {
  return f.head.has_probabilities() && f.spec.l2 == 0 && is_separated(f.rows, f.parameters, f.head.outputs);
}

/// Why there are no errors; empty where there may be some.
std::string obstacle(const Fitted& f) {
  using text::cat;
  const std::size_t parameters = f.free() * (f.inputs() + 1);
  if (!models::has_curvature(f.head.loss))
    return cat("the loss ", f.head.loss, " is none of a likelihood whose Hessian gives them");
  if (!f.rows.targets.weights.empty())
    return "rows or classes count differently, and errors depend on what these weights mean";
  if (f.spec.l1 > 0) return "l1 sets coefficients to 0, and no Hessian says how certain that is";
  if (parameters > most_parameters)
    return cat(parameters, " parameters are more than the ", most_parameters, " of which the Hessian is taken");
  if (models::information_cost(linear_inputs(f.rows), f.free()) > most_cost)
    return cat("the Hessian of ", f.rows.rows, " rows and ", parameters, " parameters would take longer than the fit");
  if (f.rows.rows <= parameters && f.spec.l2 == 0)
    return cat(f.rows.rows, " rows do not determine ", parameters, " parameters");
  if (!sums_are_zero(f)) return "the coefficients of the classes were started apart from 0 in sum";
  if (is_separable(f)) return "the training rows are separable: the coefficients have no finite optimum";
  return "";
}

/// Adds the penalty of all rows: l2/2·Σw² for each, where w = factor·v, and of the last class w = −Σ of the others.
void add_penalty(const Fitted& f, const models::PlacedInputs& in, std::vector<double>& h) {
  const std::size_t width = in.width(), free = f.free(), p = free * width;
  const double l2 = f.spec.l2 * static_cast<double>(f.rows.rows);
  std::vector<double> bias(width);  // the bias of the model is that of the placed inputs, less Σ mean·w
  bias.back() = 1;
  for (std::size_t i = 0; i + 1 < width; ++i) bias[i] = -in.mean[i] * in.factor[i];
  for (std::size_t k = 0; k < free; ++k)
    for (std::size_t l = 0; l <= k; ++l) {
      const double pair = (k == l ? 1 : 0) - (f.head.outputs > 1 ? 1 / static_cast<double>(f.head.outputs) : 0);
      double* block = h.data() + k * width * p + l * width;
      for (std::size_t i = 0; i + 1 < width; ++i) block[i * p + i] += l2 * pair * in.factor[i] * in.factor[i];
      for (std::size_t i = 0; f.spec.regularized_bias && i < width; ++i)
        for (std::size_t j = 0; j < width; ++j) block[i * p + j] += l2 * pair * bias[i] * bias[j];
    }
}

/// What a coefficient of the file is of the parameters (free, width) of placed inputs: (outputs·width, p), by input and
/// output, the intercepts last.
std::vector<double> functions_of(const Fitted& f, const models::PlacedInputs& in) {
  const std::vector<ColumnScale> scales = column_scales(f.preprocess);
  const std::size_t width = in.width(), outputs = f.head.outputs, free = f.free(), p = free * width;
  std::vector<double> functions(outputs * width * p);
  const auto of_class = [&](std::size_t o, std::size_t k) {
    return (o == k ? 1 : 0) - (outputs > 1 ? 1 / static_cast<double>(outputs) : 0);
  };
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t k = 0; k < free; ++k) {
      double* intercept = functions.data() + ((width - 1) * outputs + o) * p + k * width;
      intercept[width - 1] = f.head.deviation * of_class(o, k);
      for (std::size_t i = 0; i + 1 < width; ++i) {
        const double part = f.head.deviation * of_class(o, k) * in.factor[i];
        functions[(i * outputs + o) * p + k * width + i] = part * scales[i].factor;
        intercept[i] = -part * (in.mean[i] + scales[i].factor * scales[i].mean);
      }
    }
  return functions;
}

double sum_of_squares(const Fitted& f, std::span<const double> y) {
  double sum = 0;
  for (std::size_t r = 0; r < f.rows.rows; ++r) {
    const double residual = y[r] - f.rows.targets.values[r];
    sum += residual * residual;
  }
  return sum;
}

}  // namespace

Inference standard_errors(const data::Preprocess& preprocess, models::Model<double>& model,
                          const Examples<double>& training, Pool& pool, const Stop& stop) {
  const Fitted f{preprocess, model.spec(), model.head(), training, model.network().parameters().values};
  Inference out{.penalised = f.spec.l2 > 0, .none = obstacle(f)};
  if (!out.none.empty()) return out;
  const auto in = models::PlacedInputs::of(pool, linear_inputs(training));
  const std::vector<double> y = models::fitted_values(pool, in.x, f.head, f.parameters);
  std::vector<double> h = models::information(pool, in, f.free(), models::curvature(f.head, y), stop);
  if (out.penalised) add_penalty(f, in, h);
  const models::Semidefinite hessian(std::move(h), least_left);
  double variance = 1;
  if (f.head.traits().link == nn::Link::identity) {
    if (training.rows <= hessian.rank()) {
      out.none = text::cat("no rows are left beyond the ", hessian.rank(), " parameters to say how far rows scatter");
      return out;
    }
    out.degrees_of_freedom = static_cast<double>(training.rows - hessian.rank());
    variance =
        2 * sum_of_squares(f, y) / out.degrees_of_freedom;  // the Hessian is that of squares, not of half of them
  }
  const std::vector<double> functions = functions_of(f, in);
  out.errors = hessian.variances(functions);
  const std::size_t p = hessian.size();
  for (std::size_t c = 0; c < out.errors.size(); ++c) {
    const bool nothing = std::all_of(functions.begin() + static_cast<std::ptrdiff_t>(c * p),
                                     functions.begin() + static_cast<std::ptrdiff_t>((c + 1) * p),
                                     [](double v) { return v == 0; });  // a constant column
    out.errors[c] = nothing || out.errors[c] < 0 ? -1 : std::sqrt(variance * out.errors[c]);
  }
  return out;
}

}  // namespace talweg::train
