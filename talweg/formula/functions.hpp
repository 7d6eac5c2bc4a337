#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "talweg/autodiff/scalar_operations.hpp"

/// The names that formulas know: functions and constants.
namespace talweg::formula {

struct FunctionName {
  std::string_view name;
  autodiff::ScalarOp op;
  std::size_t arguments;
};

/// All of them, sum and mean apart.
std::span<const FunctionName> all_functions();

/// nullptr where there is no such function.
const FunctionName* find_function(std::string_view name);

/// Whether it makes one number of many: sum and mean.
bool is_total(std::string_view name);

/// pi and e.
std::optional<double> find_constant(std::string_view name);

/// The name here of a function that is called otherwise elsewhere, or spelled nearly right: "did you mean 'log'?"; the
/// list of them where nothing is near.
std::string suggest_function(std::string_view wrong);

}  // namespace talweg::formula
