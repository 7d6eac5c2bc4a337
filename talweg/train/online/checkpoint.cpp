#include "talweg/train/online/checkpoint.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::train::online {

Period Period::parse(std::string_view text) {
  const bool by_steps = text.ends_with("steps");
  if (by_steps || text.ends_with("s")) {
    const std::string_view digits = text::trim(text.substr(0, text.size() - (by_steps ? 5 : 1)));
    if (by_steps) {
      if (const auto n = text::parse_integer(digits); n && *n > 0) return {.seconds = 0, .steps = *n};
    } else if (const auto n = text::parse_number(digits); n && *n > 0 && *n < 1e9) {
      return {.seconds = *n, .steps = 0};
    }
  }
  throw Error(text::cat("--every '", text, "': expected a time or a number of steps, such as 60s or 100steps"));
}

std::string Period::text() const { return steps > 0 ? text::cat(steps, "steps") : text::cat(seconds, "s"); }

Fingerprint Fingerprint::of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw Error(text::cat(path, ": cannot be opened: ", std::strerror(errno)));
  return {static_cast<std::int64_t>(info.st_size),
          static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec};
}

CheckpointFolder::CheckpointFolder(const std::string& path) : path_(path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure || !std::filesystem::is_directory(path))
    throw Error(text::cat(path, ": cannot be made a folder for checkpoints: ",
                          failure ? failure.message() : "a file of that name is there"));
  const std::string name = lock_file(path_);
  lock_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) throw Error(text::cat(name, ": cannot be written: ", std::strerror(errno)));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    ::close(lock_);
    throw Error(why == EWOULDBLOCK ? text::cat(path,
                                               ": another run writes its checkpoints there; wait for its end, or "
                                               "name another folder")
                                   : text::cat(name, ": cannot be locked: ", std::strerror(why)));
  }
}

CheckpointFolder::~CheckpointFolder() { ::close(lock_); }

bool CheckpointFolder::has_checkpoint(const std::string& path) { return std::filesystem::exists(state_file(path)); }

std::optional<Archive> CheckpointFolder::load() const {
  if (!has_checkpoint(path_)) return std::nullopt;
  return Archive::load(state_file(path_));
}

void CheckpointFolder::save(const Archive& archive) const { archive.save(state_file(path_)); }

}  // namespace talweg::train::online
