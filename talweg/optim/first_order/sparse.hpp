#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/optim/spec.hpp"
#include "talweg/simd/aligned.hpp"

namespace talweg {

/// A row of sparse inputs: value[k] at coordinate index[k], 0 elsewhere. No index stands twice.
template <class T> struct SparseRow {
  std::span<const std::uint32_t> index;
  std::span<const T> value;
};

/// A first-order method at work on a table of coordinates, of which each step reads and writes those of one row only.
/// Each coordinate has `outputs` parameters, one for each linear function of the row. What a parameter needs (x, then
/// the rule's slots; only the slots where x is a function of them, as with FTRL-Proximal) lies side by side: one cache
/// miss for each coordinate where separate arrays cost two or three (measured: 1.4 to 2.2 times the time).
///
/// A step is `outputs` on a row, then `step` on the same row: the first gathers, the second updates and scatters. The
/// update is the rule's own, in vector lanes; the numbers are those of the dense step where the rule's card says
/// `Lazy::exact`.
template <class T> class SparseOptimizer {
 public:
  /// x starts from 0. Throws Error for what `refusal` refuses.
  SparseOptimizer(FirstOrder method, std::size_t size, std::size_t outputs = 1);
  ~SparseOptimizer();
  SparseOptimizer(SparseOptimizer&&) noexcept;
  SparseOptimizer& operator=(SparseOptimizer&&) noexcept;

  /// Why the method cannot step coordinates on their own, with the way out; "" when it can.
  static std::string refusal(const FirstOrder& method);
  /// What is only approximately the method of that name; empty when everything is exact.
  static std::vector<std::string> warnings(const FirstOrder& method);

  std::size_t size() const { return size_; }
  std::size_t outputs() const { return outputs_; }
  std::size_t bytes() const { return table_.size() * sizeof(T); }
  const FirstOrder& method() const { return method_; }
  std::int64_t steps() const { return t_; }
  std::int64_t clipped_steps() const { return clipped_; }
  double learning_rate() const { return rate_; }  ///< of the last step

  /// Makes room for more coordinates.
  void grow(std::size_t size);
  /// Asks for the memory of a row that will be stepped soon.
  void prefetch(std::span<const std::uint32_t> index) const;

  /// out_o = Σ_k x[index_k, o]·value_k. The sum has a fixed shape: the same bits on every machine.
  void outputs(const SparseRow<T>& row, std::span<T> out);
  /// One step along the gradient slopes_o·value_k. `row` is the one that `outputs` was asked for last.
  void step(const SparseRow<T>& row, std::span<const T> slopes);

  T weight(std::size_t index, std::size_t output = 0) const;
  /// The coordinate begins with these weights (outputs), its slots as the rule has them for such a start.
  void start(std::size_t index, std::span<const T> weights);

  /// Everything that decides the future: the table, and the counters beside it.
  std::span<const T> table() const { return table_; }
  struct Counters {
    std::int64_t t = 0, clipped = 0;
    bool operator==(const Counters&) const = default;
  };
  Counters counters() const { return {t_, clipped_}; }
  /// Throws Error when the table does not fit the method and the outputs.
  void restore(std::span<const T> table, const Counters& counters);

 private:
  void reserve(std::size_t n);
  void fold(std::int64_t t);
  T* const* slots_at(std::size_t output);

  FirstOrder method_;
  std::unique_ptr<Updater<T>> updater_;
  std::size_t size_ = 0, outputs_ = 1;
  std::size_t columns_ = 1, stride_ = 1;  ///< numbers of a parameter, and from one to the next (a power of two)
  bool recalls_ = false;
  std::vector<T> fresh_;  ///< (stride) a parameter that was never touched
  std::vector<T, simd::AlignedAllocator<T>> table_;
  std::int64_t t_ = 0, clipped_ = 0;
  double rate_ = 0;
  /// (outputs, columns, capacity) the row at work, one column after another; then x where it is recalled, then g.
  std::vector<T, simd::AlignedAllocator<T>> scratch_;
  std::size_t capacity_ = 0;
  std::vector<T*> slots_;  ///< of the output at work
};

}  // namespace talweg
