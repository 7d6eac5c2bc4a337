#include "talweg/train/coefficients.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/text.hpp"

namespace talweg::train {

std::vector<ColumnScale> column_scales(const data::Preprocess& preprocess) {
  std::vector<ColumnScale> out;
  for (const data::Feature& f : preprocess.features)
    if (f.kind == data::Column::Kind::numeric)
      out.push_back({f.mean, f.factor});
    else
      out.resize(out.size() + f.inputs());
  return out;
}

namespace {

/// Within `rounding` of 0 it is 0, and within it of a short decimal it is that decimal: the solver's last bits are no
/// finding about the data.
double without_rounding(double v, double rounding, double epsilon) {
  if (std::abs(v) <= rounding) return 0;
  const int digits = epsilon < 1e-10 ? 12 : 6;
  const double shorter = text::parse_number(text::brief(v, digits)).value_or(v);
  return std::abs(shorter - v) <= rounding ? shorter : v;
}

/// The names that a start may give, in the order of the parameters.
std::vector<std::string> start_names(const data::Preprocess& preprocess, const models::Head& head) {
  const std::vector<std::string> inputs = preprocess.input_names();
  const auto named = [&](std::string base, std::size_t output) {
    return head.outputs == 1 ? base : text::cat(base, "[", preprocess.target.classes[output], "]");
  };
  std::vector<std::string> out;
  for (const std::string& input : inputs)
    for (std::size_t o = 0; o < head.outputs; ++o)
      out.push_back(named(inputs.size() == 1 ? "weight" : text::cat("weight[", input, "]"), o));
  for (std::size_t o = 0; o < head.outputs; ++o) out.push_back(named("bias", o));
  return out;
}

}  // namespace

Coefficients coefficients_of(const data::Preprocess& preprocess, const models::Head& head,
                             std::span<const double> parameters, double epsilon) {
  const std::vector<ColumnScale> scales = column_scales(preprocess);
  const std::size_t width = head.outputs, inputs = scales.size();
  Coefficients c;
  std::vector<double> terms(width);  // the size of what an intercept is the sum of
  for (std::size_t o = 0; o < width; ++o) {
    const double bias = head.deviation * parameters[inputs * width + o];
    c.intercepts.push_back(head.mean + bias);
    terms[o] = std::abs(head.mean) + std::abs(bias);
  }
  for (std::size_t i = 0; i < inputs; ++i)
    for (std::size_t o = 0; o < width; ++o) {
      const double in_target = head.deviation * parameters[i * width + o];
      c.scaled.push_back(in_target);
      c.values.push_back(in_target * scales[i].factor);
      const double part = c.values.back() * scales[i].mean;
      c.intercepts[o] -= part;
      terms[o] += std::abs(part);
    }
  for (std::size_t o = 0; o < width; ++o)
    c.intercepts[o] = without_rounding(c.intercepts[o], 4 * epsilon * terms[o], epsilon);
  for (double& v : c.values) v = v == 0 ? 0 : without_rounding(v, 4 * epsilon * std::abs(v), epsilon);
  if (!preprocess.standardized) c.scaled.clear();
  return c;
}

std::vector<double> parameters_from(std::string_view start, const data::Preprocess& preprocess,
                                    const models::Head& head) {
  const std::vector<std::string> names = start_names(preprocess, head);
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::vector<std::optional<double>> given(names.size());
  for (const std::string_view piece : text::split(start, ',')) {
    const auto equals = piece.rfind('=');  // a category's name has one too: weight[colour=red]=.5
    if (equals == std::string_view::npos || piece.back() == ']')
      throw Error(text::cat("start '", piece, "' must be written name=number, such as ", names.front(), "=.5"));
    const auto name = text::trim(piece.substr(0, equals)), value = text::trim(piece.substr(equals + 1));
    const auto at = static_cast<std::size_t>(std::ranges::find(known, name) - known.begin());
    if (at == known.size()) {
      const std::string near = text::did_you_mean(name, known);
      throw Error(text::cat("start: '", name, "' is no parameter of this model; ",
                            near.empty() ? text::cat("it has ", text::list_some(known, 8)) : near));
    }
    const auto number = text::parse_number(value);
    if (!number || !std::isfinite(*number))
      throw Error(text::cat("start: ", name, " = '", value, "' must be a finite number"));
    if (given[at]) throw Error(text::cat("start: ", name, " is given twice"));
    given[at] = number;
  }
  const std::vector<ColumnScale> scales = column_scales(preprocess);
  const std::size_t width = head.outputs, biases = scales.size() * width;
  std::vector<double> out(names.size());
  for (std::size_t o = 0; o < width; ++o) out[biases + o] = given[biases + o].value_or(0) - head.mean;
  for (std::size_t i = 0; i < scales.size(); ++i)
    for (std::size_t o = 0; o < width; ++o) {
      const double value = given[i * width + o].value_or(0);
      if (value != 0 && scales[i].factor == 0)
        throw Error(text::cat("start: ", names[i * width + o], " = ", value,
                              ": the column is constant in the training ", "rows and carries no weight; leave it out"));
      out[biases + o] += value * scales[i].mean;
      if (value != 0) out[i * width + o] = value / scales[i].factor / head.deviation;
    }
  for (std::size_t o = 0; o < width; ++o) out[biases + o] /= head.deviation;
  return out;
}

}  // namespace talweg::train
