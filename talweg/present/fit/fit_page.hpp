#pragma once
#include "talweg/api/fit/fit.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

/// Everything about a fit on one page: parameters with their errors, tests and intervals, how they hang together, the
/// curve with its band, what the residuals look like, how it ended, and how to make it again.
report::html::Page fit_page(const api::FitRequest& request, const api::FitOutcome& outcome,
                            const Reproduction& reproduction, const PictureOptions& options = {});

}  // namespace talweg::present
