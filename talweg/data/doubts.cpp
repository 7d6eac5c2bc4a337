#include "talweg/data/doubts.hpp"

#include <algorithm>
#include <vector>

#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/dates.hpp"

namespace talweg::data {

namespace {

/// How many cells have each text.
std::vector<std::size_t> count_cells(const Column& column) {
  std::vector<std::size_t> cells(column.categories.size());
  for (const auto code : column.codes)
    if (code >= 0) ++cells[static_cast<std::size_t>(code)];
  return cells;
}

/// The first cell whose text `shows`, where that and what is `plain` make nearly all cells.
template <class Plain, class Shows>
std::optional<std::size_t> first_of_most(const Column& column, Plain plain, Shows shows) {
  const auto cells = count_cells(column);
  std::size_t fitting = 0, known = 0;
  std::vector<bool> shown(cells.size());
  for (std::size_t k = 0; k < cells.size(); ++k) {
    const bool is_plain = plain(column.categories[k]);
    shown[k] = !is_plain && shows(column.categories[k]);
    if (is_plain || shown[k]) fitting += cells[k];
    known += cells[k];
  }
  const auto row = std::find_if(column.codes.begin(), column.codes.end(),
                                [&](std::int32_t code) { return code >= 0 && shown[static_cast<std::size_t>(code)]; });
  if (row == column.codes.end() || static_cast<double>(fitting) < numeric_share * static_cast<double>(known))
    return std::nullopt;
  return static_cast<std::size_t>(*row);
}

constexpr auto none = [](const std::string&) { return false; };

/// Three numbers or more with blanks between them: a delimiter that the file has beside another.
bool is_several_numbers(const std::string& cell) {
  std::size_t words = 0;
  for (const auto word : text::split(text::trim(cell), ' ')) {
    if (word.empty()) continue;
    if (!text::parse_number(word)) return false;
    ++words;
  }
  return words >= 3;
}

std::optional<Doubt> doubt_of_blanks(const Column& column) {
  const auto code = first_of_most(column, none, is_several_numbers);
  if (!code) return std::nullopt;
  const std::string name = text::shown(column.name);
  return Doubt{*code, text::cat("is several numbers with blanks between them: ", text::option("delimiter", "space"),
                                " cuts rows there, ", text::option("category", name), " takes each for a text, and ",
                                text::option("ignore", name), " leaves the column out")};
}

std::optional<Doubt> doubt_of_dates(const Column& column) {
  const std::string name = text::shown(column.name);
  if (const auto code = first_of_most(column, none, is_ambiguous_date))
    return Doubt{
        *code, text::cat("is a date that may have the day or the month first: write 2020-01-31, or leave the "
                         "column out with ",
                         text::option("ignore", name), ", or take it for texts with ", text::option("category", name))};
  const auto code = first_of_most(column, none, [](const std::string& cell) { return parse_date(cell).has_value(); });
  if (!code) return std::nullopt;
  return Doubt{*code, text::cat("is a date: ", text::option("date", name), " reads days since 1970-01-01, ",
                                text::option("category", name), " takes each for a text, and ",
                                text::option("ignore", name), " leaves the column out")};
}

}  // namespace

std::optional<Doubt> doubt_of(const Column& column, const Cells& cells) {
  // One way of writing must fit nearly all cells: 1.299,99 beside 1,5 is no column of numbers.
  const auto plain = [&](const std::string& cell) { return cells.number(cell).has_value(); };
  const auto told = [&](Separators s) {
    return first_of_most(column, plain, [&](const std::string& cell) { return parse_separated(cell, s).has_value(); });
  };
  const auto point = [](const std::string& cell) { return text::parse_number(cell).has_value(); };
  if (const auto code = first_of_most(column, plain, point))
    return Doubt{*code, text::cat("has a decimal point, where numbers were said to have none; leave out ",
                                  text::option("decimal"), " and ", text::option("thousands"))};
  for (const Separators s : usual_separators)
    if (const auto code = told(s))
      return Doubt{*code, separated_complaint(column.categories[*code], text::shown(column.name))};
  if (auto doubt = doubt_of_dates(column)) return doubt;
  return doubt_of_blanks(column);
}

}  // namespace talweg::data
