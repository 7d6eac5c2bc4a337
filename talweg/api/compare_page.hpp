#pragma once
#include "talweg/api/compare.hpp"
#include "talweg/api/report_page.hpp"

namespace talweg::api {

/// The report of a race: value against evaluations, the paths of two variables (CompareRequest::paths), the table, the
/// test of each pair, how the race was run, and how to run it again.
report::html::Page compare_page(const CompareOutcome& outcome, const Reproduction& reproduction);

}  // namespace talweg::api
