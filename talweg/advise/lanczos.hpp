#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace talweg::advise {

/// What a few products with a symmetric matrix tell of its spectrum.
struct Spectrum {
  double largest = 0, smallest = 0;  ///< of the values found; smallest may be negative
  double smallest_positive = 0;      ///< 0 when none is
  bool complete = false;             ///< the values found are all that the start vector can see

  bool has_negative() const { return smallest < -1e-6 * largest; }
  /// largest / smallest_positive: at least that, when not complete. NaN without a positive value.
  double condition() const;
};

/// out = A·v
using Product = std::function<void(std::span<const double> v, std::span<double> out)>;

/// Lanczos (1950) with full reorthogonalisation, `steps` products with vectors of n numbers from a random start. The
/// ends of the spectrum converge first. Stops early when the space is used up.
Spectrum lanczos(const Product& product, std::size_t n, int steps, std::uint64_t seed);

}  // namespace talweg::advise
