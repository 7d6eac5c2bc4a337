#pragma once
#include <array>
#include <limits>
#include <string_view>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/line_search/ray.hpp"

namespace talweg {

/// How a method finds its step along a descent direction.
enum class LineSearch {
  weak_wolfe,   ///< sufficient decrease and a slope that has risen enough; safeguarded cubics
  wolfe,        ///< strong Wolfe conditions: Moré & Thuente 1994
  hager_zhang,  ///< approximate Wolfe conditions: Hager & Zhang 2005
  armijo,       ///< sufficient decrease only, backtracking
};

/// In their order.
inline constexpr std::array<std::string_view, 4> line_search_names{"weak-wolfe", "wolfe", "hager-zhang", "armijo"};

/// Sufficient decrease phi(a) <= phi(0) + decrease a phi'(0); curvature phi'(a) >= curvature phi'(0), in the strong
/// form |phi'(a)| <= curvature |phi'(0)|.
struct SearchSettings {
  double decrease = 1e-4;
  double curvature = 0.9;
  int max_trials = 60;
  /// Of the weak Wolfe search: no trial lies beyond, and there sufficient decrease is enough.
  double longest = std::numeric_limits<double>::infinity();
  /// Of the weak Wolfe search: between two trials the minimiser of the cubic and that of the parabola are averaged when
  /// the cubic's is the farther one (case 1 of Moré & Thuente 1994). A first trial on the far side of a box is a poor
  /// witness: on HS38 this decides between two valleys, 25 evaluations or 90.
  bool cautious = false;
  /// Of the Armijo search: the first trial is not expected to do, and asked for its value alone where f gives that.
  bool doubtful = false;
};

enum class SearchOutcome {
  found,      ///< the conditions hold at the trial
  improved,   ///< they could not be met, but the trial is lower than the origin
  failed,     ///< no lower point
  unbounded,  ///< f fell below the floor
};

struct SearchResult {
  SearchOutcome outcome;
  Trial trial;
};

/// Searches along `ray`, beginning at `first`. Requires a slope < 0 and first > 0.
TALWEG_API SearchResult search(LineSearch kind, const SearchSettings& settings, Ray& ray, double first);

/// Whether t lies low enough: phi(a) <= phi(0) + decrease a phi'(0). Where the two values differ by so little that
/// rounding decides, the slopes do instead: phi'(a) <= (2 decrease − 1) phi'(0), which is the same for a parabola
/// (approximate Wolfe conditions, Hager & Zhang 2005).
TALWEG_API bool decreases(const Trial& t, const Trial& origin, double decrease);
/// The same as far as the value of t tells: false where no slope could make `decreases` true.
TALWEG_API bool may_decrease(const Trial& t, const Trial& origin, double decrease);

/// The minimiser of the cubic through two trials, NaN if there is none.
TALWEG_API double cubic_minimiser(const Trial& a, const Trial& b);

TALWEG_API SearchResult search_weak_wolfe(const SearchSettings&, Ray&, double first);
TALWEG_API SearchResult search_more_thuente(const SearchSettings&, Ray&, double first);
TALWEG_API SearchResult search_hager_zhang(const SearchSettings&, Ray&, double first);
TALWEG_API SearchResult search_armijo(const SearchSettings&, Ray&, double first);

/// What remains when a search ends without its conditions: the lowest trial, if it is lower than the origin.
TALWEG_API SearchResult fall_back(const Ray& ray);

}  // namespace talweg
