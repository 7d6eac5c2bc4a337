#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace talweg::formula {

struct Token {
  enum class Kind { number, superscript, name, symbol, end };
  Kind kind;
  std::string_view text;  ///< as written; for symbols: + - * / ^ ( ) , [ ] : √ <= >= =
  std::size_t begin;      ///< byte in the formula
  double value = 0;       ///< of a number, and of a superscript: the 2 of x²
  std::string name = {};  ///< of a name: plain_name(text)
  bool quoted = false;    ///< of a name: in backquotes, as `size in m`, which only a column can be

  std::size_t end() const { return begin + length; }
  std::size_t length = 0;  ///< bytes in the formula; of a minus sign that was pasted more than of `text`
};

/// The tokens of a formula, an `end` token last. Throws Error for what no formula can hold.
std::vector<Token> tokenize(std::string_view formula);

/// Counted from 1 in characters, not bytes, as an editor does.
std::size_t column(std::string_view formula, std::size_t byte);

/// Throws Error: "formula 'x+*2', column 3: …".
[[noreturn]] void fail(std::string_view formula, std::size_t byte, const std::string& what);

/// The letters of a name from its beginning on, in bytes: Latin and Greek letters, _, and behind the first of them
/// digits, subscripts too.
std::size_t name_length(std::string_view text);

}  // namespace talweg::formula
