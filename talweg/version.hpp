#pragma once
#include <string_view>

#include "talweg/base/export.hpp"

/// The version of these headers. Within 0.x, a change of the second number may break programs.
#define TALWEG_VERSION_MAJOR 0
#define TALWEG_VERSION_MINOR 1
#define TALWEG_VERSION_PATCH 0
/// For comparisons: 0.1.0 is 100, 1.2.3 is 10203.
#define TALWEG_VERSION (TALWEG_VERSION_MAJOR * 10000 + TALWEG_VERSION_MINOR * 100 + TALWEG_VERSION_PATCH)

namespace talweg {

/// The version of the library that the program runs with: "0.1.0".
TALWEG_API std::string_view version();

}  // namespace talweg
