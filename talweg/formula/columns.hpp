#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace talweg::formula {

/// Columns of numbers by name, for formulas over their rows. The numbers are not copied.
struct Columns {
  std::string source = "the rows";  ///< what messages call them
  std::vector<std::string> names = {};
  std::size_t rows = 0;
  std::vector<std::span<const double>> values = {};  ///< (rows) each; of columns that no formula uses they may be empty
  std::shared_ptr<const void> owner = {};            ///< kept as long as a formula reads them
  /// What messages call a row: "points.csv:7"; without, "row 6", counted from 1.
  std::function<std::string(std::size_t row)> where = {};

  std::string place(std::size_t row) const;
};

/// The names that a formula uses, in the order of their first appearance: parameters, and columns as places in them.
struct Mentioned {
  std::vector<std::string> parameters;
  std::vector<std::size_t> columns;
};
/// What a formula over these rows speaks of, whether it can be used or not. Throws Error as `parse` does.
Mentioned mentioned(std::string_view text, const Columns& columns);

}  // namespace talweg::formula
