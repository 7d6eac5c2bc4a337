#include "talweg/formula/lexer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::formula {

namespace {

using text::cat;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The whole UTF-8 character at `byte`.
std::string_view character(std::string_view formula, std::size_t byte) {
  std::size_t end = byte + 1;
  while (end < formula.size() && continues_character(formula[end])) ++end;
  return formula.substr(byte, end - byte);
}

/// The length of the number that begins at `byte`: digits, a point, an exponent with at least one digit.
std::size_t number_length(std::string_view s, std::size_t byte) {
  std::size_t i = byte;
  const auto digits = [&] {
    const std::size_t first = i;
    while (i < s.size() && is_digit(s[i])) ++i;
    return i > first;
  };
  bool any = digits();
  if (i < s.size() && s[i] == '.') {
    ++i;
    any = digits() || any;
  }
  if (!any) return 0;
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    const std::size_t mantissa = i++;
    if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
    if (!digits()) i = mantissa;
  }
  return i - byte;
}

/// What to write instead of something that people type or paste.
std::string_view replacement(std::string_view wrong) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> table{{{"**", "^"},
                                                                                        {"==", "="},
                                                                                        {"=<", "<="},
                                                                                        {"=>", ">="},
                                                                                        {"<", "<="},
                                                                                        {">", ">="},
                                                                                        {"≤", "<="},
                                                                                        {"≥", ">="},
                                                                                        {"[", "("},
                                                                                        {"]", ")"},
                                                                                        {"{", "("},
                                                                                        {"}", ")"},
                                                                                        {"·", "*"},
                                                                                        {"×", "*"},
                                                                                        {"÷", "/"},
                                                                                        {"²", "^2"},
                                                                                        {"³", "^3"}}};
  for (const auto& [from, to] : table)
    if (from == wrong) return to;
  return {};
}

constexpr std::string_view no_cases =
    "formulas know no cases: a kink is written with abs, min or max, such as max(x, 0) for x where x is above 0";

/// What other languages call a choice between values.
bool chooses(std::string_view name) {
  return name == "if" || name == "iif" || name == "ifelse" || name == "where" || name == "piecewise" || name == "case";
}

[[noreturn]] void refuse(std::string_view formula, std::size_t byte) {
  if (formula[byte] == '|') {
    const std::size_t end = formula.find('|', byte + 1);
    const auto inside = end == std::string_view::npos ? "x" : formula.substr(byte + 1, end - byte - 1);
    fail(formula, byte, cat("|", inside, "| is written abs(", inside, ")"));
  }
  const bool compares = formula[byte] == '<' || formula[byte] == '>';
  if (formula[byte] == '?' || (compares && formula.find('?', byte) != std::string_view::npos))
    fail(formula, byte, std::string(no_cases));
  std::string_view wrong = formula.substr(byte, 2);
  if (replacement(wrong).empty() || wrong.size() < 2 || continues_character(wrong[1])) wrong = character(formula, byte);
  const std::string_view write = replacement(wrong);
  fail(
      formula, byte,
      write.empty() ? cat("unexpected character '", wrong, "'") : cat("'", wrong, "' is not used here: write ", write));
}

}  // namespace

std::size_t column(std::string_view formula, std::size_t byte) {
  const auto before = formula.substr(0, byte);
  return 1 + before.size() - static_cast<std::size_t>(std::count_if(before.begin(), before.end(), continues_character));
}

void fail(std::string_view formula, std::size_t byte, const std::string& what) {
  constexpr std::size_t longest = 80;
  std::string shown = formula.size() <= longest ? cat(" '", formula, "'") : "";
  std::replace(shown.begin(), shown.end(), '\n', ' ');  // a message is one line
  throw Error(cat("formula", shown, ", column ", column(formula, byte), ": ", what));
}

std::vector<Token> tokenize(std::string_view formula) {
  std::vector<Token> tokens;
  std::size_t i = 0;
  const auto take = [&](Token::Kind kind, std::size_t length) {
    tokens.push_back({kind, formula.substr(i, length), i});
    i += length;
  };
  while (i < formula.size()) {
    const char c = formula[i];
    const std::string_view two = formula.substr(i, 2);
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++i;
    } else if (const std::size_t digits = is_digit(c) || c == '.' ? number_length(formula, i) : 0; digits > 0) {
      take(Token::Kind::number, digits);
      Token& token = tokens.back();
      // An integer with a leading zero is read like any other: 007 is 7.
      token.value = text::parse_number(token.text).value_or(INFINITY);
      if (!std::isfinite(token.value))
        fail(formula, token.begin, cat("the number ", token.text, " is too large for a double (1.8e308 at most)"));
    } else if (is_letter(c)) {
      std::size_t length = 1;
      while (i + length < formula.size() && (is_letter(formula[i + length]) || is_digit(formula[i + length]))) ++length;
      take(Token::Kind::name, length);
      if (chooses(tokens.back().text) && formula.find_first_not_of(' ', i) != std::string_view::npos &&
          formula[formula.find_first_not_of(' ', i)] == '(')
        fail(formula, tokens.back().begin, std::string(no_cases));
    } else if (two == "<=" || two == ">=") {
      take(Token::Kind::symbol, 2);
    } else if (two == "**" || two == "==" || two == "=<" || two == "=>") {
      refuse(formula, i);
    } else if (std::string_view("+-*/^(),=").find(c) != std::string_view::npos) {
      take(Token::Kind::symbol, 1);
    } else if (constexpr std::string_view minus_sign = "−"; formula.substr(i).starts_with(minus_sign)) {
      take(Token::Kind::symbol, minus_sign.size());
      tokens.back().text = "-";  // pasted from a typeset page
    } else {
      refuse(formula, i);
    }
  }
  tokens.push_back({Token::Kind::end, {}, formula.size()});
  return tokens;
}

}  // namespace talweg::formula
