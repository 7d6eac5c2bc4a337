#include "talweg/explain/sheet.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "talweg/autodiff/scalar_operations.hpp"
#include "talweg/base/text.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// How an operation is written, in the order of Op: in symbols, in numbers for the parser of formulas, in LaTeX.
struct Written {
  std::string_view symbol, parsed, latex;
};
constexpr std::array<Written, 34> written{{{"", "", ""},
                                           {"", "", ""},
                                           {"+", "+", "+"},
                                           {"−", "-", "-"},
                                           {"·", "*", "\\cdot"},
                                           {"/", "/", "\\frac"},
                                           {"−", "-", "-"},
                                           {"^", "^", "^"},
                                           {"sgn", "sgn", "\\operatorname{sgn}"},
                                           {"abs", "abs", "abs"},
                                           {"√", "sqrt", "\\sqrt"},
                                           {"min", "min", "\\min"},
                                           {"max", "max", "\\max"},
                                           {"exp", "exp", "\\exp"},
                                           {"log", "log", "\\log"},
                                           {"sin", "sin", "\\sin"},
                                           {"cos", "cos", "\\cos"},
                                           {"tan", "tan", "\\tan"},
                                           {"tanh", "tanh", "\\tanh"},
                                           {"sinh", "sinh", "\\sinh"},
                                           {"cosh", "cosh", "\\cosh"},
                                           {"asin", "asin", "\\arcsin"},
                                           {"acos", "acos", "\\arccos"},
                                           {"atan", "atan", "\\arctan"},
                                           {"relu", "relu", "\\operatorname{relu}"},
                                           {"sigmoid", "sigmoid", "\\operatorname{sigmoid}"},
                                           {"softplus", "softplus", "\\operatorname{softplus}"},
                                           {"log10", "log10", "\\log_{10}"},
                                           {"log2", "log2", "\\log_{2}"},
                                           {"log1p", "log1p", "\\operatorname{log1p}"},
                                           {"expm1", "expm1", "\\operatorname{expm1}"},
                                           {"erf", "erf", "\\operatorname{erf}"},
                                           {"atan2", "atan2", "\\operatorname{atan2}"},
                                           {"hypot", "hypot", "\\operatorname{hypot}"}}};
const Written& words(Op op) { return written[static_cast<std::size_t>(op)]; }

constexpr int sum = 1, product = 2, sign_level = 3, power_level = 4, atom = 5;

int precedence(Op op) {
  switch (op) {
    case Op::add:
    case Op::subtract:
      return sum;
    case Op::multiply:
    case Op::divide:
      return product;
    case Op::negate:
      return sign_level;
    case Op::power:
      return power_level;
    default:
      return atom;
  }
}

}  // namespace

bool is_binary(Op op) {
  return (op >= Op::add && op <= Op::divide) || op == Op::power || op == Op::min || op == Op::max || op == Op::atan2 ||
         op == Op::hypot;
}

std::string_view name(Op op) { return words(op).symbol; }

double apply(Op op, double a, double b) {
  switch (op) {
    case Op::number:
    case Op::symbol:
      return a;
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return a * b;
    case Op::divide:
      return a / b;
    case Op::negate:
      return -a;
    case Op::power:
      return elementary::pow(a, b);
    case Op::sign:
      return a > 0 ? 1 : (a < 0 ? -1 : a);
    case Op::abs:
      return std::abs(a);
    case Op::sqrt:
      return std::sqrt(a);
    case Op::min:
      return std::isnan(a) || std::isnan(b) ? a + b : std::min(a, b);
    case Op::max:
      return std::isnan(a) || std::isnan(b) ? a + b : std::max(a, b);
    case Op::exp:
      return elementary::exp(a);
    case Op::log:
      return elementary::log(a);
    case Op::sin:
      return elementary::sin(a);
    case Op::cos:
      return elementary::cos(a);
    case Op::tan:
      return elementary::tan(a);
    case Op::tanh:
      return elementary::tanh(a);
    case Op::sinh:
      return elementary::sinh(a);
    case Op::cosh:
      return elementary::cosh(a);
    case Op::asin:
      return elementary::asin(a);
    case Op::acos:
      return elementary::acos(a);
    case Op::atan:
      return elementary::atan(a);
    case Op::relu:
      return autodiff::apply(autodiff::ScalarOp::relu, a, 0, 0).value;
    case Op::sigmoid:
      return autodiff::sigmoid_of(a).value;
    case Op::softplus:
      return autodiff::softplus_of(a).value;
    case Op::log10:
      return elementary::log10(a);
    case Op::log2:
      return elementary::log2(a);
    case Op::log1p:
      return elementary::log1p(a);
    case Op::expm1:
      return elementary::expm1(a);
    case Op::erf:
      return elementary::erf(a);
    case Op::atan2:
      return elementary::atan2(a, b);
    case Op::hypot:
      return elementary::hypot(a, b);
  }
  return a;
}

Sheet::Id Sheet::number(double value) {
  nodes_.push_back({Op::number, -1, -1, value, {}});
  return static_cast<Id>(nodes_.size() - 1);
}

Sheet::Id Sheet::symbol(Text name, double value) {
  nodes_.push_back({Op::symbol, -1, -1, value, std::move(name)});
  return static_cast<Id>(nodes_.size() - 1);
}

Sheet::Id Sheet::operation(Op op, Id a, Id b) {
  const auto [it, fresh] = known_.try_emplace({op, a, b}, static_cast<Id>(nodes_.size()));
  if (fresh) nodes_.push_back({op, a, b, apply(op, value(a), b >= 0 ? value(b) : 0), {}});
  return it->second;
}

Sheet::Id Sheet::define(Text name, Id expression, std::string note) {
  lines_.push_back({name, expression, value(expression), std::move(note)});
  return symbol(std::move(name), value(expression));
}

std::int32_t Sheet::keep(Text name) {
  kept_.push_back(std::move(name));
  return static_cast<std::int32_t>(kept_.size() - 1);
}

Sheet::Id Sheet::given(Text name, double value, std::string note) {
  lines_.push_back({name, -1, value, std::move(note)});
  return symbol(std::move(name), value);
}

void Sheet::say(std::string sentence) { lines_.push_back({{}, -1, 0, std::move(sentence), true}); }

bool Sheet::uses(Id expression, Id part) const {
  if (expression == part) return true;
  const Node& n = nodes_[at(expression)];
  return (n.a >= 0 && uses(n.a, part)) || (n.b >= 0 && uses(n.b, part));
}

bool Sheet::shows(Id id) const {
  return std::any_of(lines_.begin(), lines_.end(),
                     [&](const Line& line) { return line.expression >= 0 && uses(line.expression, id); });
}

void Sheet::name_part(Text name, Id expression, std::string note) {
  if (precedence(op(expression)) == atom && left(expression) < 0) return;  // it has a name
  const auto first = std::find_if(lines_.begin(), lines_.end(), [&](const Line& line) {
    return line.expression >= 0 && line.expression != expression && uses(line.expression, expression);
  });
  const Line line{name, expression, value(expression), std::move(note)};
  nodes_[at(expression)].name = name;
  lines_.insert(first, line);
}

std::vector<Block> Sheet::take() {
  std::vector<Block> out;
  for (Line& line : lines_) {
    if (line.sentence) {
      out.emplace_back(std::move(line.note));
      continue;
    }
    Equation e{.name = line.name, .symbols = {}, .numbers = {}, .value = line.value, .note = std::move(line.note)};
    if (line.expression >= 0) {
      // The part that the line defines is written out here, and only here.
      Node& root = nodes_[at(line.expression)];
      const bool named = root.op != Op::symbol && !root.name.plain.empty();
      const Text kept = named ? root.name : Text{};
      if (named) root.name = {};
      e.symbols = symbols(line.expression);
      e.numbers = numbers(line.expression);
      if (named) nodes_[at(line.expression)].name = kept;
    }
    out.emplace_back(std::move(e));
  }
  lines_.clear();
  return out;
}

/// Writes one expression. Parentheses stand where the parser would otherwise read another order of operations.
struct Sheet::Writer {
  const Sheet& sheet;
  bool in_numbers, in_latex;

  std::string leaf(const Text& t) const { return in_latex ? t.latex : t.plain; }

  std::string number_text(double value, int above, bool first) const {
    if (!in_numbers)
      for (const auto& [known, name] : sheet.number_names_)
        if (known == value) return leaf(name);
    const Text t = explain::number(value);
    const bool signed_number = t.plain.front() == '-';
    if (signed_number && (!first || above >= power_level)) return cat("(", leaf(t), ")");
    return leaf(t);
  }

  std::string parenthesised(Id id, int least, bool first) const {
    const Node& n = sheet.nodes_[at(id)];
    if (level(n) >= least) return write(id, least, first);
    return in_latex ? cat("\\left(", write(id, 0, true), "\\right)") : cat("(", write(id, 0, true), ")");
  }

  /// The precedence with which a node is written: one with a name is an atom.
  int level(const Node& n) const {
    if (!n.name.plain.empty() || (in_numbers && n.op == Op::sign)) return atom;
    if (in_latex && n.op == Op::divide) return atom;
    return precedence(n.op);
  }

  std::string write(Id id, int above, bool first) const {
    const Node& n = sheet.nodes_[at(id)];
    if (n.op == Op::number) return number_text(n.value, above, first);
    if (!n.name.plain.empty()) return in_numbers ? number_text(n.value, above, first) : leaf(n.name);
    if (in_numbers && n.op == Op::sign) return number_text(n.value, above, first);
    return in_latex ? latex(n, first) : plain(n, first);
  }

  std::string plain(const Node& n, bool first) const {
    const Written& w = words(n.op);
    const std::string_view symbol = in_numbers ? w.parsed : w.symbol;
    switch (n.op) {
      case Op::add:
      case Op::subtract:
        return cat(parenthesised(n.a, sum, first), " ", symbol, " ", parenthesised(n.b, product, false));
      case Op::multiply:
      case Op::divide:
        return cat(parenthesised(n.a, product, first), symbol, parenthesised(n.b, sign_level, false));
      case Op::negate:
        // −(a·b/c) and (−a)·b/c are the same number, so a product needs no parentheses.
        return cat(symbol, parenthesised(n.a, product, false));
      case Op::power:
        return cat(parenthesised(n.a, atom, false), symbol, parenthesised(n.b, atom, false));
      case Op::sqrt:
        if (!in_numbers && is_name(n.a)) return cat(symbol, write(n.a, atom, true));
        break;
      case Op::abs:
        if (!in_numbers) return cat("|", write(n.a, 0, true), "|");
        break;
      default:
        break;
    }
    if (n.b < 0) return cat(symbol, "(", write(n.a, 0, true), ")");
    return cat(symbol, "(", write(n.a, 0, true), ", ", write(n.b, 0, true), ")");
  }

  bool is_name(Id id) const { return !sheet.nodes_[at(id)].name.plain.empty(); }

  std::string latex(const Node& n, bool first) const {
    const std::string_view symbol = words(n.op).latex;
    switch (n.op) {
      case Op::add:
      case Op::subtract:
        return cat(parenthesised(n.a, sum, first), " ", symbol, " ", parenthesised(n.b, product, false));
      case Op::multiply:
        return cat(parenthesised(n.a, product, first), " ", symbol, " ", parenthesised(n.b, sign_level, false));
      case Op::divide:
        return cat(symbol, "{", write(n.a, 0, true), "}{", write(n.b, 0, true), "}");
      case Op::negate:
        return cat(symbol, parenthesised(n.a, product, false));
      case Op::power:
        return cat("{", parenthesised(n.a, atom, false), "}^{", write(n.b, 0, true), "}");
      case Op::sqrt:
        return cat(symbol, "{", write(n.a, 0, true), "}");
      case Op::abs:
        return cat("\\left|", write(n.a, 0, true), "\\right|");
      default:
        break;
    }
    if (n.b < 0) return cat(symbol, "\\left(", write(n.a, 0, true), "\\right)");
    return cat(symbol, "\\left(", write(n.a, 0, true), ", ", write(n.b, 0, true), "\\right)");
  }
};

std::string Sheet::render(Id id, bool numbers, bool latex) const {
  return Writer{*this, numbers, latex}.write(id, 0, true);
}

}  // namespace talweg::explain
