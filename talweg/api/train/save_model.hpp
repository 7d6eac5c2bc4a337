#pragma once
#include <functional>
#include <string>

namespace talweg::api {

/// Calls `save` with the place. When that cannot be written after all (the disk is full now), the model is saved in a
/// folder for temporary files, and the Error that is thrown says where: hours of work must not end with it.
void save_model(const std::string& place, const std::function<void(const std::string& path)>& save);

}  // namespace talweg::api
