#pragma once
#include <cmath>
#include <map>
#include <span>
#include <string>

#include "talweg/optim/objective.hpp"

/// The formulas of the golden tables with gradients by hand.
namespace problems {

using Span = std::span<const double>;
using Out = std::span<double>;

inline const talweg::Function& of(const std::string& formula) {
  static const std::map<std::string, talweg::Function> all{
      {"x^2",
       [](Span p, Out g) {
         g[0] = 2 * p[0];
         return p[0] * p[0];
       }},
      {"0.5*(x^2+25*y^2)",
       [](Span p, Out g) {
         g[0] = p[0];
         g[1] = 25 * p[1];
         return 0.5 * (p[0] * p[0] + 25 * p[1] * p[1]);
       }},
      {"(1-x)^2+100*(y-x^2)^2",
       [](Span p, Out g) {
         const double bend = p[1] - p[0] * p[0];
         g[0] = -2 * (1 - p[0]) - 400 * p[0] * bend;
         g[1] = 200 * bend;
         return (1 - p[0]) * (1 - p[0]) + 100 * bend * bend;
       }},
      {"(1-x)^2+2*(y-x^2)^2",
       [](Span p, Out g) {
         const double bend = p[1] - p[0] * p[0];
         g[0] = -2 * (1 - p[0]) - 8 * p[0] * bend;
         g[1] = 4 * bend;
         return (1 - p[0]) * (1 - p[0]) + 2 * bend * bend;
       }},
      {"x^2+sin(3*x)+0.5*y^2-cos(2*y)",
       [](Span p, Out g) {
         g[0] = 2 * p[0] + 3 * std::cos(3 * p[0]);
         g[1] = p[1] + 2 * std::sin(2 * p[1]);
         return p[0] * p[0] + std::sin(3 * p[0]) + 0.5 * p[1] * p[1] - std::cos(2 * p[1]);
       }},
  };
  return all.at(formula);
}

}  // namespace problems
