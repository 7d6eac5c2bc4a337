#pragma once
#include "talweg/api/race/compare.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// Value against evaluations, the median and the middle half of the runs for each method; for a function of two
/// variables also the paths from the first start on its contours (CompareRequest::paths).
report::plot::Figure picture(const api::CompareOutcome& outcome);

/// Its panels, for a page that places them itself.
report::plot::Chart race_panel(const api::CompareOutcome& outcome);
report::plot::Plane race_paths(const api::CompareOutcome& outcome);

}  // namespace talweg::present
