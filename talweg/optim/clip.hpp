#pragma once
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/describe.hpp"
#include "talweg/base/export.hpp"

namespace talweg {

/// Gradient clipping, before everything else that happens to a gradient.
struct TALWEG_API Clip {
  enum class Kind {
    none,
    value,   ///< each entry into [−limit, limit]
    norm,    ///< each tensor (segment) with ‖g‖₂ > limit is scaled to limit
    global,  ///< the whole gradient with ‖g‖₂ > limit is scaled to limit
  };
  Kind kind = Kind::none;
  double limit = std::numeric_limits<double>::infinity();

  /// "norm=1", "global=1", "value=.5". Throws Error otherwise.
  static Clip parse(std::string_view text);
  std::string spec() const;
  /// Each kind, with its limit.
  static std::vector<ItemInfo> items();
  bool operator==(const Clip&) const = default;
};

/// Runs body(begin, end) over pieces that together are [0, count), in any order or at once; empty: runs it here.
using ParallelFor = std::function<void(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body)>;

/// Σ g_i² in double. The sum has a fixed shape (blocks, then a tree), so it does not depend on who runs the blocks.
template <class T> TALWEG_API double sum_of_squares(std::span<const T> g, const ParallelFor& parallel = {});
/// ‖g‖₂, without overflow. NaN if any entry is.
template <class T> TALWEG_API double norm(std::span<const T> g, const ParallelFor& parallel = {});
/// Whether some entry lies outside [−limit, limit].
template <class T> TALWEG_API bool exceeds(std::span<const T> g, double limit);

}  // namespace talweg
