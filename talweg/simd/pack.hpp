#pragma once
#include <cstddef>

namespace talweg::simd {

/// `count` numbers that are added and multiplied as one: the compiler's vector type.
template <class T, std::size_t count> struct PackOf { typedef T type __attribute__((vector_size(count * sizeof(T)))); };
template <class T, std::size_t count> using Pack = typename PackOf<T, count>::type;

/// From and to memory with the alignment of a number only. By copies of bytes, which become single unaligned moves:
/// a vector type that is itself declared unaligned loses that in clang as soon as it passes through a reference, a
/// template or an alias.
template <class P, class T> __attribute__((always_inline)) inline P load(const T* from) {
  P pack;
  __builtin_memcpy(&pack, from, sizeof(P));
  return pack;
}
template <class P, class T> __attribute__((always_inline)) inline void store(T* to, const P& pack) {
  __builtin_memcpy(to, &pack, sizeof(P));
}

}  // namespace talweg::simd
