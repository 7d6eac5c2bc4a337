#pragma once
#include "talweg/api/fit/fit.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// A model of one column: the points, its curve and the band that holds new ones; the residuals below. Of several
/// columns: responses and residuals over what is predicted.
report::plot::Figure picture(const api::FitOutcome& outcome);

}  // namespace talweg::present
