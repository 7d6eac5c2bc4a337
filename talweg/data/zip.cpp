#include "talweg/data/zip.hpp"

#include <cstdint>

#include <zlib.h>

#include "talweg/base/checksum.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

constexpr std::uint64_t largest = std::uint64_t{1} << 36;  // of a member, unpacked

/// Numbers of an archive, little-endian.
class Bytes {
 public:
  Bytes(std::string_view bytes, const std::string& origin) : bytes_(bytes), origin_(origin) {}

  std::string_view take(std::uint64_t at, std::uint64_t count) const {
    if (at > bytes_.size() || count > bytes_.size() - at) fail();
    return bytes_.substr(at, count);
  }
  std::uint64_t number(std::uint64_t at, int size) const {
    std::uint64_t value = 0;
    const auto taken = take(at, static_cast<std::uint64_t>(size));
    for (int k = size - 1; k >= 0; --k)
      value = value << 8 | static_cast<unsigned char>(taken[static_cast<std::size_t>(k)]);
    return value;
  }
  std::size_t size() const { return bytes_.size(); }
  /// Where the directory ends: the last mark of it.
  std::uint64_t end_of_directory() const {
    const auto at = bytes_.rfind("PK\x05\x06");
    if (at == bytes_.npos) fail();
    return at;
  }
  [[noreturn]] void fail() const {
    throw Error(text::cat(origin_, ": the archive is damaged or ends too early; copy or write the file again"));
  }

 private:
  std::string_view bytes_;
  const std::string& origin_;
};

std::string inflate_raw(std::string_view packed, std::uint64_t size, const Bytes& archive) {
  std::string out(size, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) archive.fail();
  std::size_t in = 0, done = 0;
  int result = Z_OK;
  while (result == Z_OK) {  // zlib counts in 32 bits
    constexpr std::size_t piece = std::size_t{1} << 30;
    const auto given = static_cast<uInt>(std::min(piece, packed.size() - in));
    const auto room = static_cast<uInt>(std::min(piece, out.size() - done));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + in));
    stream.avail_in = given;
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
    stream.avail_out = room;
    result = inflate(&stream, Z_NO_FLUSH);
    in += given - stream.avail_in;
    done += room - stream.avail_out;
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END || done != out.size()) archive.fail();
  return out;
}

struct Entry {
  std::uint64_t method, checksum, packed, size, at;
};

/// Sizes of 4 GB and more stand in a field of their own (zip64).
void read_wide(const Bytes& b, std::uint64_t at, std::uint64_t count, Entry& e) {
  constexpr std::uint64_t elsewhere = 0xffffffff, wide = 1;
  for (const std::uint64_t end = at + count; at + 4 <= end;) {
    const std::uint64_t kind = b.number(at, 2), length = b.number(at + 2, 2);
    std::uint64_t field = at + 4;
    if (kind == wide)
      for (std::uint64_t* value : {&e.size, &e.packed, &e.at})
        if (*value == elsewhere) *value = b.number(field, 8), field += 8;
    at += 4 + length;
  }
}

}  // namespace

std::vector<ZipMember> unzip(std::string_view archive, const std::string& origin) {
  const Bytes b(archive, origin);
  const std::uint64_t end = b.end_of_directory();
  std::uint64_t at = b.number(end + 16, 4);
  if (at == 0xffffffff) at = b.number(b.number(end - 12, 8) + 48, 8);  // by way of the zip64 locator
  std::vector<ZipMember> members;
  while (b.take(at, 4) == "PK\x01\x02") {
    Entry e{b.number(at + 10, 2), b.number(at + 16, 4), b.number(at + 20, 4), b.number(at + 24, 4),
            b.number(at + 42, 4)};
    const std::uint64_t name = b.number(at + 28, 2), extra = b.number(at + 30, 2), comment = b.number(at + 32, 2);
    read_wide(b, at + 46 + name, extra, e);
    ZipMember& member = members.emplace_back(ZipMember{std::string(b.take(at + 46, name)), {}});
    const std::uint64_t begin = e.at + 30 + b.number(e.at + 26, 2) + b.number(e.at + 28, 2);
    const std::string_view packed = b.take(begin, e.packed);
    if ((e.method != 0 && e.method != 8) || e.size > largest)
      throw Error(text::cat(origin, ": ", text::shown(member.name),
                            " is packed in a way that is not read; write the file with numpy.savez"));
    member.bytes = e.method == 0 ? std::string(packed) : inflate_raw(packed, e.size, b);
    if (checksum(member.bytes) != e.checksum) b.fail();
    at += 46 + name + extra + comment;
  }
  return members;
}

}  // namespace talweg::data
