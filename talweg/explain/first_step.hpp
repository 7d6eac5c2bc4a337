#pragma once
#include <string>
#include <string_view>

#include "talweg/explain/sheet.hpp"

namespace talweg::explain {

struct FirstStep {
  double value = 0;                 ///< after the step
  std::vector<Block> coefficients;  ///< the same for every number
};

/// The lines of the first step of a first-order method on one number, `name` = value, from its gradient, which has a
/// name too. Throws Error for what is no first-order method.
FirstStep explain_first_step(Sheet& sheet, std::string_view optimizer, const std::string& name, double value,
                             double gradient, const std::string& gradient_name);

}  // namespace talweg::explain
