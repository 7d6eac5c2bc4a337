#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/place.hpp"
#include "talweg/base/text.hpp"

namespace talweg::file {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view mark = ".tmp-";
constexpr std::size_t random_digits = 16, longest_name = 200;  // a name may have 255 bytes

[[noreturn]] void fail_write(const std::string& path, int error) {
  const std::string message = text::cat(path, ": cannot be written: ", std::strerror(error),
                                        error == ENOSPC || error == EDQUOT ? "; free some space or choose another disk"
                                        : error == EFBIG ? "; raise the limit of file sizes (ulimit -f)"
                                                         : "");
  if (error == EPIPE) throw BrokenPipe(message);
  throw Error(message);
}

void write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_write(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

fs::path folder_of(const std::string& target) {
  const fs::path folder = fs::path(target).parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

/// Flushes the folder, so that the new name survives a power cut; not every file system can, and that is no error.
void flush_folder(const std::string& target) {
  const int fd = ::open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

/// A descriptor to write a device or a standard stream with.
int open_directly(const Place& place, const std::string& path) {
  const int fd = place.kind == Place::Kind::stream ? ::fcntl(place.descriptor, F_DUPFD_CLOEXEC, 3)
                                                   : ::open(place.target.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) fail_open(path, errno);
  return fd;
}

/// What the names beside `target` begin with: "model.tmp-".
std::string beginning(const std::string& target) {
  return text::cat(fs::path(target).filename().string().substr(0, longest_name), mark);
}

bool is_beside(std::string_view name, std::string_view begin) {
  if (!name.starts_with(begin)) return false;
  name.remove_prefix(begin.size());
  const auto dash = name.find('-');
  const auto all = [](std::string_view part, std::string_view of) {
    return !part.empty() && part.find_first_not_of(of) == std::string_view::npos;
  };
  return dash != std::string_view::npos && all(name.substr(0, dash), "0123456789") &&
         name.size() - dash - 1 == random_digits && all(name.substr(dash + 1), "0123456789abcdef");
}

/// Whether the open file still has this name.
bool is_at(int fd, const std::string& path) {
  struct stat opened {
  }, named{};
  return ::fstat(fd, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

/// Removes a file beside a target if its writer is dead: a living one holds the lock.
void remove_if_left(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  struct stat info {};
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == ::geteuid() &&
      ::flock(fd, LOCK_EX | LOCK_NB) == 0 && is_at(fd, path))
    ::unlink(path.c_str());
  ::close(fd);
}

std::string name_beside(const std::string& target) {
  std::random_device random;
  std::uniform_int_distribution<std::size_t> any(0, 15);
  std::string digits;
  while (digits.size() < random_digits) digits += "0123456789abcdef"[any(random)];
  return (folder_of(target) / text::cat(beginning(target), ::getpid(), "-", digits)).string();
}

/// Mode and owner of the file that will be replaced.
void keep_attributes(int fd, const struct stat& old) {
  const bool owned = ::fchown(fd, old.st_uid, old.st_gid) == 0;
  ::fchmod(fd, old.st_mode & (owned ? 07777 : 0777));
}

/// Names for `remove_unfinished`, in memory that is never freed: a signal may come at any time.
struct Slot {
  std::atomic<bool> taken{false}, valid{false};
  std::array<char, 4096> path{};
};
std::array<Slot, 16> unfinished;

int remember(const std::string& path) {
  for (std::size_t i = 0; i < unfinished.size() && path.size() < unfinished[i].path.size(); ++i)
    if (!unfinished[i].taken.exchange(true)) {
      std::copy_n(path.c_str(), path.size() + 1, unfinished[i].path.begin());
      unfinished[i].valid = true;
      return static_cast<int>(i);
    }
  return -1;
}

}  // namespace

void remove_left_behind(const std::string& path) {
  const std::string begin = beginning(path);
  std::error_code ignored;
  for (fs::directory_iterator entry(folder_of(path), ignored), end; entry != end; entry.increment(ignored))
    if (is_beside(entry->path().filename().native(), begin)) remove_if_left(entry->path().string());
}

void remove_unfinished() noexcept {
  for (Slot& slot : unfinished)
    if (slot.valid) ::unlink(slot.path.data());
}

void write(const std::string& path, std::string_view bytes) {
  Writer writer(path);
  writer.append(bytes);
  writer.commit();
}

Writer::Writer(const std::string& path) : path_(path == "-" ? "standard output" : path) {
  const Place place = Place::of(path);
  if (place.kind != Place::Kind::file) {
    fd_ = open_directly(place, path);
    return;
  }
  check_writable(path);
  target_ = place.target;
  remove_left_behind(target_);
  open_beside();
}

/// Someone who cleans up may take the file between its making and its locking: then another name is tried.
void Writer::open_beside() {
  struct stat old {};
  const bool there = ::stat(target_.c_str(), &old) == 0;
  for (int tries = 0;; ++tries) {
    beside_ = name_beside(target_);
    slot_ = remember(beside_);  // before there is such a file: a signal may come right behind its making
    fd_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, there ? 0600 : 0666);
    if (fd_ >= 0) {
      // A file system without locks (ENOLCK, EOPNOTSUPP) has nobody who would take the file for left behind.
      const bool locked = ::flock(fd_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
      if (locked && is_at(fd_, beside_)) break;
      ::close(std::exchange(fd_, -1));
      forget_beside();
      continue;
    }
    const int reason = errno;
    forget_beside();
    if (reason != EEXIST || tries == 100) fail_write(path_, reason);
  }
  if (there) keep_attributes(fd_, old);
}

void Writer::forget_beside() {
  if (slot_ < 0) return;
  Slot& slot = unfinished[static_cast<std::size_t>(std::exchange(slot_, -1))];
  slot.valid = false;
  slot.taken = false;
}

Writer::~Writer() {
  if (fd_ < 0) return;
  if (!beside_.empty()) ::unlink(beside_.c_str());
  ::close(fd_);
  forget_beside();
}

void Writer::append(std::string_view bytes) { write_all(fd_, bytes, path_); }

void Writer::commit() {
  if (beside_.empty()) {
    ::close(std::exchange(fd_, -1));
    return;
  }
  // The lock is held until the file has its name: nobody may take it for left behind. What a failed close would tell,
  // fsync has told.
  if (::fsync(fd_) != 0 || ::rename(beside_.c_str(), target_.c_str()) != 0) fail_write(path_, errno);
  ::close(std::exchange(fd_, -1));
  forget_beside();
  flush_folder(target_);
}

Lines::Lines(const std::string& path) : path_(path == "-" ? "standard output" : path) {
  const Place place = Place::of(path);
  if (place.kind != Place::Kind::file) {
    fd_ = open_directly(place, path);
    return;
  }
  check_writable(path);
  fd_ = ::open(place.target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd_ < 0) fail_write(path, errno);
}

Lines::~Lines() { ::close(fd_); }

void Lines::append(std::string_view bytes) { write_all(fd_, bytes, path_); }

void check_writable(const std::string& path) {
  if (path.empty()) throw Error("the name of the file to write is empty; give one");
  const Place place = Place::of(path);
  if (place.kind != Place::Kind::file) return;
  std::error_code ignored;
  if (fs::is_directory(place.target, ignored)) throw Error(text::cat(path, ": is a folder; name a file in it"));
  const fs::path folder = folder_of(place.target);
  if (!fs::is_directory(folder, ignored))
    throw Error(text::cat(path, ": there is no folder '", folder.string(), "'; make it first (mkdir -p)"));
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw Error(text::cat(path, ": the folder '", folder.string(), "' cannot be written to: ", std::strerror(errno)));
}

}  // namespace talweg::file
