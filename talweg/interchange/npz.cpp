#include <bit>
#include <cstdint>
#include <span>

#include "talweg/base/checksum.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/interchange/utf8.hpp"
#include "talweg/interchange/write.hpp"

namespace talweg::interchange {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

namespace {

template <class T> std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

void append(std::string& out, std::uint32_t value, int bytes) {
  for (int k = 0; k < bytes; ++k) out += static_cast<char>(value >> 8 * k);
}

/// NPY format 1.0: magic, version, length of the header, a dict of Python, blanks up to a multiple of 64, the numbers.
std::string npy(std::string_view type, const std::vector<std::uint64_t>& shape, std::string_view numbers) {
  std::string dict = text::cat("{'descr': '", type, "', 'fortran_order': False, 'shape': (");
  for (const auto n : shape) dict += text::cat(n, ",");
  dict += "), }";
  constexpr std::size_t before = 10, unit = 64;
  dict.append(unit - (before + dict.size() + 1) % unit, ' ');
  dict += '\n';
  std::string out = "\x93NUMPY\x01";
  out += '\0';
  append(out, static_cast<std::uint32_t>(dict.size()), 2);
  return out + dict + std::string(numbers);
}

std::string npy(const Array& array) {
  struct Of {
    const Array& array;
    std::string operator()(const std::vector<float>& v) const { return npy("<f4", array.shape, bytes_of<float>(v)); }
    std::string operator()(const std::vector<double>& v) const { return npy("<f8", array.shape, bytes_of<double>(v)); }
    std::string operator()(const std::vector<std::int64_t>& v) const {
      return npy("<i8", array.shape, bytes_of<std::int64_t>(v));
    }
  };
  return std::visit(Of{array}, array.values);
}

std::string npy(std::string_view utf8) {
  const std::u32string text = decode_utf8(utf8).value();
  return npy(text::cat("<U", text.size()), {}, bytes_of<char32_t>(text));
}

/// A zip whose members are stored as they are.
class Zip {
 public:
  explicit Zip(const Sink& sink) : sink_(sink) {}

  void add(const std::string& name, std::string_view bytes) {
    std::string same;             // in both headers
    append(same, 20, 2);          // version of the format that reading needs
    append(same, 0, 2);           // flags
    append(same, 0, 2);           // stored
    append(same, 0, 2);           // midnight
    append(same, 1 << 5 | 1, 2);  // of 1 January 1980, the first day that zip knows
    append(same, checksum(bytes), 4);
    append(same, static_cast<std::uint32_t>(bytes.size()), 4);  // as stored
    append(same, static_cast<std::uint32_t>(bytes.size()), 4);
    append(same, static_cast<std::uint32_t>(name.size()), 2);
    append(same, 0, 2);  // no extra field
    directory_ += "PK\x01\x02";
    append(directory_, 20, 2);
    directory_ += same;
    append(directory_, 0, 2);  // no comment
    append(directory_, 0, 2);  // disk
    append(directory_, 0, 2);  // of no known kind inside
    append(directory_, 0, 4);  // and outside
    append(directory_, static_cast<std::uint32_t>(at_), 4);
    directory_ += name;
    ++members_;
    put("PK\x03\x04" + same + name);
    put(bytes);
  }

  void finish() {
    std::string end = "PK\x05\x06";
    append(end, 0, 4);  // disks
    append(end, members_, 2);
    append(end, members_, 2);
    append(end, static_cast<std::uint32_t>(directory_.size()), 4);
    append(end, static_cast<std::uint32_t>(at_), 4);
    append(end, 0, 2);  // no comment
    put(directory_ + end);
  }

 private:
  void put(std::string_view bytes) {
    sink_(bytes);
    at_ += bytes.size();
  }

  const Sink& sink_;
  std::uint64_t at_ = 0;
  std::uint32_t members_ = 0;
  std::string directory_;
};

}  // namespace

void write_npz(const Contents& contents, const Sink& sink) {
  const std::string about = npy(contents.json());
  constexpr std::uint64_t most = 0xffffffff, around_member = 1024;
  std::uint64_t size = about.size() + around_member;
  for (const Array& array : contents.arrays)
    size += around_member + std::visit([](const auto& v) { return std::span(v).size_bytes(); }, array.values);
  if (size > most) throw Error("an .npz of this model would have more than 4 GB, the most of a plain zip; write JSON");
  Zip zip(sink);
  zip.add("about.npy", about);
  for (const Array& array : contents.arrays) zip.add(array.name + ".npy", npy(array));
  zip.finish();
}

}  // namespace talweg::interchange
