#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include "talweg/tensor/tensor.hpp"

namespace talweg::autodiff {

/// Memory handed out from the front and taken back all at once. Blocks stay where they are and are used again, so a
/// training step allocates nothing after the first.
template <class T> class Arena {
 public:
  /// `count` elements on a 64-byte boundary, not initialised.
  T* take(std::int64_t count) {
    const auto wanted = (static_cast<std::size_t>(count) + padding - 1) / padding * padding;
    while (current_ < blocks_.size() && used_ + wanted > blocks_[current_].size()) ++current_, used_ = 0;
    if (current_ == blocks_.size()) {
      const std::size_t last = blocks_.empty() ? 0 : blocks_.back().size();
      blocks_.emplace_back(std::max({wanted, 2 * last, std::size_t{4096}}));
      used_ = 0;
    }
    T* start = blocks_[current_].data() + used_;
    used_ += wanted;
    return start;
  }
  /// Takes everything back.
  void clear() { current_ = used_ = 0; }

 private:
  static constexpr std::size_t padding = 64 / sizeof(T);
  std::vector<AlignedVector<T>> blocks_;
  std::size_t current_ = 0, used_ = 0;
};

}  // namespace talweg::autodiff
