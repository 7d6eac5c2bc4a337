#include "talweg/autodiff/jacobian.hpp"

namespace talweg::autodiff {

namespace {

/// Inputs that go through the tape together.
constexpr std::size_t lanes = 4;

/// tangent += partial·tangent of an operand, where that is not 0.
void add(double partial, bool ignored, const double* operand, double* tangent) {
  if (ignored) return;
  for (std::size_t l = 0; l < lanes; ++l)
    if (operand[l] != 0) tangent[l] += partial * operand[l];
}

}  // namespace

void forward_jacobian(const ScalarTape& tape, std::span<const Scalar> results, std::span<double> jacobian) {
  const std::size_t n = tape.inputs();
  const auto nodes = tape.nodes();
  std::vector<double> tangents(nodes.size() * lanes);
  for (std::size_t first = 0; first < n; first += lanes) {
    const std::size_t count = std::min(lanes, n - first);
    std::ranges::fill(tangents, 0.0);
    for (std::size_t l = 0; l < count; ++l) tangents[(first + l) * lanes + l] = 1;
    for (std::size_t k = n; k < nodes.size(); ++k) {
      const ScalarNode& node = nodes[k];
      if (node.op == ScalarOp::constant) continue;
      const auto [value, da, db] = tape.partials(static_cast<ScalarTape::Id>(k));
      const double a = tape.value(node.a), b = tape.value(node.b);
      add(da, ignores_a(node.op, a, b), &tangents[node.a * lanes], &tangents[k * lanes]);
      if (is_binary(node.op)) add(db, ignores_b(node.op, a, b), &tangents[node.b * lanes], &tangents[k * lanes]);
    }
    for (std::size_t i = 0; i < results.size(); ++i)
      for (std::size_t l = 0; l < count; ++l)
        jacobian[i * n + first + l] = results[i].tape() ? tangents[results[i].id() * lanes + l] : 0;
  }
}

}  // namespace talweg::autodiff
