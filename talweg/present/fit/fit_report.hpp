#pragma once
#include <string>

#include "talweg/api/fit/fit.hpp"
#include "talweg/present/format.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

/// The whole document that `talweg fit --format` prints, with a line feed at its end. CSV has one line for each
/// parameter; what is not known is empty there, and null in JSON.
std::string render(const api::FitOutcome& outcome, Format format);

/// The message as a sentence.
std::string fit_sentence(const api::FitOutcome& outcome);
/// The lower half of the correlations, in four digits.
report::Table correlation_table(const api::FitOutcome& outcome);

}  // namespace talweg::present
