#pragma once
#include <string>

#include "talweg/api/use/inspect.hpp"

namespace talweg::present {

/// format: table, json, csv, markdown or latex. Throws Error for another one.
std::string inspection(const api::InspectReport& report, const std::string& format);

/// The coefficients with the intercepts as their last rows.
report::Table with_intercepts(const api::InspectReport& report);

}  // namespace talweg::present
