#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/formula/formula.hpp"

namespace talweg::formula {

/// A part of a formula that has been read: a known number, or an instruction.
struct Operand {
  std::optional<double> number;
  autodiff::ScalarTape::Id id = 0;
  std::size_t begin = 0, end = 0;  ///< bytes of the text
};

/// What a formula becomes as it is read: instructions in the order of the text, with constants folded into them. Inputs
/// stand where they were met first; `extract` brings them to the front.
class Instructions {
 public:
  using Id = autodiff::ScalarTape::Id;

  explicit Instructions(std::string_view text) : text_(text) {}

  /// A number from outside: a variable, a column, or a total over the rows. What depends on one `by_row` has a value
  /// for each row.
  Id input(bool by_row);
  /// `left op right` for + - * / ^, with known numbers moved into the instruction.
  Operand binary(char op, const Operand& left, const Operand& right);
  /// Appends an instruction, or computes it at once when it depends on no input. A result that is not finite stays an
  /// instruction, so that its place can be named.
  Operand emit(autodiff::ScalarOp op, const Operand& a, const Operand& b, double c, std::size_t begin, std::size_t end);
  /// The instruction of an operand, a constant for a number.
  Id node(const Operand& operand);
  /// The operand, as what stands in the text from `begin` to `end`.
  Operand at(Operand operand, std::size_t begin, std::size_t end);

  bool by_row(const Operand& operand) const { return !operand.number && by_row_[operand.id]; }
  /// Which of `inputs` the instruction needs.
  std::vector<bool> needs(Id id, std::span<const Id> inputs) const;
  /// What `result` needs as a formula of its own, of the variables `names`, which stand for `inputs`.
  Formula extract(Id result, std::span<const Id> inputs, std::vector<std::string> names) const;

 private:
  std::vector<char> needed_by(Id result) const;

  static constexpr std::size_t most = 2'000'000;
  std::string_view text_;
  std::vector<autodiff::ScalarNode> nodes_;
  std::vector<Formula::Origin> origins_;
  std::vector<char> by_row_;
};

}  // namespace talweg::formula
