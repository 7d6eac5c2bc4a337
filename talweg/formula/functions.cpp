#include "talweg/formula/functions.hpp"

#include <algorithm>
#include <array>
#include <numbers>

#include "talweg/base/text.hpp"

namespace talweg::formula {

namespace {

using autodiff::ScalarOp;
using text::cat;

constexpr std::array<FunctionName, 27> functions{
    {{"exp", ScalarOp::exp, 1},           {"log", ScalarOp::log, 1},     {"sqrt", ScalarOp::sqrt, 1},
     {"sin", ScalarOp::sin, 1},           {"cos", ScalarOp::cos, 1},     {"tan", ScalarOp::tan, 1},
     {"tanh", ScalarOp::tanh, 1},         {"sinh", ScalarOp::sinh, 1},   {"cosh", ScalarOp::cosh, 1},
     {"asin", ScalarOp::asin, 1},         {"acos", ScalarOp::acos, 1},   {"atan", ScalarOp::atan, 1},
     {"abs", ScalarOp::abs, 1},           {"min", ScalarOp::min, 2},     {"max", ScalarOp::max, 2},
     {"pow", ScalarOp::power, 2},         {"relu", ScalarOp::relu, 1},   {"sigmoid", ScalarOp::sigmoid, 1},
     {"softplus", ScalarOp::softplus, 1}, {"log10", ScalarOp::log10, 1}, {"log2", ScalarOp::log2, 1},
     {"log1p", ScalarOp::log1p, 1},       {"expm1", ScalarOp::expm1, 1}, {"erf", ScalarOp::erf, 1},
     {"sign", ScalarOp::sign, 1},         {"atan2", ScalarOp::atan2, 2}, {"hypot", ScalarOp::hypot, 2}}};

}  // namespace

std::span<const FunctionName> all_functions() { return functions; }

const FunctionName* find_function(std::string_view name) {
  const auto it = std::find_if(functions.begin(), functions.end(), [&](const auto& f) { return f.name == name; });
  return it == functions.end() ? nullptr : &*it;
}

bool is_total(std::string_view name) { return name == "sum" || name == "mean"; }

std::optional<double> find_constant(std::string_view name) {
  if (name == "pi" || name == "π") return std::numbers::pi;
  if (name == "e") return std::numbers::e;
  return std::nullopt;
}

std::string suggest_function(std::string_view wrong) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 15> elsewhere{{{"ln", "log"},
                                                                                            {"lg", "log10"},
                                                                                            {"ld", "log2"},
                                                                                            {"arcsin", "asin"},
                                                                                            {"arccos", "acos"},
                                                                                            {"arctan", "atan"},
                                                                                            {"arctan2", "atan2"},
                                                                                            {"tg", "tan"},
                                                                                            {"sgn", "sign"},
                                                                                            {"power", "pow"},
                                                                                            {"minimum", "min"},
                                                                                            {"maximum", "max"},
                                                                                            {"average", "mean"},
                                                                                            {"avg", "mean"},
                                                                                            {"Σ", "sum"}}};
  for (const auto& [from, to] : elsewhere)
    if (from == text::lower(wrong)) return cat("did you mean '", to, "'?");
  std::array<std::string_view, functions.size() + 2> names;
  std::transform(functions.begin(), functions.end(), names.begin(), [](const auto& f) { return f.name; });
  names[functions.size()] = "sum", names[functions.size() + 1] = "mean";
  const std::string near = text::did_you_mean(wrong, names);
  return near.empty() ? cat("the functions are ", text::list(names)) : near;
}

}  // namespace talweg::formula
