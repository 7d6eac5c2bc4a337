#include "talweg/api/operation_curves.hpp"

#include <algorithm>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/arithmetic.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/tensor/tensor.hpp"

namespace talweg::api {

namespace {

using text::cat;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::vector<double> spread(double low, double high, std::size_t points) {
  std::vector<double> x;
  for (std::size_t k = 0; k < points; ++k)
    x.push_back(low + (high - low) * static_cast<double>(k) / static_cast<double>(points - 1));
  return x;
}

/// f of each number in rows of two, whose second is `beside`: (points, 2).
Tensor<double> rows_of(const std::vector<double>& x, double beside) {
  Tensor<double> rows({static_cast<std::int64_t>(x.size()), 2});
  for (std::size_t k = 0; k < x.size(); ++k) rows.data()[2 * k] = x[k], rows.data()[2 * k + 1] = beside;
  return rows;
}

/// The slopes are those that training uses, from the tape.
OperationCurve activation_curve(std::string_view name, double low, double high, std::size_t points) {
  const nn::Activation f = nn::activation(name);
  OperationCurve curve{.name = std::string(name), .formula = std::string(f.card().formula)};
  curve.x = spread(low, high, points);
  const Tensor<double> rows = rows_of(curve.x, 0), others = rows_of(curve.x, 1);
  Tensor<double> slopes(rows.shape()), first(rows.shape()), changed(rows.shape());
  for (std::size_t k = 0; k < points; ++k) first.data()[2 * k] = 1;
  autodiff::Tape<double> tape;
  const auto y = f(tape.variable(rows.view(), slopes.view()));
  nn::sum(y * tape.constant(first.view())).backward();
  f.value<double>(tape.pool(), others.view(), changed.view());
  const View<const double> values = y.view();
  bool alone = true;
  for (std::size_t k = 0; k < points; ++k) {
    curve.value.push_back(values.data()[2 * k]);
    curve.slope.push_back(slopes.data()[2 * k]);
    alone = alone && values.data()[2 * k] == changed.data()[2 * k];
  }
  if (!alone) curve.at = "beside it 0";
  if (!f.traits().kink || !(low < 0 && 0 < high)) return curve;
  const auto at = static_cast<std::ptrdiff_t>(std::ranges::lower_bound(curve.x, 0.0) - curve.x.begin());
  const double value = activation_curve(name, 0, 1, 2).value[0];
  if (curve.x[static_cast<std::size_t>(at)] == 0) {
    curve.slope[static_cast<std::size_t>(at)] = none;
    return curve;
  }
  curve.x.insert(curve.x.begin() + at, 0);
  curve.value.insert(curve.value.begin() + at, value);
  curve.slope.insert(curve.slope.begin() + at, none);
  return curve;
}

OperationCurve loss_curve(std::string_view name, double low, double high, std::size_t points) {
  const nn::Loss f = nn::loss(name);
  const nn::LossTraits& traits = f.traits();
  OperationCurve curve{.name = std::string(name), .formula = std::string(f.card().formula)};
  const bool classes = traits.task == nn::Task::classes;
  const double target = classes                                ? 0
                        : traits.task == nn::Task::binary      ? traits.label(1)
                        : traits.link == nn::Link::exponential ? 1
                                                               : 0;
  curve.at = classes ? "of the right class, beside it 0" : cat("target ", target);
  curve.x = spread(low, high, points);
  for (const double x : curve.x) {
    double outputs[] = {x, 0}, slopes[] = {0, 0};
    const std::size_t n = classes ? 2 : 1;
    curve.value.push_back(f.of_row(std::span(outputs, n), target, std::span(slopes, n)));
    curve.slope.push_back(slopes[0]);
  }
  return curve;
}

}  // namespace

bool has_curves(std::string_view topic) { return topic == "activations" || topic == "losses"; }

OperationCurve operation_curve(std::string_view topic, std::string_view name, double low, double high,
                               std::size_t points) {
  return topic == "losses" ? loss_curve(name, low, high, points) : activation_curve(name, low, high, points);
}

}  // namespace talweg::api
