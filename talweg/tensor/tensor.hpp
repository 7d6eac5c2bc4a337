#pragma once
#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/tensor/shape.hpp"

namespace talweg {

namespace detail {
/// Throws Error: `count` numbers do not fill `shape`.
[[noreturn]] TALWEG_API void throw_wrong_count(const Shape& shape, std::int64_t count);
}  // namespace detail

/// A dense row-major array that somebody else owns: a pointer and a shape. View<const T> may not be written through.
template <class T> class View {
 public:
  View() = default;
  View(T* data, Shape shape) : data_(data), shape_(shape) {}
  /// A View<T> is also a View<const T>.
  template <class U>
  requires(std::is_const_v<T>&& std::is_same_v<const U, T> && !std::is_const_v<U>) View(const View<U>& other)
      : data_(other.data()), shape_(other.shape()) {}

  T* data() const { return data_; }
  const Shape& shape() const { return shape_; }
  std::int64_t size() const { return shape_.size(); }
  std::int64_t rows() const { return shape_.rows(); }
  std::int64_t columns() const { return shape_.columns(); }
  bool empty() const { return data_ == nullptr; }

  T& operator[](std::int64_t i) const { return data_[i]; }
  T& operator()(std::int64_t row, std::int64_t column) const { return data_[row * columns() + column]; }
  T* begin() const { return data_; }
  T* end() const { return data_ + size(); }
  std::span<T> span() const { return {data_, static_cast<std::size_t>(size())}; }
  /// Rows first … first + count − 1, as a matrix.
  View row_range(std::int64_t first, std::int64_t count) const {
    return {data_ + first * columns(), Shape{count, columns()}};
  }

 private:
  T* data_ = nullptr;
  Shape shape_;
};

/// Memory on 64-byte boundaries: a cache line, and the widest vector register.
template <class T> struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U> AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* p, std::size_t) { ::operator delete (p, std::align_val_t{64}); }
  bool operator==(const AlignedAllocator&) const = default;
};
template <class T> using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// A dense row-major array of float or double that owns its memory.
///   talweg::Tensor x({4, 1}, {1, 2, 3, 4});
template <class T = double> class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(Shape shape) : shape_(shape), values_(static_cast<std::size_t>(shape.size())) {}
  Tensor(Shape shape, std::initializer_list<std::type_identity_t<T>> values)
      : Tensor(shape, std::span<const T>(values.begin(), values.size())) {}
  Tensor(Shape shape, std::span<const std::type_identity_t<T>> values)
      : shape_(shape), values_(values.begin(), values.end()) {
    if (shape.size() != static_cast<std::int64_t>(values.size()))
      detail::throw_wrong_count(shape, static_cast<std::int64_t>(values.size()));
  }

  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  const Shape& shape() const { return shape_; }
  std::int64_t size() const { return shape_.size(); }
  std::int64_t rows() const { return shape_.rows(); }
  std::int64_t columns() const { return shape_.columns(); }

  T& operator[](std::int64_t i) { return values_[static_cast<std::size_t>(i)]; }
  const T& operator[](std::int64_t i) const { return values_[static_cast<std::size_t>(i)]; }
  T& operator()(std::int64_t row, std::int64_t column) { return (*this)[row * columns() + column]; }
  const T& operator()(std::int64_t row, std::int64_t column) const { return (*this)[row * columns() + column]; }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  void fill(T value) { std::fill(values_.begin(), values_.end(), value); }

  View<T> view() { return {data(), shape_}; }
  View<const T> view() const { return {data(), shape_}; }
  operator View<T>() { return view(); }
  operator View<const T>() const { return view(); }

  bool operator==(const Tensor&) const = default;

 private:
  Shape shape_;
  AlignedVector<T> values_;
};

}  // namespace talweg
