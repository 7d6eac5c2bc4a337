#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "talweg/explain/document.hpp"

namespace talweg::explain {

enum class Op : std::uint8_t {
  number,
  symbol,
  add,
  subtract,
  multiply,
  divide,
  negate,
  power,
  sign,
  abs,
  sqrt,
  min,
  max,
  exp,
  log,
  sin,
  cos,
  tan,
  tanh,
  sinh,
  cosh,
  asin,
  acos,
  atan,
  relu,
  sigmoid,
  softplus,
  log10,
  log2,
  log1p,
  expm1,
  erf,
  atan2,
  hypot,
};

bool is_binary(Op op);
/// "+", "max", "√": the short name of an operation, as a graph shows it.
std::string_view name(Op op);
double apply(Op op, double a, double b);

/// Expressions over named numbers, each kept once, and the lines that have been defined: `name = expression = value`.
/// What stands on a sheet reads back: the numbers of a line, put to the parser of formulas, give its value bit by bit.
class Sheet {
 public:
  using Id = std::int32_t;

  Id number(double value);
  /// A number with a name of its own; every call makes a new one.
  Id symbol(Text name, double value);
  Id operation(Op op, Id a, Id b = -1);

  double value(Id id) const { return nodes_[at(id)].value; }
  Op op(Id id) const { return nodes_[at(id)].op; }
  Id left(Id id) const { return nodes_[at(id)].a; }
  Id right(Id id) const { return nodes_[at(id)].b; }

  /// Adds the line `name = expression`; from now on the returned symbol stands for it.
  Id define(Text name, Id expression, std::string note = "");
  /// Keeps the name of a line that may be defined later: a number stands for it.
  std::int32_t keep(Text name);
  Id define_kept(std::int32_t name, Id expression) { return define(kept_[static_cast<std::size_t>(name)], expression); }
  /// Adds a line with a value and a note, but nothing to compute it from.
  Id given(Text name, double value, std::string note = "");
  /// Gives a part of earlier or later lines a name: its line goes before the first one that uses it, or becomes the
  /// last line.
  void name_part(Text name, Id expression, std::string note = "");
  /// Adds a sentence between the lines.
  void say(std::string sentence);
  /// A number without a name that equals `value` is shown as this symbol.
  void call_numbers(double value, Text name) { number_names_.push_back({value, std::move(name)}); }

  /// Whether a line uses that place.
  bool shows(Id id) const;
  bool uses(Id expression, Id part) const;

  /// The lines so far as equations; the sheet is empty of lines afterwards.
  std::vector<Block> take();
  /// How one expression is written: in symbols, and in numbers.
  Text symbols(Id id) const { return {render(id, false, false), render(id, false, true)}; }
  Text numbers(Id id) const { return {render(id, true, false), render(id, true, true)}; }

 private:
  struct Node {
    Op op;
    Id a, b;
    double value;
    Text name;
  };
  struct Line {
    Text name;
    Id expression = -1;
    double value = 0;
    std::string note;
    bool sentence = false;
  };
  static std::size_t at(Id id) { return static_cast<std::size_t>(id); }
  std::string render(Id id, bool numbers, bool latex) const;
  struct Writer;

  std::vector<Node> nodes_;
  std::map<std::tuple<Op, Id, Id>, Id> known_;
  std::vector<Line> lines_;
  std::vector<Text> kept_;
  std::vector<std::pair<double, Text>> number_names_;
};

}  // namespace talweg::explain
