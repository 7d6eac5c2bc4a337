#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "talweg/formula/instructions.hpp"
#include "talweg/formula/lexer.hpp"

namespace talweg::formula {

/// The names that a formula may use, beside those of functions and constants.
struct Names {
  std::vector<std::string> variables;
  bool open = false;                      ///< a name that is unknown becomes a variable
  std::vector<std::string> columns = {};  ///< of the rows that it is over
  std::string source = {};                ///< what messages call the rows; empty: it is over none
};

/// A total over the rows in a formula: mean(…) or sum(…).
struct Total {
  bool mean = true;
  Operand term;                    ///< what stands inside
  autodiff::ScalarTape::Id input;  ///< the number that it is to the rest of the formula
};

/// What has been read of a text.
struct Read {
  Instructions instructions;
  std::vector<std::string> variables;
  std::vector<autodiff::ScalarTape::Id> inputs;  ///< of the variables
  std::vector<std::size_t> columns;              ///< the used ones, as places in Names::columns
  std::vector<autodiff::ScalarTape::Id> column_inputs;
  std::vector<Total> totals;  ///< those inside of others before them
  Operand result;

  /// The result as a formula of the variables.
  Formula formula();
};

/// Recursive descent; operations become instructions as they are read.
///   expression = unary (("+" | "-" | "*" | "/") unary)*      by precedence
///   unary      = ("-" | "+") unary | power
///   power      = primary superscript | primary ("^" unary)?
///   primary    = number | name index? | call | "(" expression ")" | "√" primary
///   index      = "[" expression "]"                          a whole number
///   call       = function "(" expression ("," expression)? ")"
///              | "sum" "(" name "=" expression ":" expression "," expression ")"
///              | ("sum" | "mean") "(" expression ")"         over the rows
class Parser {
 public:
  /// Throws Error for what is wrong with the names.
  Parser(std::string_view text, Names names);

  Read formula();
  /// The two sides, and the relation between them.
  struct Comparison {
    std::string_view relation;
    Read difference;  ///< larger − smaller; left − right for =
  };
  Comparison comparison();

 private:
  /// The index of a sum that is being read.
  struct Loop {
    std::string name;
    double value;
  };

  void add_variable(const std::string& name);
  const Token& next() const { return tokens_[at_]; }
  const Token& take() { return tokens_[at_++]; }
  std::size_t end_of_last() const { return tokens_[at_ - 1].end(); }
  Read finish(const Operand& whole);
  void expect_no_more_operands() const;
  void expect(std::string_view symbol, const Token& opened, std::string_view form);

  Operand expression(int above);
  Operand unary();
  Operand power();
  Operand primary();
  void close(const Token& opened);
  Operand name(const Token& t);
  Operand variable(const std::string& name, const Token& t, std::size_t end);
  Operand column(std::size_t place, const Token& t);
  Operand quoted_column(const Token& t);
  [[noreturn]] void unknown(const std::string& name, const Token& t) const;
  Operand call(const Token& t);
  Operand total(const Token& t, const Token& opened);
  Operand indexed_sum(const Token& t, const Token& opened);
  double whole_number(std::string_view what);
  void skip_to_close(const Token& opened);

  std::string_view text_;
  Names names_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::size_t rounds_ = 0;  ///< of all sums
  std::vector<Loop> loops_;
  std::unordered_map<std::string, autodiff::ScalarTape::Id> known_;
  Read read_;
};

}  // namespace talweg::formula
