#pragma once
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/api/report_page.hpp"

namespace talweg::api {

/// The report of a run with a trace: the path with a slider, f, gradient and rates over the steps, settings, result,
/// the trace as a table, and how to run it again.
report::html::Page minimize_page(const MinimizeRequest& request, const MinimizeOutcome& outcome,
                                 const Reproduction& reproduction);

}  // namespace talweg::api
