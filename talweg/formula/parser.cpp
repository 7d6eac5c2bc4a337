#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/formula/lexer.hpp"

namespace talweg::formula {

using autodiff::ScalarOp;
using autodiff::ScalarTape;
using text::cat;

namespace {

struct FunctionName {
  std::string_view name;
  ScalarOp op;
  std::size_t arguments;
};
constexpr std::array<FunctionName, 16> functions{{{"exp", ScalarOp::exp, 1},
                                                  {"log", ScalarOp::log, 1},
                                                  {"sqrt", ScalarOp::sqrt, 1},
                                                  {"sin", ScalarOp::sin, 1},
                                                  {"cos", ScalarOp::cos, 1},
                                                  {"tan", ScalarOp::tan, 1},
                                                  {"tanh", ScalarOp::tanh, 1},
                                                  {"sinh", ScalarOp::sinh, 1},
                                                  {"cosh", ScalarOp::cosh, 1},
                                                  {"asin", ScalarOp::asin, 1},
                                                  {"acos", ScalarOp::acos, 1},
                                                  {"atan", ScalarOp::atan, 1},
                                                  {"abs", ScalarOp::abs, 1},
                                                  {"min", ScalarOp::min, 2},
                                                  {"max", ScalarOp::max, 2},
                                                  {"pow", ScalarOp::power, 2}}};

const FunctionName* find_function(std::string_view name) {
  const auto it = std::find_if(functions.begin(), functions.end(), [&](const auto& f) { return f.name == name; });
  return it == functions.end() ? nullptr : &*it;
}

std::optional<double> find_constant(std::string_view name) {
  if (name == "pi") return std::numbers::pi;
  if (name == "e") return std::numbers::e;
  return std::nullopt;
}

/// The name here of a function that is called otherwise elsewhere, or spelled nearly right; "" when there is none.
std::string suggest_function(std::string_view wrong) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> elsewhere{{{"ln", "log"},
                                                                                           {"arcsin", "asin"},
                                                                                           {"arccos", "acos"},
                                                                                           {"arctan", "atan"},
                                                                                           {"tg", "tan"},
                                                                                           {"power", "pow"},
                                                                                           {"minimum", "min"},
                                                                                           {"maximum", "max"}}};
  for (const auto& [from, to] : elsewhere)
    if (from == text::lower(wrong)) return cat("did you mean '", to, "'?");
  std::array<std::string_view, functions.size()> names;
  std::transform(functions.begin(), functions.end(), names.begin(), [](const auto& f) { return f.name; });
  const std::string near = text::did_you_mean(wrong, names);
  return near.empty() ? cat("the functions are ", text::list(names)) : near;
}

}  // namespace

/// Recursive descent; operations go onto the tape as they are read, with constants folded into the instructions.
///   expression = unary (("+" | "-" | "*" | "/") unary)*      by precedence
///   unary      = ("-" | "+") unary | power
///   power      = primary ("^" unary)?
///   primary    = number | name | function "(" expression ("," expression)? ")" | "(" expression ")"
class Parser {
 public:
  Parser(std::string_view text, std::vector<std::string> variables) : text_(text), tokens_(tokenize(text)) {
    formula_.text_ = text;
    formula_.variables_ = std::move(variables);
    for (std::size_t i = 0; i < formula_.variables_.size(); ++i) {
      check_variable_name(formula_.variables_[i]);
      for (std::size_t j = 0; j < i; ++j)
        if (formula_.variables_[i] == formula_.variables_[j])
          throw Error(cat("the variable '", formula_.variables_[i], "' is named twice"));
      formula_.tape_.input(0);
      formula_.origins_.push_back({});
    }
  }

  Formula formula() {
    if (tokens_.size() == 1) throw Error("the formula is empty: write one such as \"x^2 + 3*x + 2\"");
    const Operand whole = expression(0);
    if (is_relation(next()))
      fail(text_, next().begin, cat("'", next().text, "' makes a constraint, but a formula is wanted here"));
    return finish(whole);
  }

  Constraint constraint() {
    constexpr std::string_view form = "write one such as \"x^2 + y <= 1\", with <=, >= or =";
    if (tokens_.size() == 1) throw Error(cat("the constraint is empty: ", form));
    const Operand left = expression(0);
    if (!is_relation(next())) {
      expect_no_more_operands();
      fail(text_, next().begin, cat("a constraint compares two sides: ", form));
    }
    const std::string_view relation = take().text;
    const Operand right = expression(0);
    if (is_relation(next()))
      fail(text_, next().begin, cat("a second '", next().text, "': write one constraint for each comparison"));
    using Kind = talweg::Constraint::Kind;
    const Operand& larger = relation == "<=" ? right : left;
    const Operand& smaller = relation == "<=" ? left : right;
    return {finish(binary('-', larger, smaller)), relation == "=" ? Kind::equality : Kind::inequality,
            std::string(text_)};
  }

 private:
  /// A part of the formula that has been read: a known number, or a node of the tape.
  struct Operand {
    std::optional<double> number;
    ScalarTape::Id id = 0;
    std::size_t begin = 0, end = 0;
  };

  static bool is_relation(const Token& t) {
    return t.kind == Token::Kind::symbol && (t.text == "<=" || t.text == ">=" || t.text == "=");
  }
  static bool is(const Token& t, std::string_view symbol) { return t.kind == Token::Kind::symbol && t.text == symbol; }
  const Token& next() const { return tokens_[at_]; }
  const Token& take() { return tokens_[at_++]; }
  std::size_t end_of_last() const { return tokens_[at_ - 1].begin + tokens_[at_ - 1].text.size(); }

  Formula finish(const Operand& whole) {
    expect_no_more_operands();
    formula_.result_ = node(whole);
    return std::move(formula_);
  }

  void expect_no_more_operands() const {
    const Token& t = next();
    if (t.kind == Token::Kind::number || t.kind == Token::Kind::name || is(t, "("))
      fail(text_, t.begin, cat("an operator is missing before '", t.text, "': a product is written 2*x"));
    if (is(t, ")")) fail(text_, t.begin, "')' without a '(' before it");
    if (is(t, ",")) fail(text_, t.begin, "',' outside the arguments of min, max or pow (numbers are written 0.5)");
  }

  static int precedence(const Token& t) {
    if (is(t, "+") || is(t, "-")) return 1;
    if (is(t, "*") || is(t, "/")) return 2;
    return 0;
  }

  Operand expression(int above) {
    Operand left = unary();
    while (precedence(next()) > above) {
      const Token& op = take();
      left = binary(op.text.front(), left, expression(precedence(op)));
    }
    return left;
  }

  Operand unary() {
    constexpr int deepest = 500;
    if (++depth_ > deepest)
      fail(text_, next().begin, cat("nested more than ", deepest, " deep: write the formula with fewer parentheses"));
    Operand result;
    if (is(next(), "-") || is(next(), "+")) {
      const Token& sign = take();
      result = unary();
      if (sign.text == "-") {
        if (result.number)
          result.number = -*result.number;
        else
          result = emit(ScalarOp::negate, result, {}, 0, sign.begin, result.end);
      }
      result.begin = sign.begin;
    } else {
      result = power();
    }
    --depth_;
    return result;
  }

  Operand power() {
    const Operand base = primary();
    if (!is(next(), "^")) return base;
    take();
    return binary('^', base, unary());
  }

  Operand primary() {
    const Token& t = take();
    if (t.kind == Token::Kind::number) return {t.value, 0, t.begin, end_of_last()};
    if (t.kind == Token::Kind::name) return is(next(), "(") ? call(t) : name(t);
    if (is(t, "(")) {
      Operand inside = expression(0);
      close(t);
      inside.begin = t.begin;
      inside.end = end_of_last();
      return inside;
    }
    constexpr std::string_view wanted = "a number, a name or '('";
    if (t.kind == Token::Kind::end) fail(text_, t.begin, cat("the formula ends where ", wanted, " should follow"));
    fail(text_, t.begin, cat("found '", t.text, "' where ", wanted, " should stand"));
  }

  void close(const Token& opened) {
    if (is(next(), ")")) {
      take();
      return;
    }
    if (next().kind == Token::Kind::end || is_relation(next())) fail(text_, opened.begin, "this '(' is never closed");
    expect_no_more_operands();
  }

  Operand name(const Token& t) const {
    if (const auto constant = find_constant(t.text)) return {*constant, 0, t.begin, t.begin + t.text.size()};
    const auto& known = formula_.variables_;
    const auto it = std::find(known.begin(), known.end(), t.text);
    if (it != known.end())
      return {std::nullopt, static_cast<ScalarTape::Id>(it - known.begin()), t.begin, t.begin + t.text.size()};
    if (find_function(t.text))
      fail(text_, t.begin, cat("the function '", t.text, "' needs its argument in parentheses: ", t.text, "(…)"));
    const std::vector<std::string_view> names(known.begin(), known.end());
    std::string what = cat("unknown name '", t.text, "'");
    if (names.empty()) fail(text_, t.begin, what + ": no variable is given");
    what += cat(names.size() == 1 ? ": the variable is " : ": the variables are ", text::list(names));
    const std::string near = t.text.size() > 1 ? text::did_you_mean(t.text, names) : "";
    fail(text_, t.begin, near.empty() ? what : cat(what, "; ", near));
  }

  Operand call(const Token& t) {
    const FunctionName* function = find_function(t.text);
    if (!function) {
      const auto& known = formula_.variables_;
      if (find_constant(t.text) || std::find(known.begin(), known.end(), t.text) != known.end())
        fail(text_, t.begin, cat("'", t.text, "' is not a function: a product is written ", t.text, "*(…)"));
      fail(text_, t.begin, cat("unknown function '", t.text, "': ", suggest_function(t.text)));
    }
    const Token& opened = take();
    std::vector<Operand> arguments;
    if (!is(next(), ")")) arguments.push_back(expression(0));
    while (is(next(), ",")) {
      take();
      arguments.push_back(expression(0));
    }
    close(opened);
    if (arguments.size() != function->arguments)
      fail(text_, t.begin,
           cat(t.text, " takes ", function->arguments, function->arguments == 1 ? " argument" : " arguments", ", and ",
               arguments.size(), arguments.size() == 1 ? " is given" : " are given"));
    Operand result;
    if (function->op == ScalarOp::power)
      result = binary('^', arguments[0], arguments[1]);
    else
      result = emit(function->op, arguments[0], function->arguments == 2 ? arguments[1] : Operand{0.0}, 0, 0, 0);
    return at(result, t.begin, end_of_last());
  }

  /// `left op right`, with known numbers moved into the instruction.
  Operand binary(char op, const Operand& left, const Operand& right) {
    const std::size_t begin = std::min(left.begin, right.begin), end = std::max(left.end, right.end);
    const auto unary_node = [&](ScalarOp with, const Operand& a, double c) { return emit(with, a, {}, c, begin, end); };
    const auto& a = left.number;
    const auto& b = right.number;
    if (!a == !b) {
      const ScalarOp both = op == '+'   ? ScalarOp::add
                            : op == '-' ? ScalarOp::subtract
                            : op == '*' ? ScalarOp::multiply
                            : op == '/' ? ScalarOp::divide
                                        : ScalarOp::power;
      return emit(both, left, right, 0, begin, end);
    }
    switch (op) {
      case '+':
        return a ? unary_node(ScalarOp::add_constant, right, *a) : unary_node(ScalarOp::add_constant, left, *b);
      case '-':
        return a ? unary_node(ScalarOp::subtract_from, right, *a) : unary_node(ScalarOp::add_constant, left, -*b);
      case '*':
        return a ? unary_node(ScalarOp::scale, right, *a) : unary_node(ScalarOp::scale, left, *b);
      case '/':
        return a ? unary_node(ScalarOp::divide_into, right, *a) : unary_node(ScalarOp::divide_by, left, *b);
      default:
        break;
    }
    if (a)
      return *a == std::numbers::e ? unary_node(ScalarOp::exp, right, 0)
                                   : unary_node(ScalarOp::constant_power, right, *a);
    if (*b == 2) return unary_node(ScalarOp::square, left, 0);
    return unary_node(*b == std::trunc(*b) ? ScalarOp::power_integer : ScalarOp::power_constant, left, *b);
  }

  /// Appends a node, or computes it at once when it depends on no variable. A result that is not finite stays on the
  /// tape, so that its place can be named.
  Operand emit(ScalarOp op, const Operand& a, const Operand& b, double c, std::size_t begin, std::size_t end) {
    const bool two = is_binary(op);
    if (a.number && (!two || b.number)) {
      const double value = autodiff::apply(op, *a.number, two ? *b.number : 0, c).value;
      if (std::isfinite(value)) return {value, 0, begin, end};
    }
    const ScalarTape::Id id_a = node(a), id_b = two ? node(b) : 0;
    const ScalarTape::Id id = formula_.tape_.record(op, id_a, id_b, c);
    formula_.origins_.push_back({begin, end});
    return {std::nullopt, id, begin, end};
  }

  ScalarTape::Id node(const Operand& operand) {
    if (!operand.number) return operand.id;
    const ScalarTape::Id id = formula_.tape_.constant(*operand.number);
    formula_.origins_.push_back({operand.begin, operand.end});
    return id;
  }

  Operand at(Operand operand, std::size_t begin, std::size_t end) {
    operand.begin = begin;
    operand.end = end;
    if (!operand.number && operand.id >= formula_.variables_.size()) formula_.origins_[operand.id] = {begin, end};
    return operand;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Formula formula_;
};

namespace {

std::vector<std::string> names_in(std::string_view text) {
  const std::vector<Token> tokens = tokenize(text);
  std::vector<std::string> names;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const Token& t = tokens[i];
    if (t.kind != Token::Kind::name || tokens[i + 1].text == "(" || find_function(t.text) || find_constant(t.text))
      continue;
    if (std::find(names.begin(), names.end(), t.text) == names.end()) names.emplace_back(t.text);
  }
  return names;
}

}  // namespace

Formula parse(std::string_view text, std::vector<std::string> variables) {
  return Parser(text, std::move(variables)).formula();
}

Constraint parse_constraint(std::string_view text, std::vector<std::string> variables) {
  return Parser(text, std::move(variables)).constraint();
}

std::vector<std::string> variables(std::string_view text) { return parse(text, names_in(text)).variables(); }

std::vector<std::string> constraint_variables(std::string_view text) {
  return parse_constraint(text, names_in(text)).formula.variables();
}

void check_variable_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.empty() || !letter(name.front()) ||
      !std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); }))
    throw Error(cat("'", name, "' cannot name a variable: a name has letters, digits and _, and begins with no digit"));
  if (const auto constant = find_constant(name))
    throw Error(cat("'", name, "' cannot name a variable: in formulas it is the constant ", text::brief(*constant)));
  if (find_function(name)) throw Error(cat("'", name, "' cannot name a variable: in formulas it is a function"));
}

}  // namespace talweg::formula
