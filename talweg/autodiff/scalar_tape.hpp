#pragma once
#include <cassert>
#include <span>
#include <vector>

#include "talweg/autodiff/scalar_operations.hpp"
#include "talweg/base/export.hpp"

namespace talweg::autodiff {

/// One instruction: the operation, the ids of its operands, and a number of its own.
struct ScalarNode {
  ScalarOp op;
  std::uint32_t a, b;
  double c;
};

/// Reverse-mode differentiation of one number by many: a flat list of (operation, operand ids), played forwards for
/// the value and backwards for the gradient. No recursion, no graph of pointers, no global; the list and the numbers
/// live in two vectors that keep their memory, so nothing is allocated after the first evaluation.
///
/// Two ways to use it: record once and `forward` many times (formulas), or `clear` and record anew at each evaluation
/// (`Scalar`, whose control flow may depend on values). The inputs come first and have the ids 0, 1, …
class TALWEG_API ScalarTape {
 public:
  using Id = std::uint32_t;

  Id input(double value) {
    assert(inputs_ == nodes_.size());
    ++inputs_;
    return push({ScalarOp::input, 0, 0, 0}, {value, 0, 0});
  }
  Id constant(double value) { return push({ScalarOp::constant, 0, 0, value}, {value, 0, 0}); }
  /// Appends an operation, evaluated at once. `b` is read by binary operations only.
  Id record(ScalarOp op, Id a, Id b = 0, double c = 0);
  /// The same for an operation known when compiling: no switch at run time.
  template <ScalarOp op> Id record(Id a, Id b = 0, double c = 0) {
    return push({op, a, b, c}, apply(op, cells_[a].value, cells_[b].value, c));
  }

  /// Forgets everything and keeps the memory.
  void clear() {
    nodes_.clear();
    cells_.clear();
    inputs_ = 0;
  }

  /// Evaluates every node anew at x (inputs).
  void forward(std::span<const double> x);
  /// The gradient (inputs) of node `result` at the point last evaluated, by the plain chain rule: 0·∞ is NaN,
  /// but where an operand is ignored.
  void reverse(Id result, std::span<double> gradient);
  /// How far the value of `result` last computed may lie from the exact one, inputs and constants taken as exact: about
  /// 1e-16·Σ|terms| of a sum, and what cancellation inside its terms has made of their roundings.
  double rounding(Id result) const;

  double value(Id id) const { return cells_[id].value; }
  Partials partials(Id id) const { return {cells_[id].value, cells_[id].da, cells_[id].db}; }
  std::size_t inputs() const { return inputs_; }
  std::span<const ScalarNode> nodes() const { return nodes_; }

 private:
  struct Cell {
    double value, da, db;
    double adjoint;  ///< zero between two reverse sweeps
  };

  Id push(const ScalarNode& node, const Partials& p) {
    nodes_.push_back(node);
    cells_.push_back({p.value, p.da, p.db, 0});
    return static_cast<Id>(nodes_.size() - 1);
  }

  std::vector<ScalarNode> nodes_;
  std::vector<Cell> cells_;
  std::size_t inputs_ = 0;
};

}  // namespace talweg::autodiff
