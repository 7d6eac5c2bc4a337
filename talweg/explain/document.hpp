#pragma once
#include <string>
#include <variant>
#include <vector>

#include "talweg/explain/notation.hpp"

/// What an explanation is, before anybody decides how it looks.
namespace talweg::explain {

/// name = symbols = numbers = value. `numbers` may be put to the parser of formulas, and gives `value` bit by bit.
/// Empty where there is nothing to compute it from.
struct Equation {
  Text name, symbols, numbers;
  double value = 0;
  std::string note;
};

/// Rows of words and numbers that are already written out.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// A sentence, an equation or a table.
using Block = std::variant<std::string, Equation, Table>;

struct Section {
  std::string title;
  std::vector<Block> blocks;
};

}  // namespace talweg::explain
