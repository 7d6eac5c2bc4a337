#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg {

/// A table of named arrays in one file: what models and checkpoints are saved as. Little endian, no time stamps: the
/// same entries in the same order give the same bytes. Layout:
///   "talweg\r\n", u32 version, u32 entries, u64 bytes of the table, u32 checksum of table, u32 checksum of these 28
///   bytes table: for each entry u32 name length, name, u8 type, u8 rank, u64 shape[rank], u64 bytes, u32 checksum of
///   its bytes the bytes of each entry, in the order of the table u32 checksum of everything before
/// Reading refuses another version, a cut file and any changed byte, naming the file and the entry.
class TALWEG_API Archive {
 public:
  enum class Type : std::uint8_t { float32 = 1, float64 = 2, int64 = 3, text = 4 };
  struct Entry {
    std::string name;
    Type type;
    std::vector<std::uint64_t> shape;
    std::string bytes;
    bool operator==(const Entry&) const = default;
  };
  static constexpr std::uint32_t version = 1;
  static constexpr std::string_view magic = "talweg\r\n";

  /// A name may be put once. `shape` defaults to one axis; its product is the number of values.
  void put(std::string name, std::span<const float> values, std::vector<std::uint64_t> shape = {});
  void put(std::string name, std::span<const double> values, std::vector<std::uint64_t> shape = {});
  void put(std::string name, std::span<const std::int64_t> values, std::vector<std::uint64_t> shape = {});
  void put(std::string name, std::string_view text);
  void put(std::string name, double value) { put(std::move(name), std::span<const double>(&value, 1)); }
  void put(std::string name, std::int64_t value) { put(std::move(name), std::span<const std::int64_t>(&value, 1)); }
  /// Bytes that mean something to whoever put them.
  void put(std::string name, std::span<const std::byte> bytes);
  /// Texts in a row, each with its length before it.
  void put(std::string name, std::span<const std::string> texts);

  bool has(std::string_view name) const;
  const std::vector<Entry>& entries() const { return entries_; }
  /// Each throws when the entry is missing or of another type, with the name of the file.
  const Entry& entry(std::string_view name, Type type) const;
  std::vector<float> floats(std::string_view name) const;
  std::vector<double> doubles(std::string_view name) const;
  std::vector<std::int64_t> integers(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::vector<std::byte> raw(std::string_view name) const;
  double number(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  /// "model.talweg: damaged or foreign: entry 'x' …": for readers that find an entry wrong in itself or beside others.
  [[noreturn]] void fail(std::string_view name, std::string_view what) const;

  std::string bytes() const;
  void save(const std::string& path) const;
  /// `origin` is the file's name for messages.
  static Archive parse(std::string_view bytes, std::string origin);
  static Archive load(const std::string& path);
  static bool recognises(std::string_view bytes) { return bytes.starts_with(magic); }
  const std::string& origin() const { return origin_; }

  bool operator==(const Archive& other) const { return entries_ == other.entries_; }

 private:
  void add(std::string name, Type type, std::vector<std::uint64_t> shape, std::string bytes);

  void append(Entry entry);

  std::string origin_ = "archive";
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> places_;  ///< of entries, by name
};

}  // namespace talweg
