#pragma once
#include "talweg/api/race/suite.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

/// The report of the scored collection: what was solved, performance profiles of the sets on which several methods ran,
/// the scores, every run, and how to run it again.
report::html::Page suite_page(const api::SuiteOutcome& outcome, const Reproduction& reproduction);

/// Share of the problems of a set that each method solved with at most τ times the evaluations of the best method there
/// (Dolan & Moré 2002), over τ from 1. No series for fewer than two methods.
report::plot::Chart performance_profile(const api::SuiteOutcome& outcome, const std::string& set);

}  // namespace talweg::present
