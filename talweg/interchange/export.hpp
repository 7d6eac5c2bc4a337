#pragma once
#include <string_view>

#include "talweg/interchange/write.hpp"

namespace talweg::interchange {

enum class Format { onnx, npz, json };

/// Throws Error with the names.
Format parse_format(std::string_view name);
/// What the ending of a path says: .onnx, .npz, .json. Throws Error for another one.
Format format_of(std::string_view path);

/// A model of any kind as a file of that format, piece by piece. What cannot be written is refused before the first
/// piece. The same model gives the same bytes.
void write(const models::SavedModel& model, Format format, const Sink& sink);

}  // namespace talweg::interchange
