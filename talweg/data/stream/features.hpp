#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/data/reading.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data::stream {

/// Names of features by their place in the table, as far as they were seen: what `inspect` shows of a hashed model.
struct Names {
  std::vector<std::uint32_t> slots;
  std::vector<std::string> names;
  void save(Archive& archive) const;
  static Names load(const Archive& archive);
  bool operator==(const Names&) const = default;
};

/// Which place of the table a feature has. Place 0 is the bias, whose value is 1 in every row.
struct Features {
  Format format = Format::libsvm;
  int base = 1;             ///< libsvm: the number of the first feature
  int hash_bits = 0;        ///< 0: a feature is its number; else its name is hashed to one of 2^hash_bits places
  std::uint32_t limit = 0;  ///< numbered features: how many there may be; 0: as many as come
  std::vector<std::pair<std::string, std::string>> crosses;  ///< pairs of columns whose combinations are features too
  /// Delimited text only.
  char delimiter = ',';
  bool header = false;
  std::vector<std::string> columns;
  std::vector<Column::Kind> kinds;  ///< (columns) `ignored` carries nothing
  Reading reading;                  ///< what cells mean

  static constexpr std::uint32_t largest_index = (1u << 28) - 1;  ///< a table of 2 GB
  static constexpr int most_hash_bits = 30;

  bool hashed() const { return hash_bits > 0; }
  /// Places that the table needs from the start.
  std::size_t initial_size() const;
  std::size_t largest_place() const;  ///< that any row may have
  std::uint32_t slot_of_number(std::uint32_t number) const { return number - static_cast<std::uint32_t>(base) + 1; }
  /// "f17" for a numbered feature, "bias" for place 0, "#17" for a hashed one whose name is not known.
  std::string name_of(std::uint32_t slot) const;

  void save(Archive& archive) const;
  static Features load(const Archive& archive);
  bool operator==(const Features&) const = default;
};

/// FNV-1a, which goes on from any state, so that the hash of "city=" is computed once for a column.
struct Hash {
  std::uint64_t state = 0xcbf29ce484222325u;
  Hash& add(std::string_view text) {
    for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return *this;
  }
  /// The two names of a cross, in their order.
  static Hash cross(Hash a, Hash b) { return {a.mixed() * 0x9e3779b97f4a7c15u ^ b.mixed()}; }
  /// FNV's low bits are good and its high bits poor; this (the end of MurmurHash3) spreads them.
  std::uint64_t mixed() const {
    std::uint64_t h = state;
    h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
    h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
    return h ^ (h >> 33);
  }
  /// A place from 1 to 2^bits.
  std::uint32_t slot(int bits) const { return 1 + static_cast<std::uint32_t>(mixed() >> (64 - bits)); }
};

}  // namespace talweg::data::stream
