#pragma once
#include <string>

#include "talweg/api/fit/fit.hpp"
#include "talweg/present/format.hpp"

namespace talweg::present {

/// The whole document that `talweg fit --format` prints, with a line feed at its end. CSV has one line for each
/// parameter; what is not known is empty there, and null in JSON.
std::string render(const api::FitOutcome& outcome, Format format);

}  // namespace talweg::present
