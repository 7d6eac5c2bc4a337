#pragma once
#include "talweg/api/race/compare.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

/// The report of a race: the verdict, the curves, the paths of two variables (CompareRequest::paths), the ranking, who
/// beat whom, how the race was run, and how to run it again.
/// Throws Error for a range of what is no axis of its pictures.
report::html::Page compare_page(const api::CompareOutcome& outcome, const Reproduction& reproduction,
                                const PictureOptions& options = {});

}  // namespace talweg::present
