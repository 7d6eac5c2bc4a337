#pragma once
#include <string>

#include "talweg/api/lesson/lesson.hpp"
#include "talweg/report/plot/figure.hpp"

/// What commands print of the runs of a lesson, before it is laid out.
namespace talweg::present::lesson {

/// The arithmetic, with its title.
std::string printed(const api::lesson::Arithmetic& shown);
/// Where the run ended.
std::string printed(const api::lesson::Summary& shown);
/// Its epochs, those that a command tells of, and how it ended.
std::string printed(const api::lesson::Epochs& shown);
std::string printed(const api::lesson::Advice& shown);

/// The picture of a walk that has one.
std::vector<report::plot::Panel> panels(const api::lesson::Walk& walk);
/// The curves of a race that has a picture.
std::vector<report::plot::Panel> panels(const api::lesson::RaceTable& race);
/// The loss of each run over its epochs.
report::plot::Chart chart(const api::lesson::LossCurves& curves);

}  // namespace talweg::present::lesson
