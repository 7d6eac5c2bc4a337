#pragma once
#include <optional>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// The picture of a run with a trace. One variable: the curve of f with the path on it; two: the contours of f with the
/// path and, where the method has one, its velocity as arrows; more: the contours in the plane of the two variables
/// that moved furthest, the others held at the best point, which the panel says. Then f at each iteration, and the
/// effective rates of the variables where the method has them.
report::plot::Figure picture(const api::MinimizeRequest& request, const api::MinimizeOutcome& outcome);

/// Its panels, for a page that places them itself.
report::plot::Panel path_panel(const api::MinimizeRequest& request, const api::MinimizeOutcome& outcome);
report::plot::Chart value_panel(const api::MinimizeOutcome& outcome);
/// Series are empty when the method has one rate for all variables, and it is the same at each step.
report::plot::Chart rate_panel(const api::MinimizeOutcome& outcome);

/// Of a formula over rows that predicts one column by another: the points, and the curve at the start and at the end.
/// Nothing where it does not.
std::optional<report::plot::Chart> fit_panel(const api::MinimizeOutcome& outcome);

}  // namespace talweg::present
