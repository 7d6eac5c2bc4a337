#pragma once
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/describe.hpp"
#include "talweg/base/export.hpp"

namespace talweg {

/// What a step of Levenberg-Marquardt is.
enum class FitStep {
  geodesic,  ///< with the second-order correction of Transtrum & Sethna: one more evaluation, fewer steps
  plain,     ///< the solution of the linear model alone
};
inline constexpr std::string_view fit_step_names[] = {"geodesic", "plain"};

/// Levenberg-Marquardt as a trust region: p minimises ‖r + J·p‖ within ‖D·p‖ <= Δ, where D holds the largest length
/// that each column of J has had, so that the unit of no parameter matters.
struct TALWEG_API LevenbergMarquardt {
  FitStep step = FitStep::geodesic;
  double radius = 1;          ///< the first Δ, as a multiple of what the first Gauss-Newton step needs
  double acceleration = 0.3;  ///< a correction that is longer than this part of the step is left out

  static constexpr Card card{
      "lm",
      "",
      "Levenberg-Marquardt",
      "p = argmin ‖r + J·p‖² + λ‖D·p‖², λ so that ‖D·p‖ <= Δ; x += p + ½a",
      "Moré 1978, LNM 630, 105-116; geodesic steps: Transtrum & Sethna 2012, arXiv:1201.5885",
      "",
      {"curves and models fitted to data (talweg fit, least_squares), and nothing else",
       "few steps, no rate to choose; exact digits where the residuals are small or nearly linear",
       "takes residuals with their Jacobian (m, n), not one number; finds the nearest minimum"}};
  static constexpr std::array settings{
      Field<LevenbergMarquardt>::choice<&LevenbergMarquardt::step>("step", fit_step_names, "what a step is"),
      Field<LevenbergMarquardt>{"radius", &LevenbergMarquardt::radius, Range{0, infinity, true, true},
                                "the first trust radius, in lengths of the first Gauss-Newton step"},
      Field<LevenbergMarquardt>{"acceleration", &LevenbergMarquardt::acceleration, Range{0, 10, true, false},
                                "largest geodesic correction, as a part of the step"}};

  /// "lm", "lm,step=plain". Throws Error naming the key, the value and what is allowed.
  static LevenbergMarquardt parse(std::string_view spec);
  /// What `parse` reads.
  std::string spec() const;
};

/// The methods of fits as lists know them.
const std::vector<ItemInfo>& least_squares_methods();
/// Throws Error where the spec names one of them: what minimises one number cannot run it.
void refuse_least_squares(std::string_view spec);

}  // namespace talweg
