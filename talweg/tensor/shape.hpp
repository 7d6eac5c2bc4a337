#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "talweg/base/export.hpp"

namespace talweg {

/// The extents of a dense row-major array, at most four of them. A scalar has the shape (1).
class TALWEG_API Shape {
 public:
  static constexpr int max_rank = 4;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> extents) : Shape(std::span(extents.begin(), extents.size())) {}
  /// Throws Error for more than four extents, or a negative one.
  explicit Shape(std::span<const std::int64_t> extents);

  int rank() const { return rank_; }
  std::int64_t operator[](int axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  /// The number of elements; 0 for the empty shape.
  std::int64_t size() const {
    std::int64_t product = rank_ == 0 ? 0 : 1;
    for (int i = 0; i < rank_; ++i) product *= (*this)[i];
    return product;
  }
  /// An array is a list of rows: the last extent is the length of a row, all others together are their number.
  std::int64_t columns() const { return rank_ == 0 ? 0 : (*this)[rank_ - 1]; }
  std::int64_t rows() const {
    std::int64_t product = rank_ == 0 ? 0 : 1;
    for (int i = 0; i + 1 < rank_; ++i) product *= (*this)[i];
    return product;
  }
  std::string to_string() const;  ///< "(32, 64)"

  bool operator==(const Shape&) const = default;

 private:
  std::array<std::int64_t, max_rank> extents_{};
  int rank_ = 0;
};

}  // namespace talweg
