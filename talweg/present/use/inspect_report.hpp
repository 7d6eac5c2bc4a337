#pragma once
#include <string>

#include "talweg/api/use/inspect.hpp"

namespace talweg::present {

/// format: table, json, csv, markdown or latex. Throws Error for another one.
std::string inspection(const api::InspectReport& report, const std::string& format);

}  // namespace talweg::present
