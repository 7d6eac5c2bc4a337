#pragma once
#include <ostream>
#include <string>
#include <vector>

namespace talweg::api {

/// A start at which the slopes say nothing, or less than they seem to: a saddle, a maximum, a kink or an inflection.
struct StationaryStart {
  enum class End {
    minimum,    ///< f falls from here, to one of `ends`
    unbounded,  ///< f falls from here, and has no least value: no success whatever
    least,      ///< f is least here already
    anywhere,   ///< too degenerate to ask for more than this: success is claimed at one of `ends` only
  };
  std::string name;  ///< letters, digits and _
  std::string formula, start;
  std::string bounds = "";
  std::vector<std::string> constraints = {};
  End end = End::minimum;
  std::vector<double> ends = {};  ///< f at the minima that may be reached

  friend void PrintTo(const StationaryStart& s, std::ostream* out) { *out << s.formula << " from " << s.start; }
};

const std::vector<StationaryStart>& stationary_starts();

}  // namespace talweg::api
