#include "talweg/optim/first_order/sparse.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/simd/clones.hpp"

namespace talweg {

namespace {

constexpr std::size_t lanes = 8;

/// Eight partial sums, whatever the registers of the machine hold: the same bits everywhere.
template <class T> TALWEG_CLONES T dot(std::size_t n, const T* __restrict a, const T* __restrict b) {
  T sum[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t j = 0; j < lanes; ++j) sum[j] += a[i + j] * b[i + j];
  for (std::size_t j = 0; i < n; ++i, ++j) sum[j] += a[i] * b[i];
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

template <class T> TALWEG_CLONES void scale(std::size_t n, T factor, const T* __restrict a, T* __restrict out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = factor * a[i];
}

/// Calls f with the number of columns: as a constant where the rules of the library are, so that the loops over them
/// unroll. A rule may have any number of slots.
template <class F> void with_columns(std::size_t columns, F f) {
  switch (columns) {
    case 1:
      return f(std::integral_constant<std::size_t, 1>{});
    case 2:
      return f(std::integral_constant<std::size_t, 2>{});
    case 3:
      return f(std::integral_constant<std::size_t, 3>{});
    case 4:
      return f(std::integral_constant<std::size_t, 4>{});
    default:
      return f(columns);
  }
}

template <class T> std::unique_ptr<Updater<T>> updater_of(const AnyRule& rule) {
  if constexpr (std::is_same_v<T, float>)
    return rule.updater_float();
  else
    return rule.updater_double();
}

}  // namespace

template <class T> std::string SparseOptimizer<T>::refusal(const FirstOrder& method) {
  const std::string name = method.label();
  if (method.info().traits.lazy == Lazy::refused)
    return text::cat(name,
                     " changes every coordinate in every step and has no form for sparse rows; use ftrl, "
                     "adagrad or sgd (exact), or adam, rmsprop or momentum (approximately)");
  if (method.averaging || method.ema != 0)
    return text::cat(method.averaging ? "averaging" : "ema",
                     " moves every coordinate in every step, so sparse rows cannot have it; leave it out");
  if (!method.groups.empty())
    return text::cat("group '", method.groups.front().spec(), "': a sparse model has one group of parameters");
  if (method.schedule.lacks_steps())
    return text::cat("schedule ", method.schedule.spec(),
                     " needs the length of the run, which a stream does not know; "
                     "add steps=, the number of rows in all passes");
  if (method.schedule.kind == Schedule::Kind::plateau)
    return "schedule plateau watches the loss of epochs, which a stream does not have; use inverse_time or step";
  return "";
}

template <class T> std::vector<std::string> SparseOptimizer<T>::warnings(const FirstOrder& method) {
  std::vector<std::string> out;
  if (method.info().traits.lazy == Lazy::approximate)
    out.push_back(text::cat(method.label(),
                            " on sparse rows is an approximation: moments of the coordinates that a row "
                            "does not touch do not decay; ftrl, adagrad and sgd are exact"));
  if (method.weight_decay != 0)
    out.push_back("weight_decay reaches the coordinates of a row only when a row touches them; ftrl's l2 is exact");
  return out;
}

template <class T>
SparseOptimizer<T>::SparseOptimizer(FirstOrder method, std::size_t size, std::size_t outputs)
    : method_(std::move(method)), updater_(updater_of<T>(method_.rule())), outputs_(outputs) {
  if (const std::string why = refusal(method_); !why.empty()) throw Error(why);
  if constexpr (std::is_same_v<T, float>) method_.require_single_precision();
  fold(1);
  recalls_ = updater_->recalls();
  const std::size_t slots = method_.rule().active_slots();
  columns_ = slots + (recalls_ ? 0 : 1);
  stride_ = std::bit_ceil(columns_);
  fresh_.assign(stride_, T(0));
  std::vector<T*> start;
  for (std::size_t s = 0; s < slots; ++s) start.push_back(&fresh_[s + (recalls_ ? 0 : 1)]);
  const T zero = 0;
  updater_->start(1, &zero, start.data());
  grow(size);
}

template <class T> SparseOptimizer<T>::~SparseOptimizer() = default;
template <class T> SparseOptimizer<T>::SparseOptimizer(SparseOptimizer&&) noexcept = default;
template <class T> SparseOptimizer<T>& SparseOptimizer<T>::operator=(SparseOptimizer&&) noexcept = default;

/// Folds the coefficients of step t.
template <class T> void SparseOptimizer<T>::fold(std::int64_t t) {
  const double base = method_.rule().learning_rate();
  rate_ = scheduled_rate(method_.schedule, {}, base, t);
  updater_->prepare({.t = t, .learning_rate = rate_, .base_learning_rate = base});
}

template <class T> void SparseOptimizer<T>::grow(std::size_t size) {
  if (size <= size_) return;
  const std::size_t before = table_.size(), after = size * outputs_ * stride_;
  if (std::ranges::all_of(fresh_, [](T v) { return v == T(0); })) {
    table_.resize(after);
  } else {
    table_.reserve(after);
    for (std::size_t at = before; at < after; at += stride_) table_.insert(table_.end(), fresh_.begin(), fresh_.end());
  }
  size_ = size;
}

template <class T> void SparseOptimizer<T>::prefetch(std::span<const std::uint32_t> index) const {
  const std::size_t width = outputs_ * stride_;
  for (const std::uint32_t i : index) __builtin_prefetch(table_.data() + i * width, 1);
}

template <class T> void SparseOptimizer<T>::reserve(std::size_t n) {
  if (n <= capacity_) return;
  capacity_ = std::bit_ceil(std::max<std::size_t>(n, 64)) + 64 / sizeof(T);  // columns a power of two apart collide
  scratch_.assign((outputs_ * columns_ + 2) * capacity_, T(0));
}

/// The columns of an output that hold the rule's slots.
template <class T> T* const* SparseOptimizer<T>::slots_at(std::size_t output) {
  slots_.clear();
  for (std::size_t c = recalls_ ? 0 : 1; c < columns_; ++c)
    slots_.push_back(scratch_.data() + (output * columns_ + c) * capacity_);
  return slots_.data();
}

template <class T> void SparseOptimizer<T>::outputs(const SparseRow<T>& row, std::span<T> out) {
  const std::size_t n = row.index.size(), width = outputs_ * stride_;
  reserve(n);
  T* const recalled = scratch_.data() + outputs_ * columns_ * capacity_;
  for (std::size_t o = 0; o < outputs_; ++o) {
    T* const first = scratch_.data() + o * columns_ * capacity_;
    const T* const from = table_.data() + o * stride_;
    with_columns(columns_, [&](auto count) {
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t c = 0; c < count; ++c) first[c * capacity_ + k] = from[row.index[k] * width + c];
    });
    const T* x = first;
    if (recalls_) {
      updater_->recall(n, slots_at(o), recalled);
      x = recalled;
    }
    out[o] = dot(n, x, row.value.data());
  }
}

template <class T> void SparseOptimizer<T>::step(const SparseRow<T>& row, std::span<const T> slopes) {
  const std::size_t n = row.index.size(), width = outputs_ * stride_;
  fold(++t_);
  Prelude<T> prelude;
  const T sign = method_.maximize ? T(-1) : T(1);
  if (method_.clip.kind == Clip::Kind::value) {
    prelude.limit = static_cast<T>(method_.clip.limit);
  } else if (method_.clip.kind != Clip::Kind::none) {
    double squares = 0, slope_squares = 0;
    for (const T v : row.value) squares += double(v) * double(v);
    for (const T s : slopes) slope_squares += double(s) * double(s);
    const double length = std::sqrt(squares * slope_squares);
    if (length > method_.clip.limit) prelude.scale = static_cast<T>(method_.clip.limit / length), ++clipped_;
  }
  prelude.scale *= sign;
  (method_.decoupled() ? prelude.decay : prelude.l2) =
      static_cast<T>(method_.weight_decay * (method_.decoupled() ? rate_ : 1));
  T* const x_recalled = scratch_.data() + outputs_ * columns_ * capacity_;
  T* const g = x_recalled + capacity_;
  bool outside = false;
  for (std::size_t o = 0; o < outputs_; ++o) {
    T* const first = scratch_.data() + o * columns_ * capacity_;
    T* const* const slots = slots_at(o);
    if (recalls_ && outputs_ > 1) updater_->recall(n, slots, x_recalled);
    scale(n, slopes[o], row.value.data(), g);
    if (method_.clip.kind == Clip::Kind::value)
      outside = outside || exceeds(std::span<const T>(g, n), method_.clip.limit);
    updater_->step(n, recalls_ ? x_recalled : first, g, slots, prelude);
    T* const to = table_.data() + o * stride_;
    with_columns(columns_, [&](auto count) {
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t c = 0; c < count; ++c) to[row.index[k] * width + c] = first[c * capacity_ + k];
    });
  }
  if (outside) ++clipped_;
}

template <class T> void SparseOptimizer<T>::start(std::size_t index, std::span<const T> weights) {
  std::vector<T*> slots(columns_ - (recalls_ ? 0 : 1));
  for (std::size_t o = 0; o < outputs_; ++o) {
    T* to = table_.data() + (index * outputs_ + o) * stride_;
    if (!recalls_) *to++ = weights[o];
    for (std::size_t s = 0; s < slots.size(); ++s) slots[s] = to + s;
    updater_->start(1, &weights[o], slots.data());
  }
}

template <class T> T SparseOptimizer<T>::weight(std::size_t index, std::size_t output) const {
  const T* const from = table_.data() + (index * outputs_ + output) * stride_;
  if (!recalls_) return from[0];
  std::vector<T*> slots;
  for (std::size_t c = 0; c < columns_; ++c) slots.push_back(const_cast<T*>(from + c));  // recall reads them only
  T x = 0;
  updater_->recall(1, slots.data(), &x);
  return x;
}

template <class T> void SparseOptimizer<T>::restore(std::span<const T> table, const Counters& counters) {
  const std::size_t width = outputs_ * stride_;
  if (table.size() % width != 0)
    throw Error(text::cat("a table of ", table.size(), " numbers does not belong to ", method_.label(),
                          ", which keeps ", width, " for each coordinate"));
  table_.assign(table.begin(), table.end());
  size_ = table.size() / width;
  t_ = counters.t;
  clipped_ = counters.clipped;
  fold(std::max<std::int64_t>(t_, 1));
}

template class SparseOptimizer<float>;
template class SparseOptimizer<double>;

}  // namespace talweg
