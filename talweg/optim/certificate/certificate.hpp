#pragma once
#include <cstdint>
#include <limits>
#include <string_view>

#include "talweg/base/export.hpp"

namespace talweg {

/// What the curvature of f says about the point where a run ended: on the variables that their bounds do not hold, on
/// the tangent space of the active constraints; of -f when maximising.
struct Certificate {
  enum class Kind {
    minimum,    ///< f curves upwards in every direction looked along, beyond what rounding explains
    flat,       ///< curvature is 0 within rounding somewhere, and f fell at no point tried around
    saddle,     ///< f curves downwards in some direction, and the run could not go on
    maximum,    ///< in all of them
    unchecked,  ///< nobody looked, or too few directions to tell
  };
  Kind kind = Kind::unchecked;
  /// d'Hd / d'd along the direction d of least curvature found, the variables weighed by their own curvature. NaN when
  /// unchecked, in a corner of the box, where no direction is free, and at a kink, where there is none.
  double smallest_curvature = std::numeric_limits<double>::quiet_NaN();
  std::int64_t checked = 0;  ///< directions along which curvature was measured

  bool operator==(const Certificate&) const = default;
};

/// "minimum", "flat", …
TALWEG_API std::string_view name(Certificate::Kind kind);

}  // namespace talweg
