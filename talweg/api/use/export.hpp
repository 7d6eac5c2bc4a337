#pragma once
#include <string>
#include <string_view>

#include "talweg/train/load_model.hpp"

/// Models for other programs: what `talweg export` does.
namespace talweg::api {

/// Writes a model to `path`, all of it or nothing; "-": to standard output. `format` is onnx, npz or json; empty: by
/// the ending of the path.
void export_model(const models::SavedModel& model, const std::string& path, std::string_view format);

}  // namespace talweg::api
