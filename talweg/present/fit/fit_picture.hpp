#pragma once
#include <cstddef>
#include <vector>

#include "talweg/api/fit/fit.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// A model of one column: the points, its curve and the band that holds new ones; the residuals below. Of several
/// columns: responses and residuals over what is predicted. Its axes are called as the column (or "predicted"), as the
/// response, and residual. Throws Error for a range of what is no axis.
report::plot::Figure picture(const api::FitOutcome& outcome, const PictureOptions& options = {});

/// The rows that are drawn: all, or of many some, evenly spread, and those with the largest residuals.
std::vector<std::size_t> drawn_rows(const api::FitOutcome& outcome);
std::vector<double> picked(const std::vector<double>& values, const std::vector<std::size_t>& rows);

}  // namespace talweg::present
