#pragma once
#include <algorithm>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/text.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/problem.hpp"

/// The words in which the problems of Hock & Schittkowski are written down.
namespace talweg::problems::hs {

inline constexpr double inf = std::numeric_limits<double>::infinity();

/// Writes the gradient, returns the value.
inline double put(Out g, double value, std::initializer_list<double> gradient) {
  std::copy(gradient.begin(), gradient.end(), g.begin());
  return value;
}

inline Constraint zero(Function c) { return {Constraint::Kind::equality, std::move(c), {}}; }
inline Constraint positive(Function c) { return {Constraint::Kind::inequality, std::move(c), {}}; }

/// row·x + constant
inline Function linear(std::vector<double> row, double constant) {
  return [row = std::move(row), constant](In x, Out g) {
    double value = constant;
    for (std::size_t i = 0; i < row.size(); ++i) value += row[i] * x[i];
    std::copy(row.begin(), row.end(), g.begin());
    return value;
  };
}

inline double square(double v) { return v * v; }
inline double cube(double v) { return v * v * v; }

/// Problem `number` of the book; `optima` are the values given there, and other local minima.
inline Problem problem(int number, std::vector<double> start, std::vector<double> optima, Function f,
                       std::vector<Constraint> constraints, Bounds bounds = {}) {
  Problem p{text::cat("hs", number), number,      "Hock & Schittkowski 1981", std::move(start),
            std::move(optima),       std::move(f)};
  p.bounds = std::move(bounds);
  p.constraints = std::move(constraints);
  for (std::size_t i = 0; i < p.constraints.size(); ++i) p.constraints[i].name = text::cat("c[", i, "]");
  p.collection = p.constraints.empty() ? Collection::bounded : Collection::constrained;
  return p;
}

}  // namespace talweg::problems::hs
