#include "talweg/nn/ops/regularization.hpp"

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/tensor/elementwise.hpp"

namespace talweg::nn {
namespace {

/// 32 well-mixed bits of (key, i): two multiplications with xor-shifts, as in the finalisers of the Murmur hashes.
inline std::uint32_t mixed(std::uint64_t key, std::uint32_t i) {
  std::uint32_t h = i * 0x9e3779b9u + static_cast<std::uint32_t>(key);
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h ^= static_cast<std::uint32_t>(key >> 32);
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

/// out_i = or += in_i·factor where element i is kept.
template <bool add, class T>
void masked(Pool& pool, std::int64_t n, std::uint64_t key, double rate, const T* in, T* out) {
  const auto threshold = static_cast<std::uint32_t>(std::lround(rate * 16777216.0));  // of 2^24
  const T factor = static_cast<T>(1 / (1 - rate));
  for_ranges(pool, n, elementwise_chunk, [&](std::int64_t begin, std::int64_t end) {
    talweg::detail::map_range(end - begin, out + begin,
                              [=, p = in + begin, first = static_cast<std::uint32_t>(begin)](T& y, std::int64_t i) {
                                const std::uint32_t h = mixed(key, first + static_cast<std::uint32_t>(i)) >> 8;
                                const T kept = h < threshold ? T(0) : p[i] * factor;
                                y = add ? y + kept : kept;
                              });
  });
}

}  // namespace

Shape Dropout::shape(const Shapes& x) const {
  if (!(rate >= 0 && rate < 1)) throw Error(text::cat("dropout = ", rate, " is out of range: give a number in [0, 1)"));
  return x[0];
}
template <class T> void Dropout::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  masked<false>(pool, y.size(), key, rate, x[0].data(), y.data());
}
template <class T>
void Dropout::backward(Pool& pool, const Operands<T>&, View<const T>, const T*, View<const T> dy,
                       const Gradients<T>& dx) const {
  if (!dx[0].empty()) masked<true>(pool, dy.size(), key, rate, dy.data(), dx[0].data());
}

template <class T> void L1Penalty::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  y[0] = static_cast<T>(
      strength * map_sum(pool, x[0].size(), [p = x[0].data()](std::int64_t i) { return std::abs(double(p[i])); }));
}
template <class T>
void L1Penalty::backward(Pool& pool, const Operands<T>& x, View<const T>, const T*, View<const T> dy,
                         const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  map(
      pool, x[0].size(), [c = T(strength) * dy[0]](T& out, T w) { out += w > T(0) ? c : (w < T(0) ? -c : T(0)); },
      dx[0].data(), x[0].data());
}

template <class T> void L2Penalty::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  y[0] = static_cast<T>(strength / 2 * map_sum(pool, x[0].size(), [p = x[0].data()](std::int64_t i) {
                          return double(p[i]) * double(p[i]);
                        }));
}
template <class T>
void L2Penalty::backward(Pool& pool, const Operands<T>& x, View<const T>, const T*, View<const T> dy,
                         const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  map(
      pool, x[0].size(), [c = T(strength) * dy[0]](T& out, T w) { out += c * w; }, dx[0].data(), x[0].data());
}

TALWEG_INSTANTIATE_OPERATION(Dropout)
TALWEG_INSTANTIATE_OPERATION(L1Penalty)
TALWEG_INSTANTIATE_OPERATION(L2Penalty)

}  // namespace talweg::nn
