#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace talweg {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Sha256 {
 public:
  void add(std::string_view bytes);
  /// As little-endian doubles, on every machine.
  void add(std::span<const double> numbers);
  /// The digest of all that was added. More may be added afterwards.
  std::array<std::uint8_t, 32> digest() const;
  std::string hex() const;  ///< the digest in 64 hex digits

  /// Where it stands, as 104 bytes, to go on from later.
  std::string save() const;
  /// Goes on from there. False, and nothing has changed, for bytes that `save` does not write.
  bool load(std::string_view bytes);

 private:
  void absorb(const unsigned char* block);

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> block_{};
  std::uint64_t length_ = 0;  ///< bytes so far
};

}  // namespace talweg
