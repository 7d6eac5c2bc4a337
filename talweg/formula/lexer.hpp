#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace talweg::formula {

struct Token {
  enum class Kind { number, name, symbol, end };
  Kind kind;
  std::string_view text;  ///< for symbols: + - * / ^ ( ) , <= >= =
  std::size_t begin;      ///< byte in the formula
  double value = 0;       ///< of a number
};

/// The tokens of a formula, an `end` token last. Throws Error for what no formula can hold.
std::vector<Token> tokenize(std::string_view formula);

/// Counted from 1 in characters, not bytes, as an editor does.
std::size_t column(std::string_view formula, std::size_t byte);

/// Throws Error: "formula 'x+*2', column 3: …".
[[noreturn]] void fail(std::string_view formula, std::size_t byte, const std::string& what);

}  // namespace talweg::formula
