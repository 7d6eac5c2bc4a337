#include "talweg/simd/pack.hpp"

#include <array>
#include <cstring>

#include <gtest/gtest.h>

namespace talweg::simd {
namespace {

/// The address is kept from the compiler, which would otherwise know that it may not assume an alignment.
template <class T> T* hidden(T* p) {
  T* volatile seen = p;
  return seen;
}

template <class T, std::size_t count> void add_at_every_offset() {
  alignas(64) std::array<T, 4 * count> from{}, to{};
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<T>(i);
  using P = Pack<T, count>;
  for (std::size_t offset = 0; offset < count; ++offset) {
    to.fill(T(-1));
    const P sum = load<P>(hidden(from.data()) + offset) + load<P>(hidden(from.data()) + offset + 1);
    store(hidden(to.data()) + offset, sum);
    for (std::size_t i = 0; i < to.size(); ++i) {
      const bool inside = i >= offset && i < offset + count;
      ASSERT_EQ(to[i], inside ? from[i] + from[i + 1] : T(-1)) << "offset " << offset << ", element " << i;
    }
  }
}

TEST(Pack, NeedsTheAlignmentOfANumberOnly) {
  add_at_every_offset<double, 4>();
  add_at_every_offset<double, 8>();
  add_at_every_offset<float, 16>();
}

}  // namespace
}  // namespace talweg::simd
