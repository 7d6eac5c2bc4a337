#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "talweg/data/cells.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// From this share of its known cells on, what most cells are is what the column is.
inline constexpr double numeric_share = 0.9;

/// Why a column of texts is not taken for one in silence.
struct Doubt {
  std::size_t code;       ///< of the first cell that shows it
  std::string complaint;  ///< behind the cell and its place: "is 1.5 with a decimal comma …", with the options
};

/// Of a column of texts whose cells are numbers in another way of writing than `cells` says, or dates.
std::optional<Doubt> doubt_of(const Column& column, const Cells& cells);

}  // namespace talweg::data
