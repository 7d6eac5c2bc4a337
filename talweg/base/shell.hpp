#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/option.hpp"

/// Requests as a shell takes them.
namespace talweg::shell {

/// "--batch-size": how a command line spells an option.
std::string flag(std::string_view option);
/// The same with its value: "--batch-size 32"; "--start=-1" where the value would be taken for another option.
std::string flag(std::string_view option, std::string_view value);

/// The word as a shell takes it: in single quotes where it must be.
std::string quoted(std::string_view word);

/// A command line in pieces that belong together, each quoted: "talweg minimize", "'x^2'", "--start x=10", "--trace".
using Pieces = std::vector<std::string>;

/// The options of a request that differ from their defaults, one a piece, in their order.
Pieces pieces(const std::vector<BoundOption>& options);

/// The pieces as one line.
std::string line(const Pieces& pieces);
/// The same in lines of at most `width` columns where the pieces allow it, which a shell reads as one.
std::string lines(const Pieces& pieces, std::size_t width);

}  // namespace talweg::shell
