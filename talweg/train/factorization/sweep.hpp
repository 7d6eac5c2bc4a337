#pragma once
#include <cstddef>
#include <cstdint>

#include "talweg/simd/clones.hpp"

namespace talweg::train {

/// One rating, its ids already places in the rows of the sweep; `value` has the mean taken off.
template <class T> struct Rated {
  std::uint32_t user, item;
  T value;
};

/// How the rows of users and items lie in memory: everything that one update touches is one piece.
///   lanes numbers: the factors, the rank rounded up to whole vectors (the rest stays 0)
///   lanes numbers for each slot of the rule
///   the bias, its slots, and the weight of the row's penalty per rating; then padding
struct RowShape {
  std::size_t lanes = 8, slots = 0, stride = 16;
  static constexpr std::size_t vector = 8;
  RowShape(std::size_t rank, std::size_t slot_count)
      : lanes((rank + vector - 1) / vector * vector),
        slots(slot_count),
        stride((lanes * (1 + slots) + 2 + slots + vector - 1) / vector * vector) {}
  std::size_t tail() const { return lanes * (1 + slots); }
  std::size_t weight() const { return tail() + 1 + slots; }
};

/// λ of the factors and the biases; a row's own weight comes on top.
template <class T> struct Decay { T user, item, user_bias, item_bias; };

namespace detail {

/// The sum over eight columns of lanes, the columns in a fixed tree: the same bits for every width of vectors.
template <class T, std::size_t Lanes> T dot(const T* a, const T* b, std::size_t lanes) {
  T sum[8];
  for (std::size_t l = 0; l < 8; ++l) sum[l] = a[l] * b[l];
  for (std::size_t base = 8; base < (Lanes ? Lanes : lanes); base += 8)
    for (std::size_t l = 0; l < 8; ++l) sum[l] += a[base + l] * b[base + l];
  for (std::size_t l = 0; l < 4; ++l) sum[l] += sum[l + 4];
  for (std::size_t l = 0; l < 2; ++l) sum[l] += sum[l + 2];
  return sum[0] + sum[1];
}

/// One element with its slots, which lie `apart` from each other.
template <std::size_t Slots, class Step, class T>
inline __attribute__((always_inline)) void update(const Step& step, T& x, T g, T* slot, std::size_t apart) {
  if constexpr (Slots == 0) {
    step(x, g);
  } else if constexpr (Slots == 1) {
    T s = slot[0];
    step(x, g, s);
    slot[0] = s;
  } else {
    T s = slot[0], t = slot[apart];
    step(x, g, s, t);
    slot[0] = s, slot[apart] = t;
  }
}

}  // namespace detail

/// One update for each of `count` ratings in their order. Returns the sum of squared errors, each before its update.
/// Lanes is the number of lanes where it is known when compiling, otherwise 0.
template <std::size_t Slots, std::size_t Lanes, class Step, class T>
TALWEG_CLONES double sweep(const Step step, const Rated<T>* ratings, std::size_t count, T* users, T* items,
                           const RowShape shape, const Decay<T> decay, bool biases) {
  constexpr std::size_t ahead = 6;  // ratings; the rows of items come in no order
  const std::size_t lanes = Lanes ? Lanes : shape.lanes, stride = shape.stride, tail = lanes * (1 + Slots);
  double squares = 0;
  for (std::size_t r = 0; r < count; ++r) {
    if (r + ahead < count) {
      const T* next = items + stride * ratings[r + ahead].item;
      __builtin_prefetch(next, 1);
      __builtin_prefetch(next + 64 / sizeof(T), 1);
    }
    T* __restrict u = users + stride * ratings[r].user;
    T* __restrict v = items + stride * ratings[r].item;
    const T error = ratings[r].value - (detail::dot<T, Lanes>(u, v, lanes) + (u[tail] + v[tail]));
    squares += double(error) * double(error);
    const T user_weight = u[tail + 1 + Slots], item_weight = v[tail + 1 + Slots];
    const T pull_u = decay.user * user_weight, pull_v = decay.item * item_weight;
#pragma GCC ivdep
    for (std::size_t l = 0; l < lanes; ++l) {
      T x = u[l], y = v[l];
      const T gx = pull_u * x - error * y, gy = pull_v * y - error * x;
      detail::update<Slots>(step, x, gx, u + lanes + l, lanes);
      detail::update<Slots>(step, y, gy, v + lanes + l, lanes);
      u[l] = x, v[l] = y;
    }
    if (!biases) continue;
    T x = u[tail], y = v[tail];
    detail::update<Slots>(step, x, decay.user_bias * user_weight * x - error, u + tail + 1, 1);
    detail::update<Slots>(step, y, decay.item_bias * item_weight * y - error, v + tail + 1, 1);
    u[tail] = x, v[tail] = y;
  }
  return squares;
}

}  // namespace talweg::train
