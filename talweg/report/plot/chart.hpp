#pragma once
#include <optional>
#include <string>
#include <vector>

/// Charts as plain data: fill the structs, put them into a Figure (figure.hpp), ask for SVG or for terminal text.
namespace talweg::report::plot {

enum class Scale { linear, log };

struct Axis {
  std::string label = {};
  std::string name = {};  ///< by which a reader chooses its range (ranges.hpp); empty: it cannot be chosen
  Scale scale = Scale::linear;
  std::optional<double> low = {}, high = {};  ///< the visible range; by default what the data need
};

enum class Draw { line, points, line_and_points };

/// A word at one point of a series.
struct Tag {
  std::size_t index;
  std::string text;
};

/// Points in the order in which they are joined. A coordinate that is not finite, or not above 0 on a log axis, breaks
/// the line: nothing is drawn there.
struct Series {
  std::string name = {};                    ///< written beside the line's end; empty: no label
  std::vector<double> x = {}, y = {};       ///< (points) each
  std::vector<double> low = {}, high = {};  ///< (points) each: a band from low to high, such as an interval; or empty
  Draw draw = Draw::line;                   ///< markers are spread out where they would cover each other
  std::optional<int> style = {};            ///< colour, dash and marker: by default its place among the series
  bool background = false;                  ///< a thin line without marker: the curve on which a path is drawn
  bool function = false;                    ///< drawn over what is shown: none of its points is counted as outside
  std::vector<std::string> titles = {};     ///< (points): what pointing at a marker tells; by default "name: x, y"
  std::vector<Tag> tags = {};               ///< words at some points: step numbers
};

/// A name beside a piece of its line.
struct LegendEntry {
  std::string name;
  int style;
};

/// Lines over two axes, the first on top. Readable without colour: every series has its own dashes and markers, and its
/// name at its end, or above the frame where the names are long.
struct Chart {
  std::string title = {}, subtitle = {};
  Axis x = {}, y = {};
  std::vector<Series> series = {};
  bool named = true;  ///< false: names stand in the legend of the figure
};

/// log when every finite y of the series is positive and they span more than a factor of 30; otherwise linear.
Scale suited_scale(const std::vector<Series>& series);

}  // namespace talweg::report::plot
