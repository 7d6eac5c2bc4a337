#include "talweg/formula/instructions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "talweg/base/text.hpp"
#include "talweg/formula/lexer.hpp"

namespace talweg::formula {

using autodiff::ScalarNode;
using autodiff::ScalarOp;

Instructions::Id Instructions::input(bool by_row) {
  nodes_.push_back({ScalarOp::input, 0, 0, 0});
  origins_.push_back({});
  by_row_.push_back(by_row);
  return static_cast<Id>(nodes_.size() - 1);
}

Operand Instructions::binary(char op, const Operand& left, const Operand& right) {
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

Operand Instructions::emit(ScalarOp op, const Operand& a, const Operand& b, double c, std::size_t begin,
                           std::size_t end) {
  const bool two = is_binary(op);
  if (a.number && (!two || b.number)) {
    const double value = autodiff::apply(op, *a.number, two ? *b.number : 0, c).value;
    if (std::isfinite(value)) return {value, 0, begin, end};
  }
  if (nodes_.size() >= most)
    fail(text_, begin, text::cat("the formula comes to more than ", most, " operations: write shorter sums"));
  const Id id_a = node(a), id_b = two ? node(b) : 0;
  nodes_.push_back({op, id_a, id_b, c});
  origins_.push_back({begin, end});
  by_row_.push_back(by_row_[id_a] || (two && by_row_[id_b]));
  return {std::nullopt, static_cast<Id>(nodes_.size() - 1), begin, end};
}

Instructions::Id Instructions::node(const Operand& operand) {
  if (!operand.number) return operand.id;
  nodes_.push_back({ScalarOp::constant, 0, 0, *operand.number});
  origins_.push_back({operand.begin, operand.end});
  by_row_.push_back(false);
  return static_cast<Id>(nodes_.size() - 1);
}

Operand Instructions::at(Operand operand, std::size_t begin, std::size_t end) {
  operand.begin = begin;
  operand.end = end;
  if (!operand.number && nodes_[operand.id].op != ScalarOp::input) origins_[operand.id] = {begin, end};
  return operand;
}

std::vector<char> Instructions::needed_by(Id result) const {
  std::vector<char> needed(nodes_.size(), 0);
  needed[result] = 1;
  for (std::size_t i = std::size_t{result} + 1; i-- > 0;) {
    const ScalarNode& n = nodes_[i];
    if (!needed[i] || n.op == ScalarOp::input || n.op == ScalarOp::constant) continue;
    needed[n.a] = 1;
    if (is_binary(n.op)) needed[n.b] = 1;
  }
  return needed;
}

std::vector<bool> Instructions::needs(Id id, std::span<const Id> inputs) const {
  const std::vector<char> needed = needed_by(id);
  std::vector<bool> out;
  for (const Id input : inputs) out.push_back(needed[input] != 0);
  return out;
}

Formula Instructions::extract(Id result, std::span<const Id> inputs, std::vector<std::string> names) const {
  Formula f;
  f.text_ = text_;
  f.variables_ = std::move(names);
  std::vector<Id> moved(nodes_.size(), 0);
  for (const Id input : inputs) {
    moved[input] = f.tape_.input(0);
    f.origins_.push_back({});
  }
  const std::vector<char> needed = needed_by(result);
  for (std::size_t i = 0; i <= result; ++i) {
    const ScalarNode& n = nodes_[i];
    if (!needed[i] || n.op == ScalarOp::input) continue;
    moved[i] = n.op == ScalarOp::constant ? f.tape_.constant(n.c) : f.tape_.record(n.op, moved[n.a], moved[n.b], n.c);
    f.origins_.push_back(origins_[i]);
  }
  f.result_ = moved[result];
  return f;
}

}  // namespace talweg::formula
