#include "talweg/base/file.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
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
  refuse_packed(bytes, path);
  return bytes;
}

namespace {

/// A zip archive as NumPy writes it: its first member is an array.
bool holds_arrays(std::string_view bytes) {
  constexpr std::size_t header = 30, length_at = 26;
  if (!bytes.starts_with("PK\x03\x04") || bytes.size() < header) return false;
  const auto length = static_cast<unsigned char>(bytes[length_at]);
  return bytes.substr(header, length).ends_with(".npy");
}

}  // namespace

void refuse_packed(std::string_view bytes, const std::string& name) {
  using namespace std::string_view_literals;
  struct Kind {
    std::string_view magic, words, fix;
  };
  constexpr std::string_view unpack = "unpack it and name a file of it";
  constexpr Kind kinds[] = {{"\xfd"
                             "7zXZ\0"sv,
                             "compressed with xz", "undo it first (xz -dk), or use gzip"},
                            {"\x28\xb5\x2f\xfd"sv, "compressed with zstd", "undo it first (zstd -d), or use gzip"},
                            {"BZh"sv, "compressed with bzip2", "undo it first (bzip2 -dk), or use gzip"},
                            {"\x04\x22\x4d\x18"sv, "compressed with lz4", "undo it first (lz4 -d), or use gzip"},
                            {"PK\x03\x04"sv, "a zip archive or spreadsheet, not text", "export it as CSV"},
                            {"7z\xbc\xaf\x27\x1c"sv, "a 7z archive", unpack},
                            {"Rar!\x1a\x07"sv, "a rar archive", unpack},
                            {"PAR1"sv, "a Parquet file", "export it as CSV"},
                            {"\x89HDF\r\n"sv, "an HDF5 file", "export it as CSV"}};
  for (const Kind& kind : kinds) {
    const bool digit = kind.magic != "BZh" || (bytes.size() > 3 && bytes[3] >= '1' && bytes[3] <= '9');
    if (bytes.starts_with(kind.magic) && digit && !holds_arrays(bytes))
      throw Error(text::cat(name, ": is ", kind.words, "; ", kind.fix));
  }
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
      // Zeros fill tapes up, behind a member and between two.
      taken = compressed.find_first_not_of('\0', taken);
      if (taken == std::string_view::npos) break;
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

}  // namespace talweg::file
