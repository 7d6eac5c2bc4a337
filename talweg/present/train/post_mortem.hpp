#pragma once
#include <string>

#include "talweg/api/train/train.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

/// What was found out about a run that failed, or came nowhere, line by line; "" where nothing was looked for.
std::string post_mortem_text(const api::TrainReport& report);
/// The same as sections of a page: findings, the loss and the gradient of the last steps.
void add_post_mortem(const api::TrainReport& report, report::html::Page& page);

}  // namespace talweg::present
