#include "talweg/formula/parser.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/functions.hpp"

namespace talweg::formula {

using autodiff::ScalarOp;
using autodiff::ScalarTape;
using text::cat;

namespace {

constexpr std::size_t listed = 8;  // names in a message
constexpr std::string_view sum_form = "a sum over an index is written sum(i=1:9, x[i]^2)";

bool is_relation(const Token& t) {
  return t.kind == Token::Kind::symbol && (t.text == "<=" || t.text == ">=" || t.text == "=");
}
bool is(const Token& t, std::string_view symbol) { return t.kind == Token::Kind::symbol && t.text == symbol; }

int precedence(const Token& t) {
  if (is(t, "+") || is(t, "-")) return 1;
  if (is(t, "*") || is(t, "/")) return 2;
  return 0;
}

}  // namespace

Formula Read::formula() {
  const ScalarTape::Id id = instructions.node(result);
  return instructions.extract(id, inputs, variables);
}

Parser::Parser(std::string_view text, Names names)
    : text_(text),
      names_(std::move(names)),
      tokens_(tokenize(text)),
      read_{.instructions = Instructions(text),
            .variables = {},
            .inputs = {},
            .columns = {},
            .column_inputs = {},
            .totals = {},
            .result = {}} {
  for (std::string& column : names_.columns) column = plain_name(column);
  for (const std::string& given : names_.variables) {
    check_variable_name(given);
    const std::string name = plain_name(given);
    if (known_.contains(name)) throw Error(cat("the variable '", name, "' is named twice"));
    if (std::ranges::find(names_.columns, name) != names_.columns.end())
      throw Error(cat("'", name, "' is a column of ", names_.source,
                      ", and a column is no parameter: leave its start out, ", "or give one of the two another name"));
    add_variable(name);
  }
}

void Parser::add_variable(const std::string& name) {
  const ScalarTape::Id id = read_.instructions.input(false);
  known_.emplace(name, id);
  read_.variables.push_back(name);
  read_.inputs.push_back(id);
}

Read Parser::formula() {
  if (tokens_.size() == 1) throw Error("the formula is empty: write one such as \"x^2 + 3*x + 2\"");
  const Operand whole = expression(0);
  if (is_relation(next()))
    fail(text_, next().begin, cat("'", next().text, "' makes a constraint, but a formula is wanted here"));
  return finish(whole);
}

Parser::Comparison Parser::comparison() {
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
  const Operand& larger = relation == "<=" ? right : left;
  const Operand& smaller = relation == "<=" ? left : right;
  return {relation, finish(read_.instructions.binary('-', larger, smaller))};
}

Read Parser::finish(const Operand& whole) {
  expect_no_more_operands();
  read_.result = whole;
  return std::move(read_);
}

void Parser::expect_no_more_operands() const {
  const Token& t = next();
  if (t.kind == Token::Kind::number || t.kind == Token::Kind::name || is(t, "(") || is(t, "√"))
    fail(text_, t.begin, cat("an operator is missing before '", t.text, "': a product is written 2*x"));
  if (is(t, ")")) fail(text_, t.begin, "')' without a '(' before it");
  if (is(t, "[")) fail(text_, t.begin, "'[' is not used here: write (; an index stands behind a name, x[1]");
  if (is(t, "]")) fail(text_, t.begin, "']' without a '[' before it");
  if (is(t, ":")) fail(text_, t.begin, cat("':' outside the limits of a sum: ", sum_form));
  if (t.kind == Token::Kind::superscript || is(t, "^"))
    fail(text_, t.begin, "a power of a power needs parentheses: (x²)³");
  if (is(t, ",")) fail(text_, t.begin, "',' outside the arguments of min, max or pow (numbers are written 0.5)");
}

void Parser::expect(std::string_view symbol, const Token& opened, std::string_view form) {
  if (is(next(), symbol)) {
    take();
    return;
  }
  if (next().kind == Token::Kind::end) fail(text_, opened.begin, cat("this '", opened.text, "' is never closed"));
  fail(text_, next().begin, cat("found '", next().text, "' where '", symbol, "' should stand: ", form));
}

Operand Parser::expression(int above) {
  Operand left = unary();
  while (precedence(next()) > above) {
    const Token& op = take();
    left = read_.instructions.binary(op.text.front(), left, expression(precedence(op)));
  }
  return left;
}

Operand Parser::unary() {
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
        result = read_.instructions.emit(ScalarOp::negate, result, {}, 0, sign.begin, result.end);
    }
    result.begin = sign.begin;
  } else {
    result = power();
  }
  --depth_;
  return result;
}

Operand Parser::power() {
  const Operand base = primary();
  if (next().kind == Token::Kind::superscript) {
    const Token& t = take();
    return read_.instructions.binary('^', base, {t.value, 0, t.begin, t.end()});
  }
  if (!is(next(), "^")) return base;
  take();
  return read_.instructions.binary('^', base, unary());
}

Operand Parser::primary() {
  const Token& t = take();
  if (t.kind == Token::Kind::number) return {t.value, 0, t.begin, t.end()};
  if (t.quoted) return quoted_column(t);
  if (t.kind == Token::Kind::name) return is(next(), "(") ? call(t) : name(t);
  if (is(t, "(")) {
    Operand inside = expression(0);
    close(t);
    inside.begin = t.begin;
    inside.end = end_of_last();
    return inside;
  }
  if (is(t, "√")) {
    if (++depth_ > 500) fail(text_, t.begin, "nested too deep: write the formula with fewer roots");
    const Operand inside = primary();
    --depth_;
    return read_.instructions.emit(ScalarOp::sqrt, inside, {}, 0, t.begin, inside.end);
  }
  constexpr std::string_view wanted = "a number, a name or '('";
  if (is(t, "[")) fail(text_, t.begin, "'[' is not used here: write (; an index stands behind a name, x[1]");
  if (t.kind == Token::Kind::end) fail(text_, t.begin, cat("the formula ends where ", wanted, " should follow"));
  fail(text_, t.begin, cat("found '", t.text, "' where ", wanted, " should stand"));
}

void Parser::close(const Token& opened) {
  if (is(next(), ")")) {
    take();
    return;
  }
  if (next().kind == Token::Kind::end || is_relation(next())) fail(text_, opened.begin, "this '(' is never closed");
  expect_no_more_operands();
}

Operand Parser::name(const Token& t) {
  const auto loop = std::ranges::find(loops_, t.name, &Loop::name);
  if (loop != loops_.end()) return {loop->value, 0, t.begin, t.end()};
  if (is(next(), "[")) {
    const Token& opened = take();
    const double index = whole_number("an index");
    expect("]", opened, "an index is one whole number, as in x[i+1]");
    if (index < 0) fail(text_, opened.begin, cat("the index ", index, " of '", t.name, "' is below 0"));
    return variable(cat(t.name, "[", text::number(index), "]"), t, end_of_last());
  }
  const auto place = std::ranges::find(names_.columns, t.name);
  if (const auto constant = find_constant(t.name)) {
    if (place != names_.columns.end())
      fail(text_, t.begin,
           cat("'", t.name, "' is a column of ", names_.source, " and the constant ", text::brief(*constant),
               ": of the column write `", t.name, "` in backquotes"));
    return {*constant, 0, t.begin, t.end()};
  }
  if (place != names_.columns.end()) return column(static_cast<std::size_t>(place - names_.columns.begin()), t);
  return variable(t.name, t, t.end());
}

Operand Parser::quoted_column(const Token& t) {
  if (names_.source.empty() && names_.open) return variable(t.name, t, t.end());
  if (names_.source.empty())
    fail(text_, t.begin, cat(t.text, ": a name in backquotes is a column of a file, and there is none"));
  const auto place = std::ranges::find(names_.columns, t.name);
  if (place != names_.columns.end()) return column(static_cast<std::size_t>(place - names_.columns.begin()), t);
  const std::vector<std::string_view> columns(names_.columns.begin(), names_.columns.end());
  const std::string near = text::did_you_mean(t.name, columns);
  fail(text_, t.begin,
       cat(t.text, " is no column of ", names_.source, " (", text::list_some(columns, listed), ")",
           near.empty() ? "" : cat("; ", near)));
}

Operand Parser::column(std::size_t place, const Token& t) {
  const auto used = std::ranges::find(read_.columns, place);
  const auto i = static_cast<std::size_t>(used - read_.columns.begin());
  if (used == read_.columns.end()) {
    read_.columns.push_back(place);
    read_.column_inputs.push_back(read_.instructions.input(true));
  }
  return {std::nullopt, read_.column_inputs[i], t.begin, t.end()};
}

Operand Parser::variable(const std::string& name, const Token& t, std::size_t end) {
  const auto it = known_.find(name);
  if (it != known_.end()) return {std::nullopt, it->second, t.begin, end};
  if (find_function(t.name) || is_total(t.name))
    fail(text_, t.begin, cat("the function '", t.name, "' needs its argument in parentheses: ", t.name, "(…)"));
  if (!names_.open) unknown(name, t);
  add_variable(name);
  return {std::nullopt, known_.at(name), t.begin, end};
}

void Parser::unknown(const std::string& name, const Token& t) const {
  const std::vector<std::string_view> variables(read_.variables.begin(), read_.variables.end());
  std::vector<std::string_view> known = variables;
  known.insert(known.end(), names_.columns.begin(), names_.columns.end());
  std::string what = cat("unknown name '", name, "'");
  if (known.empty()) fail(text_, t.begin, what + ": no variable is given");
  if (names_.source.empty()) {
    what += cat(known.size() == 1 ? ": the variable is " : ": the variables are ", text::list_some(known, listed));
  } else {
    const std::vector<std::string_view> columns(names_.columns.begin(), names_.columns.end());
    what += cat(": it is neither a column of ", names_.source, " (", text::list_some(columns, listed),
                ") nor a parameter with a start",
                variables.empty() ? "" : cat(" (", text::list_some(variables, listed), ")"));
  }
  std::string near = name.size() > 1 ? text::did_you_mean(name, known) : "";
  for (const std::string& c : names_.columns)
    if (name_length(c) < c.size() && near == cat("did you mean '", c, "'?"))
      near = cat("did you mean `", c, "`, in backquotes?");
  fail(text_, t.begin, near.empty() ? what : cat(what, "; ", near));
}

Operand Parser::call(const Token& t) {
  const FunctionName* function = find_function(t.name);
  if (!function && !is_total(t.name)) {
    const bool known = known_.contains(t.name) || std::ranges::find(names_.columns, t.name) != names_.columns.end() ||
                       std::ranges::find(loops_, t.name, &Loop::name) != loops_.end();
    if (find_constant(t.name) || known)
      fail(text_, t.begin, cat("'", t.name, "' is not a function: a product is written ", t.name, "*(…)"));
    fail(text_, t.begin, cat("unknown function '", t.name, "': ", suggest_function(t.name)));
  }
  const Token& opened = take();
  if (!function) {
    const bool index = next().kind == Token::Kind::name && is(tokens_[at_ + 1], "=");
    return t.name == "sum" && index ? indexed_sum(t, opened) : total(t, opened);
  }
  std::vector<Operand> arguments;
  if (!is(next(), ")")) arguments.push_back(expression(0));
  while (is(next(), ",")) {
    take();
    arguments.push_back(expression(0));
  }
  close(opened);
  if (arguments.size() != function->arguments)
    fail(text_, t.begin,
         cat(t.name, " takes ", function->arguments, function->arguments == 1 ? " argument" : " arguments", ", and ",
             arguments.size(), arguments.size() == 1 ? " is given" : " are given"));
  Operand result;
  if (function->op == ScalarOp::power)
    result = read_.instructions.binary('^', arguments[0], arguments[1]);
  else
    result = read_.instructions.emit(function->op, arguments[0], function->arguments == 2 ? arguments[1] : Operand{0.0},
                                     0, 0, 0);
  return read_.instructions.at(result, t.begin, end_of_last());
}

/// mean(…) or sum(…) over the rows.
Operand Parser::total(const Token& t, const Token& opened) {
  if (names_.source.empty())
    fail(text_, t.begin,
         cat(t.name, "(…) goes over the rows of a file, which ", text::option("data"), " names; ", sum_form));
  const Operand term = expression(0);
  if (is(next(), ",")) fail(text_, next().begin, cat(t.name, "(…) takes one argument; ", sum_form));
  close(opened);
  if (!read_.instructions.by_row(term))
    fail(text_, t.begin,
         cat(t.name, "(…) holds no column of ", names_.source, ", so it is one number: leave ", t.name, " out"));
  const ScalarTape::Id input = read_.instructions.input(false);
  read_.totals.push_back({t.name == "mean", term, input});
  return {std::nullopt, input, t.begin, end_of_last()};
}

/// sum(i=1:9, …): the terms written out.
Operand Parser::indexed_sum(const Token& t, const Token& opened) {
  constexpr std::size_t most_rounds = 1'000'000;
  const Token& index = take();
  take();  // =
  if (std::ranges::find(loops_, index.name, &Loop::name) != loops_.end())
    fail(text_, index.begin, cat("'", index.name, "' is the index of a sum around this one: take another letter"));
  if (find_function(index.name) || is_total(index.name) || find_constant(index.name))
    fail(text_, index.begin, cat("'", index.name, "' cannot be the index of a sum: it is a name of formulas"));
  const double from = whole_number("a limit of a sum");
  expect(":", opened, sum_form);
  const double to = whole_number("a limit of a sum");
  expect(",", opened, sum_form);
  if (to < from - 1)
    fail(text_, index.begin, cat("the sum from ", from, " to ", to, " has no terms: write the smaller limit first"));
  const std::size_t body = at_;
  Operand result{0.0};
  if (to < from) skip_to_close(opened);
  loops_.push_back({index.name, from});
  for (double i = from; i <= to; ++i) {
    if (++rounds_ > most_rounds)
      fail(text_, index.begin, cat("sums of more than ", most_rounds, " terms are too long for a formula"));
    at_ = body;
    loops_.back().value = i;
    const Operand term = expression(0);
    result = i == from ? term : read_.instructions.binary('+', result, term);
  }
  loops_.pop_back();
  close(opened);
  return read_.instructions.at(result, t.begin, end_of_last());
}

/// To the ')' that closes the sum, over a body that is not read.
void Parser::skip_to_close(const Token& opened) {
  for (int open = 0; !(open == 0 && is(next(), ")")); take()) {
    if (next().kind == Token::Kind::end) fail(text_, opened.begin, "this '(' is never closed");
    open += is(next(), "(") ? 1 : is(next(), ")") ? -1 : 0;
  }
}

double Parser::whole_number(std::string_view what) {
  constexpr double largest = 1e9;
  const Token& t = next();
  const Operand value = expression(0);
  if (!value.number)
    fail(text_, t.begin, cat(what, " is a whole number that is known beforehand, such as i+1, and no variable"));
  if (*value.number != std::trunc(*value.number) || std::abs(*value.number) > largest)
    fail(text_, t.begin, cat(what, " is ", text::brief(*value.number), ": expected a whole number up to 1e9"));
  return *value.number;
}

}  // namespace talweg::formula
