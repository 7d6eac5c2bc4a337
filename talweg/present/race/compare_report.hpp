#pragma once
#include <string>
#include <vector>

#include "talweg/api/race/compare.hpp"
#include "talweg/present/format.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

/// The whole document that `talweg compare --format` prints. JSON keeps the order in which the methods were given;
/// tables begin with the best.
std::string render(const api::CompareOutcome& outcome, Format format);

/// Who is best, and who is not significantly worse, in one sentence.
std::string verdict(const compare::Race& race);

/// One row for each method, the best first: for people, or with every number in full and names for programs.
report::Table race_table(const api::CompareOutcome& outcome, bool everything);
/// What the columns mean, and how the race was run.
std::vector<std::string> race_notes(const api::CompareOutcome& outcome);

}  // namespace talweg::present
