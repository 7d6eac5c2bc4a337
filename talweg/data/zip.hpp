#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace talweg::data {

struct ZipMember {
  std::string name;
  std::string bytes;
};

/// The members of a zip archive, stored or deflated, in the order of its directory. Throws Error for an archive that is
/// damaged, and for ways of packing that NumPy does not write.
std::vector<ZipMember> unzip(std::string_view archive, const std::string& origin);

}  // namespace talweg::data
