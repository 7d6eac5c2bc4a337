#pragma once
#include <string>
#include <vector>

#include "talweg/api/lesson/lesson.hpp"
#include "talweg/base/shell.hpp"
#include "talweg/report/html/page.hpp"
#include "talweg/report/pieces.hpp"

/// One exhibit of a lesson, as a command prints it and as a page shows it.
namespace talweg::present::lesson {

/// Where a picture goes: drawn with characters, or into a file.
enum class Medium { terminal, page };

/// What a reader types to get the numbers of the exhibit.
std::vector<shell::Pieces> commands(const api::lesson::Exhibit& exhibit, Medium medium);

/// What of the output of these commands is shown, in lines of at most `width` columns.
std::string text(const api::lesson::Exhibit& exhibit, std::size_t width);

/// The same for a page.
std::vector<report::html::Part> parts(const api::lesson::Exhibit& exhibit);

/// "walk", "race": what kind of exhibit it is.
std::string_view kind(const api::lesson::Exhibit& exhibit);

/// The rows and columns of a walk that are shown, in the digits of the whole table, the header first. A row of "…"
/// stands for steps that are left out.
std::vector<std::vector<std::string>> cells(const api::lesson::Walk& walk);
/// Of the ranking of a race what says something where nothing is random: place, method, rate, value, cost.
std::vector<std::vector<std::string>> cells(const api::lesson::RaceTable& race);
/// The loss of each run, a column each, every so many epochs.
report::Table losses(const api::lesson::LossCurves& curves);

}  // namespace talweg::present::lesson
