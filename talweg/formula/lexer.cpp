#include "talweg/formula/lexer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/formula.hpp"

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

/// Where a character stands in a list of such; npos where it does not.
template <std::size_t n> std::size_t place(const std::array<std::string_view, n>& list, std::string_view c) {
  const auto it = std::find(list.begin(), list.end(), c);
  return it == list.end() ? std::string_view::npos : static_cast<std::size_t>(it - list.begin());
}

constexpr std::array<std::string_view, 10> subscripts{"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
constexpr std::array<std::string_view, 10> superscripts{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
constexpr std::string_view raised_minus = "⁻";
constexpr std::array<std::string_view, 2> micro{"µ", "μ"};  // the sign of units, and the letter
constexpr std::array<std::string_view, 3> minus_signs{"−", "–", "‐"};
constexpr std::array<std::string_view, 2> dots{"·", "⋅"};
constexpr std::string_view root = "√";

/// Alpha to omega in both sizes, without the place that holds no letter, and the forms of ε, θ, φ, π, κ, ρ for
/// formulas.
bool is_greek(std::string_view c) {
  if (c.size() != 2) return false;
  const unsigned code = (static_cast<unsigned char>(c[0]) & 0x1Fu) << 6 | (static_cast<unsigned char>(c[1]) & 0x3Fu);
  if (code >= 0x391 && code <= 0x3C9) return code != 0x3A2 && (code <= 0x3A9 || code >= 0x3B1);
  return code == 0x3D1 || code == 0x3D5 || code == 0x3D6 || code == 0x3F0 || code == 0x3F1 || code == 0x3F5;
}

/// The bytes of the letter at `byte`; 0 where none stands.
std::size_t letter_length(std::string_view s, std::size_t byte) {
  if (byte >= s.size()) return 0;
  if (is_letter(s[byte])) return 1;
  const std::string_view c = character(s, byte);
  return is_greek(c) || c == micro[0] ? c.size() : 0;
}

/// The bytes of superscript digits from `byte` on, a minus before them; 0 where none stand. `value` becomes the number.
std::size_t superscript_length(std::string_view s, std::size_t byte, double& value) {
  std::size_t at = byte;
  const bool negative = s.substr(at).starts_with(raised_minus);
  if (negative) at += raised_minus.size();
  value = 0;
  const std::size_t first = at;
  while (at < s.size()) {
    const std::string_view c = character(s, at);
    const std::size_t digit = place(superscripts, c);
    if (digit == std::string_view::npos) break;
    value = 10 * value + static_cast<double>(digit);
    at += c.size();
  }
  if (negative) value = -value;
  return at == first ? 0 : at - byte;
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
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> table{{{"**", "^"},
                                                                                        {"==", "="},
                                                                                        {"=<", "<="},
                                                                                        {"=>", ">="},
                                                                                        {"<", "<="},
                                                                                        {">", ">="},
                                                                                        {"≤", "<="},
                                                                                        {"≥", ">="},
                                                                                        {"{", "("},
                                                                                        {"}", ")"},
                                                                                        {"×", "*"},
                                                                                        {"÷", "/"},
                                                                                        {"∑", "sum(i=1:9, …)"}}};
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

std::size_t name_length(std::string_view text) {
  std::size_t length = letter_length(text, 0);
  if (length == 0) return 0;
  while (length < text.size()) {
    if (is_digit(text[length])) {
      ++length;
    } else if (const std::size_t letter = letter_length(text, length)) {
      length += letter;
    } else {
      const std::string_view c = character(text, length);
      if (place(subscripts, c) == std::string_view::npos) break;
      length += c.size();
    }
  }
  return length;
}

std::string plain_name(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const std::string_view c = character(name, i);
    const std::size_t digit = place(subscripts, c);
    out += digit != std::string_view::npos ? cat(digit) : std::string(c == micro[0] ? micro[1] : c);
    i += c.size();
  }
  return out;
}

namespace {

class Lexer {
 public:
  explicit Lexer(std::string_view formula) : formula_(formula) {}

  std::vector<Token> tokens() {
    while (at_ < formula_.size()) next();
    tokens_.push_back({Token::Kind::end, {}, formula_.size()});
    return std::move(tokens_);
  }

 private:
  void take(Token::Kind kind, std::size_t length, std::string_view text) {
    tokens_.push_back({.kind = kind, .text = text, .begin = at_, .length = length});
    at_ += length;
  }
  void take(Token::Kind kind, std::size_t length) { take(kind, length, formula_.substr(at_, length)); }

  void next() {
    const char c = formula_[at_];
    const std::string_view two = formula_.substr(at_, 2), whole = character(formula_, at_);
    double raised = 0;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else if (const std::size_t digits = is_digit(c) || c == '.' ? number_length(formula_, at_) : 0; digits > 0) {
      number(digits);
    } else if (letter_length(formula_, at_) > 0) {
      name();
    } else if (c == '`') {
      quoted_name();
    } else if (two == "<=" || two == ">=") {
      take(Token::Kind::symbol, 2);
    } else if (two == "**" || two == "==" || two == "=<" || two == "=>") {
      refuse(formula_, at_);
    } else if (std::string_view("+-*/^(),=[]:").find(c) != std::string_view::npos) {
      take(Token::Kind::symbol, 1);
    } else if (place(minus_signs, whole) != std::string_view::npos) {
      take(Token::Kind::symbol, whole.size(), "-");  // pasted from a typeset page
    } else if (place(dots, whole) != std::string_view::npos) {
      take(Token::Kind::symbol, whole.size(), "*");
    } else if (whole == root) {
      take(Token::Kind::symbol, whole.size());
    } else if (const std::size_t length = superscript_length(formula_, at_, raised)) {
      take(Token::Kind::superscript, length);
      tokens_.back().value = raised;
    } else {
      refuse(formula_, at_);
    }
  }

  void number(std::size_t length) {
    take(Token::Kind::number, length);
    Token& token = tokens_.back();
    // An integer with a leading zero is read like any other: 007 is 7.
    token.value = text::parse_number(token.text).value_or(INFINITY);
    if (!std::isfinite(token.value))
      fail(formula_, token.begin, cat("the number ", token.text, " is too large for a double (1.8e308 at most)"));
  }

  void name() {
    take(Token::Kind::name, name_length(formula_.substr(at_)));
    Token& token = tokens_.back();
    token.name = plain_name(token.text);
    const std::size_t behind = formula_.find_first_not_of(' ', at_);
    if (chooses(token.text) && behind != std::string_view::npos && formula_[behind] == '(')
      fail(formula_, token.begin, std::string(no_cases));
  }

  void quoted_name() {
    const std::size_t end = formula_.find('`', at_ + 1);
    if (end == std::string_view::npos) fail(formula_, at_, "this ` is never closed: a column is written `its name`");
    if (end == at_ + 1) fail(formula_, at_, "the name of a column should stand between these backquotes");
    take(Token::Kind::name, end + 1 - at_);
    Token& token = tokens_.back();
    token.name = plain_name(token.text.substr(1, token.text.size() - 2));
    token.quoted = true;
  }

  std::string_view formula_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view formula) { return Lexer(formula).tokens(); }

}  // namespace talweg::formula
