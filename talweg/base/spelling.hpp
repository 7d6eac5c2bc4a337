#pragma once
#include <string>
#include <string_view>

#include "talweg/base/text.hpp"

/// How messages name the options of a request, which each front end spells in its own way.
namespace talweg {

/// An option and its value, which is empty where the option alone is meant.
using OptionSpelling = std::string (*)(std::string_view name, std::string_view value);

/// Sets how messages write options from now on, in the whole process: a front end calls it once, at its start. Without
/// one, or with nullptr, they read as in a program: batch_size, batch_size=32.
void spell_options(OptionSpelling spelling);

namespace text {

/// "batch_size", as the front end spells it.
std::string option(std::string_view name);
/// The same with a value: "batch_size=32".
std::string option(std::string_view name, const detail::Piece& value);

}  // namespace text
}  // namespace talweg
