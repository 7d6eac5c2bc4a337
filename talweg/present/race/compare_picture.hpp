#pragma once
#include "talweg/api/race/compare.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// Value against evaluations, the median and the middle half of the runs for each method; for a function of two
/// variables also the paths from the first start on its contours (CompareRequest::paths). Its axes are called
/// evaluations, value (loss of data), and as the two variables. Throws Error for a range of what is no axis.
report::plot::Figure picture(const api::CompareOutcome& outcome, const PictureOptions& options = {});

/// Before the race: what can be known then. Throws Error for a range of what is no axis.
void check(const PictureOptions& options, const api::CompareRequest& request);

}  // namespace talweg::present
