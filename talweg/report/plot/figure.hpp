#pragma once
#include <string>
#include <variant>
#include <vector>

#include "talweg/report/plot/chart.hpp"
#include "talweg/report/plot/histogram.hpp"
#include "talweg/report/plot/network.hpp"
#include "talweg/report/plot/plane.hpp"

namespace talweg::report::plot {

using Panel = std::variant<Chart, Plane, Histogram, Network>;

/// Panels beside and below each other; one that is alone in the last row takes all of it.
struct Figure {
  std::string title = {}, subtitle = {};
  std::vector<LegendEntry> legend = {};  ///< one for all panels: names of series of charts that are not `named`
  std::vector<Panel> panels = {};
  int columns = 2;
  int panel_width = 450, panel_height = 350;  ///< pixels
};

struct SvgOptions {
  bool style = true;     ///< with its own style sheet; false inside a page that has style_sheet()
  double margin = 20;    ///< around everything, pixels
  std::string id = "t";  ///< begins the names that the picture gives its parts; one for each picture of a page
};

/// A complete SVG document: light or dark as the reader's system is (prefers-color-scheme). Every marker carries the
/// exact numbers it stands for in data-index, data-x and data-y, and in words in its <title>; every panel carries its
/// axes in data-x-range, data-y-range (low high), data-x-scale, data-y-scale and data-frame (left top width height).
std::string svg(const Figure& figure, const SvgOptions& options = {});

/// What svg() puts into <style>.
std::string style_sheet();

struct TerminalOptions {
  int columns = 80, rows = 20;  ///< characters that each panel may take
  bool colour = true;
};

/// Charts and planes in braille, with axes and a legend; other panels are left out.
std::string terminal(const Figure& figure, const TerminalOptions& options = {});

}  // namespace talweg::report::plot
