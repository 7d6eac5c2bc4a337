#pragma once
#include <span>
#include <string_view>

#include "talweg/base/describe.hpp"

/// How models say what is wrong with their text.
namespace talweg::models {

/// Throws Error: "model 'mlp' has no option 'dropuot'; did you mean 'dropout'?"
[[noreturn]] void refuse_option(std::string_view model, std::string_view key, std::span<const std::string_view> known);
/// Throws Error: "model option l2=-1: expected a number of at least 0 and below 1000000"
[[noreturn]] void refuse_value(const FieldInfo& field, std::string_view value);

}  // namespace talweg::models
