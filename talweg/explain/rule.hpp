#pragma once
#include <span>
#include <vector>

#include "talweg/explain/traced.hpp"
#include "talweg/optim/first_order/any_rule.hpp"

namespace talweg::explain {

/// One element of x at one step of a rule.
struct Element {
  const AnyRule& rule;
  StepContext context;
  std::span<const double> carry;  ///< as it enters the step
  std::span<const double> slots;  ///< one number for each slot in use, before the step; at t = 1 they are begun here
  double x;                       ///< before the step and before decay, from which slots may begin
};

struct RuleTrace {
  Traced x;                         ///< what the rule made of x
  std::vector<Block> coefficients;  ///< those that were used and are more than a parameter
  std::vector<double> slots;        ///< after the step
  double rate = 0;                  ///< the effective one, where the rule knows it
};

/// Runs the rule's own Step on one element, with numbers that write themselves down on `sheet`: each slot is a line,
/// and so are the derived numbers that the rule lets observe. Throws Error for a rule that is not of the library.
RuleTrace run_rule(const Element& element, Sheet& sheet, const Traced& x, const Traced& g);

/// The point at which the gradient is wanted, by the rule's own look_ahead: x itself unless the card says otherwise.
Traced look_ahead(const Element& element, Sheet& sheet, const Traced& x);

}  // namespace talweg::explain
