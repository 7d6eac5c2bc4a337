#include "talweg/data/cells.hpp"

#include "talweg/data/dates.hpp"

namespace talweg::data {

Cells::Cells(const Reading& reading) : dates_(reading.dates) {
  reading.check();
  missing_ = reading.missing_texts();
  for (const auto& token : missing_) plain_ = plain_ && !text::parse_number(token);
  if (reading.decimal.empty() && reading.thousands.empty()) return;
  const char decimal = reading.decimal.empty() ? '.' : reading.decimal[0];
  const char thousands = reading.thousands.empty()                                  ? '\0'
                         : reading.thousands == "space" || reading.thousands == " " ? ' '
                                                                                    : reading.thousands[0];
  if (decimal == '.' && thousands == '\0') return;  // as without it
  separators_ = Separators{decimal, thousands};
  plain_ = false;
}

std::string no_date_complaint(std::string_view cell) {
  return is_ambiguous_date(cell)
             ? "may have the day or the month first; write dates as 2020-01-31"
             : "is no date; write it as 2020-01-31 or 31.1.2020, or leave the cell empty if it is not known";
}

}  // namespace talweg::data
