#include "talweg/base/file.hpp"

#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::file {

namespace {

namespace fs = std::filesystem;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// "did you mean 'iris.csv'?" from the names in the same folder.
std::string near_files(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (fs::directory_iterator entry(folder, ignored), end; entry != end && names.size() < 1000;
       entry.increment(ignored))
    names.push_back(entry->path().filename().string());
  const std::vector<std::string_view> views(names.begin(), names.end());
  return text::did_you_mean(path.filename().string(), views);
}

void write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      throw Error(text::cat(path, ": cannot be written: ", std::strerror(errno),
                            errno == ENOSPC ? "; free some space or choose another disk" : ""));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// The file that `path` stands for once symbolic links are followed, so that a rename replaces the file, not the link.
std::string resolved(const std::string& path) {
  std::error_code failed;
  if (!fs::is_symlink(path, failed)) return path;
  const fs::path real = fs::weakly_canonical(path, failed);
  return failed ? path : real.string();
}

bool is_special(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

/// Flushes the folder, so that the new name survives a power cut; not every file system can, and that is no error.
void flush_folder(const std::string& path) {
  const fs::path folder = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : fs::path(".");
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() >= 0) ::fsync(fd.get());
}

}  // namespace

void fail_open(const std::string& path, int error) {
  if (error == ENOENT) {
    const std::string hint = near_files(path);
    throw Error(text::cat(path, ": no such file", hint.empty() ? "" : "; ", hint));
  }
  throw Error(text::cat(path, ": cannot be opened: ", std::strerror(error)));
}

std::string read(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) fail_open(path, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) fail_open(path, errno);
  if (S_ISDIR(info.st_mode)) throw Error(text::cat(path, ": is a folder; name a file in it"));
  std::string bytes(S_ISREG(info.st_mode) ? static_cast<std::size_t>(info.st_size) + 1 : 1 << 16, '\0');
  std::size_t size = 0;
  for (;;) {
    if (size == bytes.size()) bytes.resize(2 * bytes.size());
    const ssize_t n = ::read(fd.get(), bytes.data() + size, bytes.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(text::cat(path, ": cannot be read: ", std::strerror(errno)));
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  bytes.resize(size);
  if (bytes.starts_with("\x1f\x8b")) return gunzip(bytes, path);
  return bytes;
}

std::string gunzip(std::string_view compressed, const std::string& name) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw Error(text::cat(name, ": not enough memory to decompress"));
  struct End {
    z_stream* stream;
    ~End() { inflateEnd(stream); }
  } const end{&stream};
  std::string out(4 * compressed.size() + 1024, '\0');
  std::size_t size = 0, taken = 0;
  for (;;) {
    if (size == out.size()) out.resize(2 * out.size());
    const std::size_t room = std::min<std::size_t>(out.size() - size, UINT_MAX);
    const std::size_t input = std::min<std::size_t>(compressed.size() - taken, UINT_MAX);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data() + taken));
    stream.avail_in = static_cast<uInt>(input);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
    stream.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream, Z_NO_FLUSH);
    taken += input - stream.avail_in;
    size += room - stream.avail_out;
    if (result == Z_STREAM_END) {
      if (compressed.find_first_not_of('\0', taken) == std::string_view::npos) break;
      if (!compressed.substr(taken).starts_with("\x1f\x8b"))
        throw Error(text::cat(name, ": something that is not gzip follows the compressed data at byte ", taken,
                              "; compress the file again"));
      inflateReset(&stream);
    } else if (result == Z_OK || (result == Z_BUF_ERROR && stream.avail_out == 0)) {
      if (taken == compressed.size() && stream.avail_out != 0)
        throw Error(text::cat(name, ": the compressed data is truncated at byte ", taken,
                              "; copy or download the file again (gzip -t tests it)"));
    } else if (result == Z_BUF_ERROR) {
      throw Error(text::cat(name, ": the compressed data is truncated at byte ", taken,
                            "; copy or download the file again (gzip -t tests it)"));
    } else {
      throw Error(text::cat(name, ": the compressed data is damaged near byte ", taken,
                            "; copy or download the file again (gzip -t tests it)"));
    }
  }
  out.resize(size);
  return out;
}

void write(const std::string& path, std::string_view bytes) {
  Writer writer(path);
  writer.append(bytes);
  writer.commit();
}

Writer::Writer(const std::string& path) : path_(path) {
  if (is_special(path)) {
    fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd_ < 0) fail_open(path, errno);
    return;
  }
  check_writable(path);
  target_ = resolved(path);
  beside_ = text::cat(target_, ".tmp-", ::getpid());
  struct stat old {};
  const mode_t mode = ::stat(target_.c_str(), &old) == 0 ? old.st_mode & 07777 : 0666;
  fd_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd_ < 0) throw Error(text::cat(path, ": cannot be written: ", std::strerror(errno)));
}

Writer::~Writer() {
  if (fd_ < 0) return;
  ::close(fd_);
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

void Writer::append(std::string_view bytes) { write_all(fd_, bytes, path_); }

void Writer::commit() {
  const bool special = beside_.empty();
  if (!special && ::fsync(fd_) != 0) throw Error(text::cat(path_, ": cannot be written: ", std::strerror(errno)));
  // Some file systems report a failed write only when the file is closed.
  const bool closed = ::close(std::exchange(fd_, -1)) == 0;
  if (special) return;
  if (!closed || ::rename(beside_.c_str(), target_.c_str()) != 0) {
    const int why = errno;
    ::unlink(beside_.c_str());
    throw Error(text::cat(path_, ": cannot be written: ", std::strerror(why)));
  }
  flush_folder(target_);
}

void check_writable(const std::string& path) {
  if (path.empty()) throw Error("the name of the file to write is empty; give one");
  if (is_special(path)) return;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw Error(text::cat(path, ": is a folder; name a file in it"));
  const fs::path target = resolved(path);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, ignored))
    throw Error(text::cat(path, ": there is no folder '", folder.string(), "'; make it first (mkdir -p)"));
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    throw Error(text::cat(path, ": the folder '", folder.string(), "' cannot be written to: ", std::strerror(errno)));
}

}  // namespace talweg::file
