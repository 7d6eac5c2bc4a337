#pragma once
#include <span>
#include <string>
#include <vector>

#include "talweg/explain/step.hpp"
#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/deterministic/lbfgsb.hpp"

/// What the deterministic methods share when they are explained: vectors with names, the line search, the new x.
namespace talweg::explain {

using Vector = std::vector<Traced>;

/// One number for each variable: "g(x)", "g(y)"; just "g" when there is one variable.
Vector named(Sheet& sheet, const StepView& view, std::string_view symbol, std::span<const double> values);
/// g before the step; where its products would leave the range of numbers unit·g, written down as "ĝ".
Vector gradient(Sheet& sheet, const StepView& view, double unit);
/// The lines d = −g, or −ĝ.
void steepest_lines(Sheet& sheet, const StepView& view, double unit, std::string note = "");
Text component(const StepView& view, std::string_view symbol, std::size_t i);
/// a'b in the order of additions that vectors::dot has, so that the last bit agrees.
Traced dot(const Vector& a, const Vector& b);

/// The tests of a line search.
struct SearchRules {
  LineSearch kind;
  double decrease, curvature;
};
/// Every search of the step: its trials, and the tests that they met or failed.
void search_sections(const StepView& view, const SearchRules& rules, double accepted, std::vector<Section>& out);

/// x + a·d for every variable, with the end of the last search in `path`. `elsewhere` says what led to another point.
void arrival_sections(const StepView& view, const Descent& path, std::vector<Section>& out,
                      const std::string& elsewhere = "");

/// A matrix as a table: rows and columns are the variables.
Table matrix(const StepView& view, std::string_view corner, std::span<const double> values);

std::vector<Section> explain_lbfgs(const StepView& view);
std::vector<Section> explain_conjugate_gradient(const StepView& view);
std::vector<Section> explain_sqp(const StepView& view);
std::vector<Section> explain_auglag(const StepView& view, const AugmentedLagrangian& method,
                                    const AugmentedLagrangian::State& before, const AugmentedLagrangian::State& after);
/// The direction of one step of L-BFGS-B from `before` at the point `at`; `d` is the direction that was taken.
Section explain_box_direction(const StepView& view, const Lbfgsb::State& before, const Point& at,
                              std::span<const double> d);

}  // namespace talweg::explain
