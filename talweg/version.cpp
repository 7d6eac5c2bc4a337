#include "talweg/version.hpp"

#define TALWEG_TEXT_OF(number) #number
#define TALWEG_DOTTED(major, minor, patch) TALWEG_TEXT_OF(major) "." TALWEG_TEXT_OF(minor) "." TALWEG_TEXT_OF(patch)

namespace talweg {

std::string_view version() { return TALWEG_DOTTED(TALWEG_VERSION_MAJOR, TALWEG_VERSION_MINOR, TALWEG_VERSION_PATCH); }

}  // namespace talweg
