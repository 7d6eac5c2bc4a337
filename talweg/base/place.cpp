#include "talweg/base/place.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <optional>

#include <sys/stat.h>
#include <unistd.h>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::file {

namespace {

namespace fs = std::filesystem;
constexpr int most_links = 40;  // as many as Linux follows

std::string identity_of(const struct stat& info) { return text::cat(info.st_dev, ":", info.st_ino); }

/// 1 for /dev/stdout, 3 for /dev/fd/3. Such names are links to whatever the descriptor leads to; opened by the name, a
/// file would be written from its beginning, over what stands there.
std::optional<int> descriptor_of(const std::string& path) {
  constexpr std::array names{"/dev/stdin", "/dev/stdout", "/dev/stderr"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (path == names[i]) return static_cast<int>(i);
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"})
    if (path.starts_with(folder))
      if (const auto number = text::parse_integer(path.substr(folder.size())); number && *number >= 0)
        return static_cast<int>(*number);
  return std::nullopt;
}

/// One link further, or nothing where `path` is no link.
std::optional<std::string> link_target(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISLNK(info.st_mode)) return std::nullopt;
  std::array<char, PATH_MAX> buffer;
  const ssize_t size = ::readlink(path.c_str(), buffer.data(), buffer.size());
  if (size < 0) return std::nullopt;
  const std::string target(buffer.data(), static_cast<std::size_t>(size));
  return target.starts_with('/') ? target : (fs::path(path).parent_path() / target).string();
}

/// Of the file that a descriptor leads to; empty when it leads to none.
std::string identity_of_descriptor(int descriptor) {
  struct stat info {};
  return ::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) ? identity_of(info) : "";
}

/// Empty for what is no regular file, or not there.
std::string identity_of_input(const std::string& path) {
  if (path == "-") return identity_of_descriptor(STDIN_FILENO);
  if (const auto descriptor = descriptor_of(path)) return identity_of_descriptor(*descriptor);
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) ? identity_of(info) : "";
}

std::string identity_of_output(const std::string& path) { return Place::of(path).identity; }

}  // namespace

Place Place::of(const std::string& path) {
  Place place;
  place.target = path == "-" ? "/dev/stdout" : path;
  for (int links = 0;; ++links) {
    if (const auto descriptor = descriptor_of(place.target)) {
      place.kind = Kind::stream;
      place.descriptor = *descriptor;
      return place;
    }
    const auto further = link_target(place.target);
    if (!further) break;
    if (links == most_links) throw Error(text::cat(path, ": the links go round in a circle; name a file"));
    place.target = *further;
  }
  struct stat info {};
  if (::stat(place.target.c_str(), &info) == 0) {
    if (S_ISREG(info.st_mode)) place.identity = identity_of(info);
    if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) place.kind = Kind::device;
    return place;
  }
  const fs::path target = place.target;
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (::stat(folder.c_str(), &info) == 0)
    place.identity = text::cat(identity_of(info), "/", target.filename().string());
  return place;
}

void refuse_overwriting(std::span<const NamedPath> paths) {
  using Role = NamedPath::Role;
  const std::string standard_output = identity_of_descriptor(STDOUT_FILENO);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const NamedPath& input = paths[i];
    if (input.role != Role::input || input.path.empty()) continue;
    const std::string identity = identity_of_input(input.path);
    if (identity.empty()) continue;
    if (identity == standard_output)
      throw Error(text::cat("standard output goes to ", input.name, " ", input.path, "; send it to another file"));
    for (const NamedPath& output : paths)
      if (output.role == Role::output && !output.path.empty() && identity_of_output(output.path) == identity)
        throw Error(text::cat(output.name, " ", output.path, " would overwrite ", input.name,
                              output.path == input.path ? "" : text::cat(" ", input.path), "; name another file"));
  }
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].role != Role::output || paths[i].path.empty()) continue;
    const std::string identity = identity_of_output(paths[i].path);
    for (std::size_t k = 0; k < i && !identity.empty(); ++k)
      if (paths[k].role == Role::output && !paths[k].path.empty() && identity_of_output(paths[k].path) == identity)
        throw Error(text::cat(paths[k].name, " and ", paths[i].name, " both write to ", paths[i].path,
                              ", where one would replace the other; give each a file of its own"));
  }
}

}  // namespace talweg::file
