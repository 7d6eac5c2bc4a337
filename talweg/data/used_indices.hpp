#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace talweg::data {

/// Which of many indices occur, and the place of each among those that do. Memory is a bit for each possible index,
/// 34 MB for the largest that libsvm rows may have, where a number for each would be a gigabyte.
class UsedIndices {
 public:
  explicit UsedIndices(std::span<const std::uint32_t> indices) {
    std::uint32_t largest = 0;
    for (const auto i : indices) largest = i > largest ? i : largest;
    bits_.resize(largest / 64 + 1);
    for (const auto i : indices) bits_[i / 64] |= std::uint64_t{1} << i % 64;
    before_.reserve(bits_.size());
    for (const auto word : bits_) {
      before_.push_back(static_cast<std::uint32_t>(size_));
      size_ += static_cast<std::size_t>(std::popcount(word));
    }
  }
  std::size_t size() const { return size_; }
  bool has(std::uint32_t index) const {
    return index / 64 < bits_.size() && (bits_[index / 64] >> index % 64 & 1) != 0;
  }
  /// Among the indices that occur, in their order; only for one that does.
  std::size_t place(std::uint32_t index) const {
    const std::uint64_t lower = bits_[index / 64] & ((std::uint64_t{1} << index % 64) - 1);
    return before_[index / 64] + static_cast<std::size_t>(std::popcount(lower));
  }
  /// All that occur, rising.
  std::vector<std::uint32_t> list() const {
    std::vector<std::uint32_t> out;
    out.reserve(size_);
    for (std::size_t w = 0; w < bits_.size(); ++w)
      for (std::uint64_t word = bits_[w]; word != 0; word &= word - 1)
        out.push_back(static_cast<std::uint32_t>(64 * w) + static_cast<std::uint32_t>(std::countr_zero(word)));
    return out;
  }

 private:
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint32_t> before_;  ///< how many occur below each word of bits_
  std::size_t size_ = 0;
};

}  // namespace talweg::data
