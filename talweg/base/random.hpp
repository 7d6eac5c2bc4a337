#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

namespace talweg {

/// xoshiro256++ (Blackman & Vigna 2021), seeded through splitmix64. The same seed gives the same numbers on every
/// platform and standard library; the state is plain data, so it can be saved and continued.
class Random {
 public:
  using State = std::array<std::uint64_t, 4>;

  explicit Random(std::uint64_t seed = 0) {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15u;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
      word = z ^ (z >> 31);
    }
  }
  explicit Random(const State& state) : state_(state) {}
  const State& state() const { return state_; }

  std::uint64_t bits() {
    const auto rotate = [](std::uint64_t v, int k) { return (v << k) | (v >> (64 - k)); };
    const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }
  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Standard normal (Marsaglia's polar method; the second number is not kept, so the state says it all).
  double normal() {
    for (;;) {
      const double u = 2 * uniform() - 1, v = 2 * uniform() - 1, s = u * u + v * v;
      if (s > 0 && s < 1) return u * std::sqrt(-2 * std::log(s) / s);
    }
  }
  /// Uniform in {0, …, count − 1}, without bias (rejection). `count` is at least 1.
  std::uint64_t below(std::uint64_t count) {
    const std::uint64_t limit = ~std::uint64_t{0} - ~std::uint64_t{0} % count;
    for (;;) {
      const std::uint64_t b = bits();
      if (b < limit) return b % count;
    }
  }
  /// Fisher-Yates.
  template <class T> void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

  bool operator==(const Random&) const = default;

 private:
  State state_{};
};

}  // namespace talweg
