#pragma once
#include <string>
#include <string_view>

namespace talweg {

std::string base64(std::string_view bytes);

}  // namespace talweg
