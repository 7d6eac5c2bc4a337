#include "talweg/autodiff/scalar_tape.hpp"

#include "talweg/autodiff/scalar_rounding.hpp"

namespace talweg::autodiff {

namespace {

/// hi + lo = a * b exactly.
struct Product {
  double hi, lo;
  Product(double a, double b) : hi(a * b), lo(std::fma(a, b, -hi)) {}
};

}  // namespace

double integer_power(double x, double n) {
  if (n == 2) return x * x;
  if (n == 1) return x;
  if (n == 0) return 1;
  if (n == -1) return 1 / x;
  if (n < 0 || n > 64) return elementary::pow(x, n);
  // Left to right over the bits of n; hi + lo holds the power so far to about twice the precision of a double.
  const auto exponent = static_cast<unsigned>(n);
  double hi = x, lo = 0;
  unsigned bit = 1;
  while (bit * 2 <= exponent) bit *= 2;
  for (bit /= 2; bit > 0; bit /= 2) {
    const Product squared(hi, hi);
    lo = squared.lo + 2 * hi * lo;
    hi = squared.hi;
    if (exponent & bit) {
      const Product times(hi, x);
      lo = times.lo + lo * x;
      hi = times.hi;
    }
  }
  // Near the ends of the range the error terms overflow or vanish.
  const double size = std::abs(hi);
  return size > 1e-250 && size < 1e250 ? hi + lo : elementary::pow(x, n);
}

ScalarTape::Id ScalarTape::record(ScalarOp op, Id a, Id b, double c) {
  return push({op, a, b, c}, apply(op, cells_[a].value, cells_[b].value, c));
}

void ScalarTape::forward(std::span<const double> x) {
  assert(x.size() == inputs_);
  const std::size_t count = nodes_.size();
  const ScalarNode* const nodes = nodes_.data();
  Cell* const cells = cells_.data();
  for (std::size_t i = 0; i < inputs_; ++i) cells[i].value = x[i];
  for (std::size_t i = inputs_; i < count; ++i) {
    const ScalarNode& node = nodes[i];
    const Partials p = apply(node.op, cells[node.a].value, cells[node.b].value, node.c);
    cells[i].value = p.value;
    cells[i].da = p.da;
    cells[i].db = p.db;
  }
}

void ScalarTape::reverse(Id result, std::span<double> gradient) {
  assert(gradient.size() == inputs_ && result < nodes_.size());
  const ScalarNode* const nodes = nodes_.data();
  Cell* const cells = cells_.data();
  cells[result].adjoint = 1;
  for (std::size_t i = std::size_t{result} + 1; i-- > inputs_;) {
    const double adjoint = cells[i].adjoint;
    // 0·∞ is not 0: the adjoint of sqrt(x) in sqrt(x)^2 vanishes at 0, and the slope is 1.
    if (adjoint == 0 && std::isfinite(cells[i].da) && std::isfinite(cells[i].db)) continue;
    cells[i].adjoint = 0;
    const ScalarNode& node = nodes[i];
    if (node.op == ScalarOp::constant) continue;
    const double a = cells[node.a].value, b = cells[node.b].value;
    cells[node.a].adjoint += chain_to_a(node.op, adjoint, cells[i].da, a, b);
    if (is_binary(node.op)) cells[node.b].adjoint += chain_to_b(node.op, adjoint, cells[i].db, a, b);
  }
  for (std::size_t i = 0; i < inputs_; ++i) {
    gradient[i] = cells[i].adjoint;
    cells[i].adjoint = 0;
  }
}

double ScalarTape::rounding(Id result) const { return rounding_of(*this, result, {}); }

}  // namespace talweg::autodiff
