#pragma once
#include <optional>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// The picture of a run with a trace. One variable: the curve of f with the path on it; two: the contours of f with the
/// path and, where the method has one, its velocity as arrows; more: the contours in the plane of the two variables
/// that moved furthest, the others held at the best point, which the panel says. Then f at each iteration, and the
/// effective rates of the variables where the method has them. Its axes are called as the variables, value (of f), step
/// and rate; of more than two variables, those with a range are what the plane shows. Throws Error for a range of what
/// is no axis.
report::plot::Figure picture(const api::MinimizeRequest& request, const api::MinimizeOutcome& outcome,
                             const PictureOptions& options = {});

/// Before the run: what can be known then. Throws Error for a range of what is no axis, and of more variables than a
/// plane has.
void check(const PictureOptions& options, const api::MinimizeRequest& request);

/// Its panels, for a page that places them itself.
report::plot::Panel path_panel(const api::MinimizeRequest& request, const api::MinimizeOutcome& outcome,
                               const PictureOptions& options);
report::plot::Chart value_panel(const api::MinimizeOutcome& outcome, const PictureOptions& options);
/// Series are empty when the method has one rate for all variables, and it is the same at each step.
report::plot::Chart rate_panel(const api::MinimizeOutcome& outcome, const PictureOptions& options);

/// Of a formula over rows that predicts one column by another: the points, and the curve at the start and at the end.
/// Nothing where it does not.
std::optional<report::plot::Chart> fit_panel(const api::MinimizeOutcome& outcome, const PictureOptions& options);

}  // namespace talweg::present
