#pragma once
#include "talweg/api/race/compare.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::api {

/// Value against evaluations, the median and the middle half of the runs for each method; for a function of two
/// variables also the paths from the first start on its contours (CompareRequest::paths).
report::plot::Figure picture(const CompareOutcome& outcome);

/// Its panels, for a page that places them itself.
report::plot::Chart race_panel(const CompareOutcome& outcome);
report::plot::Plane race_paths(const CompareOutcome& outcome);

}  // namespace talweg::api
