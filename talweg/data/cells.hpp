#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/text.hpp"
#include "talweg/data/reading.hpp"
#include "talweg/data/separated.hpp"

namespace talweg::data {

/// Empty, NA and ? stand for a value that is not known.
inline bool is_missing_token(std::string_view cell) { return cell.empty() || cell == "NA" || cell == "?"; }

/// What the text of a cell means, as a `Reading` says.
class Cells {
 public:
  Cells() = default;
  /// Throws Error for a reading that is wrong in itself.
  explicit Cells(const Reading& reading);

  /// Whether every number is one as programs write it, and no number stands for a missing value: a scanner may read it.
  bool plain() const { return plain_; }
  bool is_missing(std::string_view cell) const {
    return is_missing_token(cell) ||
           (!missing_.empty() && std::find(missing_.begin(), missing_.end(), cell) != missing_.end());
  }
  /// The number that the cell is, which may be infinite or NaN.
  std::optional<double> number(std::string_view cell) const {
    return separators_ ? parse_separated(cell, *separators_) : text::parse_number(cell);
  }
  bool is_date(std::string_view column) const {
    return std::find(dates_.begin(), dates_.end(), column) != dates_.end();
  }

 private:
  std::vector<std::string> missing_, dates_;
  std::optional<Separators> separators_;
  bool plain_ = true;
};

/// "'3/4/2020' is no date …": of a cell in a column of dates, from "is" on, with the way out.
std::string no_date_complaint(std::string_view cell);

}  // namespace talweg::data
