#pragma once
#include <string>

#include "talweg/report/plot/canvas.hpp"
#include "talweg/report/plot/chart.hpp"
#include "talweg/report/plot/scale.hpp"

namespace talweg::report::plot {

/// The rectangle between the axes of a panel, and where numbers lie in it.
struct Frame {
  Box box;
  Range x, y;
  std::string clip;  ///< the name of its clip path

  Spot spot(double at_x, double at_y) const {
    return {box.left + x.place(at_x) * box.width, box.bottom() - y.place(at_y) * box.height};
  }
  bool holds(const Spot& s) const {
    return s[0] >= box.left - 0.5 && s[0] <= box.right() + 0.5 && s[1] >= box.top - 0.5 && s[1] <= box.bottom() + 0.5;
  }
};

struct FrameRequest {
  std::string title = {}, subtitle = {}, x_label = {}, y_label = {};
  Range x, y;
  double right_margin = 16;
  bool grid = true;
  std::string id;
};

/// Writes title, subtitle, grid, ticks and labels of a panel that takes `panel`, opens the group that carries the axes
/// as data, and returns the frame. The caller draws, and closes the group.
Frame open_frame(Canvas& canvas, const Box& panel, const FrameRequest& request);

/// Title and subtitle; returns what is left of the panel below them.
Box headed(Canvas& canvas, const Box& panel, const std::string& title, const std::string& subtitle);

/// Names beside a piece of their line, in rows at the top of `box`; returns what is left of it below.
Box legend(Canvas& canvas, const Box& box, const std::vector<LegendEntry>& entries);

/// A name to be written at a spot of a frame, moved up or down where names would cover each other.
struct EndLabel {
  Spot at;
  std::string name;
  int style;
};
void write_end_labels(Canvas& canvas, const Frame& frame, std::vector<EndLabel> labels, double room);

}  // namespace talweg::report::plot
