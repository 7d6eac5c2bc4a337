#include "talweg/explain/graph.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/autodiff/scalar_operations.hpp"
#include "talweg/base/text.hpp"

namespace talweg::explain {

namespace {

using autodiff::ScalarOp;
using text::cat;

/// Six digits; −0 is 0 to a reader.
std::string shown(double v) { return text::brief(v == 0 ? 0 : v, 6); }

/// The dot of a product and the stroke of a quotient are too small for a box.
std::string box_name(Op op) {
  if (op == Op::multiply) return "×";
  if (op == Op::divide) return "÷";
  return std::string(explain::name(op));
}

struct Locals {
  double a = 0, b = 0;
};

Locals locals(ScalarOp op, double a, double b) {
  const autodiff::Partials p = autodiff::apply(op, a, b, 0);
  return {p.da, p.db};
}

/// The derivatives of an operation by its operands, at value v. Ties of min and max share it evenly.
Locals locals(Op op, double a, double b, double v) {
  switch (op) {
    case Op::number:
    case Op::symbol:
    case Op::sign:
      return {};
    case Op::add:
      return {1, 1};
    case Op::subtract:
      return {1, -1};
    case Op::multiply:
      return {b, a};
    case Op::divide:
      return {1 / b, -v / b};
    case Op::negate:
      return {-1, 0};
    case Op::power:
      return {b == 0 ? 0 : b * elementary::pow(a, b - 1), a > 0 ? v * elementary::log(a) : 0};
    case Op::abs:
      return {a > 0 ? 1.0 : (a < 0 ? -1.0 : 0.0), 0};
    case Op::sqrt:
      return {0.5 / v, 0};
    case Op::min:
      return a == b ? Locals{0.5, 0.5} : (a < b ? Locals{1, 0} : Locals{0, 1});
    case Op::max:
      return a == b ? Locals{0.5, 0.5} : (a > b ? Locals{1, 0} : Locals{0, 1});
    case Op::exp:
      return {v, 0};
    case Op::log:
      return {1 / a, 0};
    case Op::sin:
      return {elementary::cos(a), 0};
    case Op::cos:
      return {-elementary::sin(a), 0};
    case Op::tan:
      return {1 + v * v, 0};
    case Op::tanh:
      return {1 / elementary::cosh(a) / elementary::cosh(a), 0};
    case Op::sinh:
      return {elementary::cosh(a), 0};
    case Op::cosh:
      return {elementary::sinh(a), 0};
    case Op::asin:
      return {1 / std::sqrt((1 - a) * (1 + a)), 0};
    case Op::acos:
      return {-1 / std::sqrt((1 - a) * (1 + a)), 0};
    case Op::atan:
      return {1 / (1 + a * a), 0};
    case Op::relu:
      return locals(ScalarOp::relu, a, b);
    case Op::sigmoid:
      return locals(ScalarOp::sigmoid, a, b);
    case Op::softplus:
      return locals(ScalarOp::softplus, a, b);
    case Op::log10:
      return locals(ScalarOp::log10, a, b);
    case Op::log2:
      return locals(ScalarOp::log2, a, b);
    case Op::log1p:
      return locals(ScalarOp::log1p, a, b);
    case Op::expm1:
      return locals(ScalarOp::expm1, a, b);
    case Op::erf:
      return locals(ScalarOp::erf, a, b);
    case Op::atan2:
      return locals(ScalarOp::atan2, a, b);
    case Op::hypot:
      return locals(ScalarOp::hypot, a, b);
  }
  return {};
}

}  // namespace

std::size_t Graph::add(std::string label, double value, double gradient, GraphNode::Kind kind) {
  nodes.push_back({std::move(label), shown(value), shown(gradient), kind});
  return nodes.size() - 1;
}

void Graph::connect(std::size_t from, std::size_t to, double local) {
  edges.push_back({from, to, text::brief(local == 0 ? 0 : local, 4)});
}

Graph graph_of(const Sheet& sheet, Sheet::Id root, std::string title, std::string name) {
  // Operands come before what uses them, so ids in falling order are a backward sweep.
  const auto count = static_cast<std::size_t>(root) + 1;
  std::vector<double> gradient(count);
  std::vector<bool> used(count);
  gradient[count - 1] = 1;
  used[count - 1] = true;
  const auto place = [](Sheet::Id id) { return static_cast<std::size_t>(id); };
  const auto locals_at = [&](Sheet::Id id) {
    const Sheet::Id a = sheet.left(id), b = sheet.right(id);
    return locals(sheet.op(id), a < 0 ? 0 : sheet.value(a), b < 0 ? 0 : sheet.value(b), sheet.value(id));
  };
  for (Sheet::Id id = root; id >= 0; --id) {
    if (!used[place(id)]) continue;
    const Locals l = locals_at(id);
    if (const Sheet::Id a = sheet.left(id); a >= 0) {
      used[place(a)] = true;
      gradient[place(a)] += gradient[place(id)] * l.a;
    }
    if (const Sheet::Id b = sheet.right(id); b >= 0) {
      used[place(b)] = true;
      gradient[place(b)] += gradient[place(id)] * l.b;
    }
  }
  Graph out{std::move(title), {}, {}};
  std::vector<std::size_t> node(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!used[i]) continue;
    const auto id = static_cast<Sheet::Id>(i);
    const Op op = sheet.op(id);
    const bool leaf = op == Op::number || op == Op::symbol;
    if (op == Op::number) {
      out.nodes.push_back({shown(sheet.value(id)), "", "", GraphNode::Kind::input});
      node[i] = out.nodes.size() - 1;
      continue;
    }
    const std::string label = op == Op::symbol ? sheet.symbols(id).plain : box_name(op);
    node[i] = out.add(id == root ? cat(name, leaf ? "" : cat(" = ", label)) : label, sheet.value(id), gradient[i],
                      id == root ? GraphNode::Kind::result
                      : leaf     ? GraphNode::Kind::input
                                 : GraphNode::Kind::operation);
    const Locals l = locals_at(id);
    const auto join = [&](Sheet::Id operand, double local) {
      if (operand < 0) return;
      out.edges.push_back({node[place(operand)], node[i], sheet.op(operand) == Op::number ? "" : shown(local)});
    };
    join(sheet.left(id), l.a);
    join(sheet.right(id), l.b);
  }
  return out;
}

}  // namespace talweg::explain
