#include "talweg/train/checkpoint.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "talweg/base/checksum.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"

namespace talweg::train {

Period Period::parse(std::string_view text) {
  const auto whole = [&](std::string_view unit) -> std::optional<std::int64_t> {
    if (!text.ends_with(unit)) return std::nullopt;
    const auto n = text::parse_integer(text::trim(text.substr(0, text.size() - unit.size())));
    return n && *n > 0 ? n : std::nullopt;
  };
  if (const auto n = whole("steps")) return {.seconds = 0, .steps = *n};
  if (const auto n = whole("epochs")) return {.seconds = 0, .epochs = *n};
  if (text.ends_with("s"))
    if (const auto n = text::parse_number(text::trim(text.substr(0, text.size() - 1))); n && *n > 0 && *n < 1e9)
      return {.seconds = *n};
  throw Error(text::cat("every '", text,
                        "': expected a time, or a number of steps or epochs, such as 60s, 100steps or ", "1epochs"));
}

std::string Period::text() const {
  return steps > 0 ? text::cat(steps, "steps") : epochs > 0 ? text::cat(epochs, "epochs") : text::cat(seconds, "s");
}

Period Period::load(const Archive& checkpoint) {
  const std::string text = checkpoint.text(entry);
  try {
    return parse(text);
  } catch (const Error& error) {
    checkpoint.fail(entry, text::cat("cannot be used: ", error.what()));
  }
}

Fingerprint Fingerprint::of(const data::Input& input) {
  if (input.table()) {
    const std::string text = data::text_of(input.table());
    return {static_cast<std::int64_t>(text.size()), checksum(text)};
  }
  const std::string& path = input.path();
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw Error(text::cat(path, ": cannot be opened: ", std::strerror(errno)));
  return {static_cast<std::int64_t>(info.st_size),
          static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec};
}

namespace {

[[noreturn]] void fail_folder(const std::string& path, std::string_view why) {
  throw Error(text::cat(path, ": cannot be made a folder for checkpoints: ", why));
}

}  // namespace

void CheckpointFolder::check_possible(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code failure;
  fs::path there = fs::absolute(path, failure);
  while (!fs::exists(there, failure) && there.has_relative_path()) there = there.parent_path();
  if (!fs::is_directory(there, failure))
    fail_folder(path, there == fs::absolute(path, failure) ? "a file of that name is there"
                                                           : text::cat(there.string(), " is a file"));
  if (::access(there.c_str(), W_OK | X_OK) != 0) fail_folder(path, std::strerror(errno));
}

CheckpointFolder::CheckpointFolder(const std::string& path, int keep_last) : path_(path), keep_last_(keep_last) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure || !std::filesystem::is_directory(path))
    fail_folder(path, failure ? failure.message() : "a file of that name is there");
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
  file::remove_left_behind(next_file(path_));
  std::filesystem::remove(next_file(path_), failure);  // whole, but a kill came before it was made the newest
}

CheckpointFolder::~CheckpointFolder() { ::close(lock_); }

std::string CheckpointFolder::state_file(const std::string& path, int age) {
  return age == 0 ? path + "/checkpoint.talweg" : text::cat(path, "/checkpoint-", age, ".talweg");
}

std::vector<std::string> CheckpointFolder::files(const std::string& path) {
  std::vector<std::string> all{next_file(path), lock_file(path), trace_file(path)};
  for (int age = 0; age < most_checkpoints; ++age) all.push_back(state_file(path, age));
  return all;
}

bool CheckpointFolder::has_checkpoint(const std::string& path) {
  return std::filesystem::exists(state_file(path)) || std::filesystem::exists(state_file(path, 1));
}

std::optional<Archive> CheckpointFolder::newest(const std::string& path, std::string& damage) {
  std::optional<Error> first;
  for (int age = 0;; ++age) {
    const std::string name = state_file(path, age);
    if (!std::filesystem::exists(name)) {
      if (age == 0) continue;  // a kill between two renames: the one before is there
      if (first) throw *first;
      return std::nullopt;
    }
    try {
      Archive archive = Archive::load(name);
      if (first) damage = text::cat(first->what(), "; the one before it is used, ", name);
      return archive;
    } catch (const Error& error) {
      if (!first) first = error;
    }
  }
}

void CheckpointFolder::save(const Archive& archive) const {
  const std::string next = next_file(path_);
  archive.save(next);  // first: a full disk costs none of those that are there
  for (int age = keep_last_ - 1; age > 0; --age) {
    std::error_code missing;
    std::filesystem::rename(state_file(path_, age - 1), state_file(path_, age), missing);
  }
  std::filesystem::rename(next, state_file(path_));
}

}  // namespace talweg::train
