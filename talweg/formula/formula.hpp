#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/autodiff/scalar_tape.hpp"
#include "talweg/optim/objective.hpp"

/// What a user types: "100*(y-x^2)^2 + (1-x)^2", read once into a tape, with exact gradients.
///
/// Operators + - * / and ^ (to the right: 2^3^2 = 2^9; -x^2 = -(x^2); 2^-3 and a+-2 are valid), parentheses, the
/// constants pi and e, the functions exp log sqrt sin cos tan tanh sinh cosh asin acos atan abs relu sigmoid softplus
/// log10 log2 log1p expm1 erf sign of one argument and min max pow atan2 hypot of two. Sums over an index are written
/// out as they are read: sum(i=1:9, 100*(x[i+1]-x[i]^2)^2 + (1-x[i])^2). Names may be Greek (θ, α₁ = α1); x², √x and ·
/// are x^2, sqrt(x) and *.
/// Where a derivative jumps: abs'(0) = relu'(0) = sign'(0) = 0, and a tie of min or max shares it evenly. 0^0 = 1. At
/// the edge of the domain it is the limit from inside, which may be infinite: sqrt(x), x^x and asin(x - 1) at 0.
namespace talweg::formula {

/// A parsed formula. Evaluating uses the object's own workspace: copies may run side by side.
class Formula {
 public:
  /// f(x), and its gradient when `gradient` is not empty. Both spans are as long as `variables()`.
  double evaluate(std::span<const double> x, std::span<double> gradient = {});

  /// How far rounding may have moved f(x), and errors of x (n) where there are such: ScalarTape::rounding.
  double rounding(std::span<const double> x, std::span<const double> errors = {});

  const std::vector<std::string>& variables() const { return variables_; }
  const std::string& text() const { return text_; }

  /// What was read, as instructions: the variables first, each operation after its operands. `result()` is f.
  std::span<const autodiff::ScalarNode> nodes() const { return tape_.nodes(); }
  autodiff::ScalarTape::Id result() const { return result_; }

  /// Where a NaN or infinity in f(x) or its gradient comes from: "log(x-3) at column 5: log of -1"; "" when all is
  /// finite.
  std::string explain_non_finite(std::span<const double> x) const;

 private:
  friend class Instructions;
  struct Origin {
    std::size_t begin = 0, end = 0;  ///< bytes of `text`
  };
  double sweep(std::span<const double> x, std::span<double> gradient);
  std::string explain_value(autodiff::ScalarTape::Id node, const autodiff::ScalarTape& tape) const;
  std::string explain_slope(std::size_t variable, const autodiff::ScalarTape& tape) const;
  std::string place(autodiff::ScalarTape::Id node) const;

  std::string text_;
  std::vector<std::string> variables_;
  autodiff::ScalarTape tape_;
  std::vector<Origin> origins_;  ///< one for each node of the tape
  autodiff::ScalarTape::Id result_ = 0;
};

/// Reads a formula of the named variables. Throws Error with the column, the token and near names.
Formula parse(std::string_view text, std::vector<std::string> variables);

/// The variables of a formula in the order of their first appearance. Throws Error where `parse` would.
std::vector<std::string> variables(std::string_view text);

/// Throws Error unless `name` may name a variable: letters, digits and _, an index, and no constant or function of
/// formulas.
void check_variable_name(std::string_view name);

/// A name with plain digits for subscripts: α₁ = α1.
std::string plain_name(std::string_view name);

/// `f` as an objective. Each copy of the function has its own workspace.
Function as_function(Formula f);
/// Formula::rounding of `f`, with a workspace of its own.
std::function<double(std::span<const double> x)> rounding_of(Formula f);

/// A condition on x as a user types it (lhs <= rhs, lhs >= rhs or lhs = rhs), in the form that methods take.
struct Constraint {
  Formula formula;  ///< c(x) with c = 0 or c >= 0: lhs - rhs, or rhs - lhs for <=
  talweg::Constraint::Kind kind;
  std::string text;  ///< as written
};

Constraint parse_constraint(std::string_view text, std::vector<std::string> variables);
/// The variables of a constraint in the order of their first appearance.
std::vector<std::string> constraint_variables(std::string_view text);

/// `c` for Options::constraints; its name is the user's text.
talweg::Constraint as_constraint(Constraint c);

}  // namespace talweg::formula
