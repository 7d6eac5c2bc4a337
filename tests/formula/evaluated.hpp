#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/formula/formula.hpp"

/// A formula of a few variables, read and evaluated at once.
namespace talweg::formula {

struct Evaluated {
  double value;
  std::vector<double> gradient;
};

inline Evaluated evaluate(std::string_view text, std::vector<std::string> names, std::vector<double> x) {
  Formula f = parse(text, std::move(names));
  std::vector<double> gradient(x.size());
  const double value = f.evaluate(x, gradient);
  return {value, gradient};
}

inline double value(std::string_view text, double x = 0) { return evaluate(text, {"x"}, {x}).value; }
inline double slope(std::string_view text, double x) { return evaluate(text, {"x"}, {x}).gradient[0]; }

}  // namespace talweg::formula
