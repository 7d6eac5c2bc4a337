#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

/// The state of a method as bytes: numbers with their lowest byte first on every machine, lengths before vectors.
namespace talweg {

namespace detail {
/// Between the order of this machine and that of the bytes; the same both ways.
template <class V> void order_bytes(V* values, std::size_t count) {
  if constexpr (std::endian::native == std::endian::big && sizeof(V) > 1)
    for (std::size_t i = 0; i < count; ++i) {
      auto* bytes = reinterpret_cast<std::byte*>(values + i);
      std::reverse(bytes, bytes + sizeof(V));
    }
}
}  // namespace detail

class StateWriter {
 public:
  template <class V> void number(V value) {
    detail::order_bytes(&value, 1);
    append(&value, sizeof value);
  }
  void text(std::string_view s) {
    number(std::uint64_t{s.size()});
    append(s.data(), s.size());
  }
  template <class V> void vector(std::span<const V> v) {
    number(std::uint64_t{v.size()});
    append(v.data(), v.size_bytes());
    if constexpr (std::endian::native == std::endian::big)
      for (std::size_t at = bytes_.size() - v.size_bytes(); at < bytes_.size(); at += sizeof(V))
        std::reverse(bytes_.begin() + std::ptrdiff_t(at), bytes_.begin() + std::ptrdiff_t(at + sizeof(V)));
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  void append(const void* from, std::size_t size) {
    const auto* begin = static_cast<const std::byte*>(from);
    bytes_.insert(bytes_.end(), begin, begin + size);
  }
  std::vector<std::byte> bytes_;
};

/// Reads what StateWriter wrote. Throws Error at the first byte that is missing or left over.
class StateReader {
 public:
  explicit StateReader(std::span<const std::byte> bytes) : bytes_(bytes), whole_(bytes.size()) {}
  template <class V> V number() {
    V value;
    copy(&value, sizeof value);
    detail::order_bytes(&value, 1);
    return value;
  }
  std::string text() {
    std::string s(length(1), '\0');
    copy(s.data(), s.size());
    return s;
  }
  template <class V> std::vector<V> vector() {
    std::vector<V> v(length(sizeof(V)));
    copy(v.data(), v.size() * sizeof(V));
    detail::order_bytes(v.data(), v.size());
    return v;
  }
  void finish() const {
    if (!bytes_.empty()) fail();
  }
  [[noreturn]] void fail() const {
    throw Error(text::cat("saved optimizer state is damaged at byte ", whole_ - bytes_.size(), " of ", whole_));
  }

 private:
  std::size_t length(std::size_t item) {
    const auto n = number<std::uint64_t>();
    if (n > bytes_.size() / item) fail();
    return static_cast<std::size_t>(n);
  }
  void copy(void* to, std::size_t size) {
    if (size > bytes_.size()) fail();
    if (size > 0) std::memcpy(to, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
  }
  std::span<const std::byte> bytes_;
  std::size_t whole_;
};

}  // namespace talweg
