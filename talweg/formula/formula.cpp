#include "talweg/formula/formula.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "talweg/autodiff/edge_slopes.hpp"
#include "talweg/autodiff/scalar_rounding.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/lexer.hpp"

namespace talweg::formula {

using autodiff::ScalarNode;
using autodiff::ScalarOp;
using autodiff::ScalarTape;
using text::brief;
using text::cat;

namespace {

/// A node's two operands as the textbook has them: the c of "3 / x" is the numerator.
struct Power {
  double base, exponent;
};

std::string why_division(double numerator, double denominator) {
  return denominator == 0 ? cat("division of ", brief(numerator), " by zero") : "";
}

std::string why_power(const Power& p) {
  if (p.base == 0) return cat("0 to the power ", brief(p.exponent), " divides by zero");
  if (p.base < 0 && p.exponent != std::trunc(p.exponent))
    return cat(brief(p.base), " to the power ", brief(p.exponent), " is not a real number");
  return "";
}

/// Why an operation on finite operands has no finite value; "" when it is only too large.
std::string why(const ScalarNode& node, double a, double b) {
  switch (node.op) {
    case ScalarOp::divide:
      return why_division(a, b);
    case ScalarOp::divide_by:
      return why_division(a, node.c);
    case ScalarOp::divide_into:
      return why_division(node.c, a);
    case ScalarOp::power:
      return why_power({a, b});
    case ScalarOp::power_integer:
    case ScalarOp::power_constant:
      return why_power({a, node.c});
    case ScalarOp::constant_power:
      return why_power({node.c, a});
    case ScalarOp::log:
      return cat("log of ", brief(a));
    case ScalarOp::log10:
      return cat("log10 of ", brief(a));
    case ScalarOp::log2:
      return cat("log2 of ", brief(a));
    case ScalarOp::log1p:
      return cat("log1p of ", brief(a), ", which is not above -1");
    case ScalarOp::sqrt:
      return cat("sqrt of ", brief(a));
    case ScalarOp::asin:
      return cat("asin of ", brief(a), ", which is not in [-1, 1]");
    case ScalarOp::acos:
      return cat("acos of ", brief(a), ", which is not in [-1, 1]");
    default:
      return "";
  }
}

}  // namespace

double Formula::evaluate(std::span<const double> x, std::span<double> gradient) {
  const double value = sweep(x, gradient);
  if (std::any_of(gradient.begin(), gradient.end(), [](double g) { return std::isnan(g); }))
    autodiff::settle_edge_slopes(x, value, gradient, [this](auto at, auto slopes) { return sweep(at, slopes); });
  return value;
}

double Formula::sweep(std::span<const double> x, std::span<double> gradient) {
  tape_.forward(x);
  if (!gradient.empty()) tape_.reverse(result_, gradient);
  return tape_.value(result_);
}

double Formula::rounding(std::span<const double> x, std::span<const double> errors) {
  tape_.forward(x);
  return autodiff::rounding_of(tape_, result_, errors);
}

std::string Formula::place(ScalarTape::Id node) const {
  const auto [begin, end] = origins_[node];
  constexpr std::size_t longest = 40;
  const std::string_view part = std::string_view(text_).substr(begin, end - begin);
  return cat(part.size() <= longest ? part : std::string_view("the value"), " at column ", column(text_, begin));
}

std::string Formula::explain_value(ScalarTape::Id id, const ScalarTape& tape) const {
  const ScalarNode& node = tape.nodes()[id];
  const std::string reason = why(node, tape.value(node.a), tape.value(node.b));
  return cat(place(id), ": ", reason.empty() ? "exceeds the largest number (1.8e308)" : reason);
}

std::string Formula::explain_non_finite(std::span<const double> x) const {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!std::isfinite(x[i])) return cat(variables_[i], " is ", x[i]);
  ScalarTape tape = tape_;
  tape.forward(x);
  const auto nodes = tape.nodes();
  if (!std::isfinite(tape.value(result_))) {
    // Down from the result, along operands that are not finite either, to the operation where it began.
    ScalarTape::Id at = result_;
    for (;;) {
      const ScalarNode& node = nodes[at];
      if (!std::isfinite(tape.value(node.a)))
        at = node.a;
      else if (is_binary(node.op) && !std::isfinite(tape.value(node.b)))
        at = node.b;
      else
        return explain_value(at, tape);
    }
  }

  std::vector<double> gradient(x.size());
  Formula(*this).evaluate(x, gradient);
  const auto bad = std::find_if(gradient.begin(), gradient.end(), [](double g) { return !std::isfinite(g); });
  return bad == gradient.end() ? "" : explain_slope(static_cast<std::size_t>(bad - gradient.begin()), tape);
}

/// Down from the result, along what depends on the variable, to the operation that makes the chain rule infinite.
std::string Formula::explain_slope(std::size_t variable, const ScalarTape& tape) const {
  const auto nodes = tape.nodes();
  std::vector<char> depends(nodes.size(), 0);
  depends[variable] = 1;
  for (std::size_t i = tape.inputs(); i < nodes.size(); ++i)
    depends[i] =
        nodes[i].op != ScalarOp::constant && (depends[nodes[i].a] || (is_binary(nodes[i].op) && depends[nodes[i].b]));
  std::vector<double> adjoint(nodes.size(), 0.0);
  adjoint[result_] = 1;
  for (std::size_t i = std::size_t{result_} + 1; i-- > tape.inputs();) {
    if (!depends[i]) continue;
    const ScalarNode& node = nodes[i];
    const auto [value, da, db] = tape.partials(static_cast<ScalarTape::Id>(i));
    if (adjoint[i] == 0 && std::isfinite(da) && std::isfinite(db)) continue;
    const double a = tape.value(node.a), b = tape.value(node.b);
    if (depends[node.a]) adjoint[node.a] += autodiff::chain_to_a(node.op, adjoint[i], da, a, b);
    if (is_binary(node.op) && depends[node.b]) adjoint[node.b] += autodiff::chain_to_b(node.op, adjoint[i], db, a, b);
    if (!std::isfinite(adjoint[node.a]) || (is_binary(node.op) && !std::isfinite(adjoint[node.b])))
      return cat(place(static_cast<ScalarTape::Id>(i)), " has no finite derivative where its argument is ",
                 brief(tape.value(node.a)));
  }
  return "";
}

Function as_function(Formula f) {
  return [f = std::move(f)](std::span<const double> x, std::span<double> gradient) mutable {
    return f.evaluate(x, gradient);
  };
}

std::function<double(std::span<const double>)> rounding_of(Formula f) {
  return [f = std::move(f)](std::span<const double> x) mutable { return f.rounding(x); };
}

talweg::Constraint as_constraint(Constraint c) {
  return {c.kind, as_function(std::move(c.formula)), std::move(c.text)};
}

}  // namespace talweg::formula
