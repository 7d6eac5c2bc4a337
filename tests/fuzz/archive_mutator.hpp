#pragma once
#include <algorithm>
#include <bit>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "talweg/base/archive.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

/// Changes to archives that keep their checksums right. Included by the targets that read archives.
namespace talweg::fuzz {

class ArchiveMutator {
 public:
  explicit ArchiveMutator(unsigned seed) : random_(seed) {}

  std::string operator()(const Archive& from) {
    auto entries = from.entries();
    const std::size_t changes = 1 + random_() % 3;
    for (std::size_t i = 0; i < changes && !entries.empty(); ++i) change(entries);
    Archive out;
    for (const auto& e : entries)
      if (!out.has(e.name)) put(out, e);
    return out.bytes();
  }

 private:
  using Entries = std::vector<Archive::Entry>;

  static std::size_t size_of(Archive::Type type) {
    return type == Archive::Type::text ? 1 : type == Archive::Type::float32 ? 4 : 8;
  }

  void change(Entries& entries) {
    Archive::Entry& e = entries[random_() % entries.size()];
    switch (random_() % 8) {
      case 0:
        entries.erase(entries.begin() + (&e - entries.data()));
        return;
      case 1:
        e.name += static_cast<char>('a' + random_() % 26);
        return;
      case 2:
        e.type = static_cast<Archive::Type>(1 + random_() % 4);
        return;
      case 3:
        e.bytes.resize(e.bytes.size() / 2);
        return;
      case 4:
        e.bytes += e.bytes;
        return;
      case 5:
        put_telling_number(e);
        return;
      default:
        change_bytes(e);
    }
  }

  void change_bytes(Archive::Entry& e) {
    const std::size_t most = e.bytes.size() + 16;
    std::vector<std::uint8_t> buffer(most);
    std::memcpy(buffer.data(), e.bytes.data(), e.bytes.size());
    const std::size_t size = LLVMFuzzerMutate(buffer.data(), e.bytes.size(), most);
    e.bytes.assign(reinterpret_cast<const char*>(buffer.data()), size);
  }

  /// A number at the edge of what its type holds in the place of one that is there.
  void put_telling_number(Archive::Entry& e) {
    const std::size_t size = size_of(e.type);
    if (e.bytes.size() < size || e.type == Archive::Type::text) return change_bytes(e);
    static constexpr std::int64_t whole[] = {0,  1,       -1,      2,         31,        63,
                                             64, 1 << 20, 1 << 28, INT64_MAX, INT64_MIN, 1LL << 31};
    static constexpr double real[] = {
        0.0, -0.0, 1e308, -1e308, 5e-324, __builtin_inf(), -__builtin_inf(), __builtin_nan("")};
    const std::size_t at = random_() % (e.bytes.size() / size) * size;
    if (e.type == Archive::Type::int64) {
      const std::int64_t v = whole[random_() % std::size(whole)];
      std::memcpy(e.bytes.data() + at, &v, sizeof v);
    } else if (e.type == Archive::Type::float64) {
      const double v = real[random_() % std::size(real)];
      std::memcpy(e.bytes.data() + at, &v, sizeof v);
    } else {
      const auto v = static_cast<float>(real[random_() % std::size(real)]);
      std::memcpy(e.bytes.data() + at, &v, sizeof v);
    }
  }

  template <class T> static std::vector<T> numbers(const std::string& bytes) {
    std::vector<T> out(bytes.size() / sizeof(T));
    if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(T));
    return out;
  }
  static void put(Archive& out, const Archive::Entry& e) {
    if (e.type == Archive::Type::text) out.put(e.name, std::string_view(e.bytes));
    if (e.type == Archive::Type::int64) out.put(e.name, std::span<const std::int64_t>(numbers<std::int64_t>(e.bytes)));
    if (e.type == Archive::Type::float64) out.put(e.name, std::span<const double>(numbers<double>(e.bytes)));
    if (e.type == Archive::Type::float32) out.put(e.name, std::span<const float>(numbers<float>(e.bytes)));
  }

  std::minstd_rand random_;
};

/// For LLVMFuzzerCustomMutator: most changes keep the form of the archive, some do not.
inline std::size_t mutate_archive(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  if (seed % 16 == 0) return LLVMFuzzerMutate(data, size, max_size);
  try {
    const std::string bytes = ArchiveMutator(seed)(Archive::parse(text_of(data, size), "seed"));
    if (bytes.size() > max_size) return size;
    std::memcpy(data, bytes.data(), bytes.size());
    return bytes.size();
  } catch (const Error&) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
}

}  // namespace talweg::fuzz
