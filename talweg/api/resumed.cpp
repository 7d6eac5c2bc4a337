#include "talweg/api/resumed.hpp"

namespace talweg::api {

std::string kept_setting(const Archive& checkpoint, std::string_view name) {
  const auto keys = checkpoint.texts("settings.keys"), values = checkpoint.texts("settings.values");
  if (keys.size() != values.size()) checkpoint.fail("settings.values", "does not fit settings.keys");
  const auto at = std::ranges::find(keys, name);
  if (at == keys.end()) checkpoint.fail("settings.keys", text::cat("lacks ", name));
  return values[static_cast<std::size_t>(at - keys.begin())];
}

}  // namespace talweg::api
