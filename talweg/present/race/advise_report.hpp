#pragma once
#include <string>

#include "talweg/api/race/advise.hpp"

namespace talweg::present {

/// The whole document that `talweg advise --format text|json` prints.
std::string advice_text(const api::AdviseOutcome& outcome);
std::string advice_json(const api::AdviseOutcome& outcome);

}  // namespace talweg::present
