#pragma once
#include "talweg/api/minimize/minimize.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

/// The report of a run with a trace: the path with a slider, f, gradient and rates over the steps, settings, result,
/// the trace as a table, and how to run it again.
/// Throws Error for a range of what is no axis of its pictures.
report::html::Page minimize_page(const api::MinimizeRequest& request, const api::MinimizeOutcome& outcome,
                                 const Reproduction& reproduction, const PictureOptions& options = {});

}  // namespace talweg::present
