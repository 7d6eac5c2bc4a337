#pragma once
#include <span>
#include <string>
#include <string_view>

#include "talweg/base/export.hpp"

namespace talweg {

/// How a residual counts: the sum over the rows of scale²·ρ(z), z = (r/scale)². `scale` is the size of a residual, in
/// its unit, from which on it counts less than its square.
struct TALWEG_API Loss {
  enum class Kind {
    squares,  ///< ρ = z
    huber,    ///< ρ = z up to z = 1, then 2√z − 1 (Huber 1964)
    cauchy,   ///< ρ = log(1 + z): far residuals count next to nothing, and local minima appear
    soft_l1,  ///< ρ = 2(√(1 + z) − 1): a smooth huber (Charbonnier et al. 1994)
  };
  Kind kind = Kind::squares;
  double scale = 1;

  /// "huber=1.5", "huber" (scale 1), "squares". Throws Error naming the losses and near names.
  static Loss parse(std::string_view text);
  /// What `parse` reads.
  std::string text() const;
  bool robust() const { return kind != Kind::squares; }

  /// What one residual counts, scale²·ρ.
  double value(double r) const;
  /// ψ = ρ'(z)·r: half the slope of `value`.
  double influence(double r) const;
  /// ρ' + 2zρ'': the slope of `influence`; below 0 where a loss falls off.
  double curvature(double r) const;

  bool operator==(const Loss&) const = default;
};

}  // namespace talweg
