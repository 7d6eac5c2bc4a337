#pragma once
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "talweg/base/random.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

enum class Order { shuffled, as_in_file };

/// Deals the rows 0 … rows − 1 out in mini-batches, shuffled anew for each epoch or as they stand. The order is a
/// function of seed and epoch alone, so any epoch can be taken up again. The last batch of an epoch may be short.
class Batches {
 public:
  Batches(std::size_t rows, std::size_t size, std::uint64_t seed, Order order = Order::shuffled)
      : order_(rows),
        size_(std::clamp<std::size_t>(size, 1, std::max<std::size_t>(rows, 1))),
        seed_(seed),
        kind_(order) {
    start_epoch(0);
  }

  void start_epoch(std::uint64_t epoch) {
    std::iota(order_.begin(), order_.end(), 0u);
    // One batch holds all rows: their order would only change the rounding.
    if (kind_ == Order::shuffled && size_ < order_.size())
      Random((seed_ ^ stream) + epoch * stride).shuffle(std::span(order_));
    dealt_ = 0;
  }
  /// The rows of the next batch; empty at the end of the epoch.
  std::span<const std::uint32_t> next() {
    const std::size_t count = std::min(size_, order_.size() - dealt_);
    dealt_ += count;
    return std::span(order_).subspan(dealt_ - count, count);
  }
  /// The last `count` rows that were dealt, until the next epoch starts.
  std::span<const std::uint32_t> dealt_last(std::size_t count) const {
    return std::span(order_).subspan(dealt_ - count, count);
  }
  std::size_t left() const { return order_.size() - dealt_; }  ///< rows of this epoch that were not dealt yet
  std::size_t size() const { return size_; }
  std::size_t per_epoch() const { return (order_.size() + size_ - 1) / size_; }

 private:
  static constexpr std::uint64_t stream = 0x4f72646572u << 20;  // apart from what else is drawn from the same seed
  static constexpr std::uint64_t stride =
      0xd1342543de82ef95u;  // odd, and not the stride of the generator's own seeding

  std::vector<std::uint32_t> order_;
  std::size_t size_, dealt_ = 0;
  std::uint64_t seed_;
  Order kind_;
};

/// Copies the listed rows of matrix (all, width) to out (rows.size(), width).
template <class T>
void gather(std::span<const T> matrix, std::size_t width, std::span<const std::uint32_t> rows, std::span<T> out) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(matrix.begin() + static_cast<std::ptrdiff_t>(rows[i] * width), width,
                out.begin() + static_cast<std::ptrdiff_t>(i * width));
}

/// The same of sparse rows that are not shifted; `out` keeps its memory.
inline void gather(const SparseRows& all, std::span<const std::uint32_t> rows, SparseRows& out) {
  out.width = all.width;
  out.starts.assign(1, 0);
  for (const auto r : rows) out.starts.push_back(out.starts.back() + (all.starts[r + 1] - all.starts[r]));
  out.columns.resize(out.starts.back());
  out.values.resize(all.values.empty() ? 0 : out.columns.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {  // a plain loop: rows are short, and their cells far from each other
    const std::size_t from = all.starts[rows[i]], to = out.starts[i], count = out.starts[i + 1] - to;
    for (std::size_t k = 0; k < count; ++k) out.columns[to + k] = all.columns[from + k];
    if (!all.values.empty())
      for (std::size_t k = 0; k < count; ++k) out.values[to + k] = all.values[from + k];
  }
}

}  // namespace talweg::data
