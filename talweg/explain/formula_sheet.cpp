#include "talweg/explain/formula_sheet.hpp"

#include <cassert>

namespace talweg::explain {

namespace {

using autodiff::ScalarOp;

/// The operation of an instruction whose operands are all on the tape.
Op op_of(ScalarOp op) {
  switch (op) {
    case ScalarOp::add:
      return Op::add;
    case ScalarOp::subtract:
      return Op::subtract;
    case ScalarOp::multiply:
      return Op::multiply;
    case ScalarOp::divide:
      return Op::divide;
    case ScalarOp::negate:
      return Op::negate;
    case ScalarOp::power:
      return Op::power;
    case ScalarOp::exp:
      return Op::exp;
    case ScalarOp::log:
      return Op::log;
    case ScalarOp::sqrt:
      return Op::sqrt;
    case ScalarOp::sin:
      return Op::sin;
    case ScalarOp::cos:
      return Op::cos;
    case ScalarOp::tan:
      return Op::tan;
    case ScalarOp::tanh:
      return Op::tanh;
    case ScalarOp::sinh:
      return Op::sinh;
    case ScalarOp::cosh:
      return Op::cosh;
    case ScalarOp::asin:
      return Op::asin;
    case ScalarOp::acos:
      return Op::acos;
    case ScalarOp::atan:
      return Op::atan;
    case ScalarOp::abs:
      return Op::abs;
    case ScalarOp::min:
      return Op::min;
    case ScalarOp::max:
      return Op::max;
    case ScalarOp::relu:
      return Op::relu;
    case ScalarOp::sigmoid:
      return Op::sigmoid;
    case ScalarOp::softplus:
      return Op::softplus;
    case ScalarOp::log10:
      return Op::log10;
    case ScalarOp::log2:
      return Op::log2;
    case ScalarOp::log1p:
      return Op::log1p;
    case ScalarOp::expm1:
      return Op::expm1;
    case ScalarOp::erf:
      return Op::erf;
    case ScalarOp::sign:
      return Op::sign;
    case ScalarOp::atan2:
      return Op::atan2;
    case ScalarOp::hypot:
      return Op::hypot;
    default:
      break;
  }
  assert(false && "an instruction with a number of its own");
  return Op::number;
}

}  // namespace

Sheet::Id put(Sheet& sheet, const formula::Formula& f, std::span<const Sheet::Id> variables) {
  std::vector<Sheet::Id> ids(variables.begin(), variables.end());
  for (std::size_t i = variables.size(); i < f.nodes().size(); ++i) {
    const autodiff::ScalarNode& n = f.nodes()[i];
    const auto a = [&] { return ids[n.a]; };
    const auto c = [&] { return sheet.number(n.c); };
    Sheet::Id id = -1;
    switch (n.op) {
      case ScalarOp::constant:
        id = c();
        break;
      case ScalarOp::add_constant:
        id = n.c < 0 ? sheet.operation(Op::subtract, a(), sheet.number(-n.c)) : sheet.operation(Op::add, a(), c());
        break;
      case ScalarOp::subtract_from:
        id = sheet.operation(Op::subtract, c(), a());
        break;
      case ScalarOp::scale:
        id = sheet.operation(Op::multiply, c(), a());
        break;
      case ScalarOp::divide_by:
        id = sheet.operation(Op::divide, a(), c());
        break;
      case ScalarOp::divide_into:
        id = sheet.operation(Op::divide, c(), a());
        break;
      case ScalarOp::square:
        id = sheet.operation(Op::power, a(), sheet.number(2));
        break;
      case ScalarOp::power_integer:
      case ScalarOp::power_constant:
        id = sheet.operation(Op::power, a(), c());
        break;
      case ScalarOp::constant_power:
        id = sheet.operation(Op::power, c(), a());
        break;
      default:
        id =
            autodiff::is_binary(n.op) ? sheet.operation(op_of(n.op), a(), ids[n.b]) : sheet.operation(op_of(n.op), a());
    }
    ids.push_back(id);
  }
  return ids[f.result()];
}

}  // namespace talweg::explain
