#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "talweg/base/text.hpp"
#include "talweg/explain/document.hpp"
#include "talweg/formula/formula.hpp"

namespace talweg::explain {

inline bool same_bits(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Puts every printed right-hand side to the parser of formulas: each must give the printed value to the last bit.
/// Returns how many were put.
inline int check_equations(const std::vector<Section>& sections) {
  int checked = 0;
  for (const Section& s : sections)
    for (const Block& block : s.blocks) {
      const auto* e = std::get_if<Equation>(&block);
      if (!e || e->numbers.plain.empty()) continue;
      const double value = formula::parse(e->numbers.plain, {}).evaluate({});
      EXPECT_TRUE(same_bits(value, e->value))
          << s.title << ": " << e->name.plain << " = " << e->numbers.plain << " gives " << text::number(value)
          << ", printed as " << text::number(e->value);
      ++checked;
    }
  return checked;
}

/// The equation of that name, the last one if there are several.
inline const Equation* find_equation(const std::vector<Section>& sections, std::string_view name) {
  const Equation* found = nullptr;
  for (const Section& s : sections)
    for (const Block& block : s.blocks)
      if (const auto* e = std::get_if<Equation>(&block); e && e->name.plain == name) found = e;
  return found;
}

}  // namespace talweg::explain
