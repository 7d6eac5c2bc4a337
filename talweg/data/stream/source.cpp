#include "talweg/data/stream/source.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/stream/table_source.hpp"

namespace talweg::data::stream {

namespace {

constexpr std::size_t compressed_block = 1 << 16;

/// A descriptor that is closed with its owner; standard input is left open.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class PlainSource final : public Source {
 public:
  PlainSource(std::string name, int fd) : Source(std::move(name)), fd_(fd) {
    struct stat info {};
    if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) total_ = static_cast<std::uint64_t>(info.st_size);
    if (total_ > 0) ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  }

  std::size_t read(char* to, std::size_t size) override {
    std::size_t done = 0;
    while (done < size && pushed_at_ < pushed_.size()) to[done++] = pushed_[pushed_at_++];
    while (done < size) {
      const ssize_t n = ::read(fd_.get(), to + done, size - done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw Error(text::cat(name_, ": cannot be read: ", std::strerror(errno)));
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    taken_ += done;
    return done;
  }

  void skip(std::uint64_t count) override {
    if (total_ == 0) return Source::skip(count);
    const std::uint64_t offset = taken_ + count;
    if (offset > total_) throw Error(text::cat(name_, ": ends before byte ", offset, "; it has changed"));
    pushed_.clear();
    pushed_at_ = 0;
    taken_ = offset;
    if (::lseek(fd_.get(), static_cast<off_t>(offset), SEEK_SET) < 0)
      throw Error(text::cat(name_, ": cannot be read from byte ", offset, ": ", std::strerror(errno)));
  }

  std::uint64_t taken() const override { return taken_; }
  std::uint64_t total() const override { return total_; }

  /// The first bytes, which `read` gives again.
  std::string peek(std::size_t size) {
    std::string first(size, '\0');
    first.resize(read(first.data(), size));
    pushed_ = first;
    pushed_at_ = 0;
    taken_ = 0;
    return first;
  }

 private:
  Descriptor fd_;
  std::string pushed_;
  std::size_t pushed_at_ = 0;
  std::uint64_t taken_ = 0, total_ = 0;
};

/// Undoes gzip, member after member.
class GzipSource final : public Source {
 public:
  explicit GzipSource(std::unique_ptr<PlainSource> file)
      : Source(file->name()), file_(std::move(file)), in_(compressed_block) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw Error(text::cat(name_, ": not enough memory to decompress"));
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  std::size_t read(char* to, std::size_t size) override {
    std::size_t done = 0;
    while (done < size && !ended_) {
      const bool more = stream_.avail_in > 0 || refill();
      const std::size_t room = std::min<std::size_t>(size - done, UINT_MAX);
      stream_.next_out = reinterpret_cast<Bytef*>(to + done);
      stream_.avail_out = static_cast<uInt>(room);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      done += room - stream_.avail_out;
      if (result == Z_STREAM_END)
        next_member();
      else if (!more && stream_.avail_out == room)
        throw Error(text::cat(name_, ": the compressed data is truncated at byte ", file_->taken(),
                              "; copy or download the file again (gzip -t tests it)"));
      else if (result != Z_OK && result != Z_BUF_ERROR)
        throw Error(text::cat(name_, ": the compressed data is damaged near byte ", file_->taken() - stream_.avail_in,
                              "; copy or download the file again (gzip -t tests it)"));
    }
    return done;
  }
  std::uint64_t taken() const override { return file_->taken(); }
  std::uint64_t total() const override { return file_->total(); }

 private:
  bool refill() {
    const std::size_t n = file_->read(in_.data(), in_.size());
    stream_.next_in = reinterpret_cast<Bytef*>(in_.data());
    stream_.avail_in = static_cast<uInt>(n);
    return n > 0;
  }

  /// Behind a member: another one, or nothing but zeros.
  void next_member() {
    for (;;) {
      while (stream_.avail_in > 0 && *stream_.next_in == 0) ++stream_.next_in, --stream_.avail_in;
      if (stream_.avail_in > 0) break;
      if (!refill()) {
        ended_ = true;
        return;
      }
    }
    if (*stream_.next_in != 0x1f)
      throw Error(text::cat(name_, ": something that is not gzip follows the compressed data at byte ",
                            file_->taken() - stream_.avail_in, "; compress the file again"));
    inflateReset(&stream_);
  }

  std::unique_ptr<PlainSource> file_;
  std::vector<char> in_;
  z_stream stream_{};
  bool ended_ = false;
};

}  // namespace

void Source::skip(std::uint64_t count) {
  std::vector<char> away(compressed_block);
  while (count > 0) {
    const std::size_t n = read(away.data(), std::min<std::uint64_t>(away.size(), count));
    if (n == 0) throw Error(text::cat(name_, ": ends ", count, " bytes too early; it has changed"));
    count -= n;
  }
}

std::unique_ptr<Source> Source::open(const Input& input) {
  if (input.table()) return std::make_unique<TableSource>(input.table());
  const std::string& path = input.path();
  int fd = STDIN_FILENO;
  if (path != "-") {
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) file::fail_open(path, errno);
  }
  auto file = std::make_unique<PlainSource>(input.name(), fd);
  struct stat info {};
  if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode))
    throw Error(text::cat(path, ": is a folder; name a file in it"));
  constexpr std::size_t longest_magic = 8;
  const std::string first = file->peek(longest_magic);
  if (first.starts_with("\x1f\x8b")) return std::make_unique<GzipSource>(std::move(file));
  file::refuse_packed(first, file->name());
  return file;
}

}  // namespace talweg::data::stream
