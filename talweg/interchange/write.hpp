#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "talweg/interchange/contents.hpp"

namespace talweg::interchange {

/// Takes a file piece by piece.
using Sink = std::function<void(std::string_view piece)>;

/// One JSON object: the members of `about`, and `arrays`, nested lists by name. Every number reads back to the same
/// double, the sign of a zero included.
void write_json(const Contents& contents, const Sink& sink);

/// An uncompressed zip of .npy files, as numpy.savez makes it: an array for each of the contents, and `about`, the JSON
/// object as an array of one text. Without pickle and without time stamps. Throws Error beyond 4 GB.
void write_npz(const Contents& contents, const Sink& sink);

}  // namespace talweg::interchange
