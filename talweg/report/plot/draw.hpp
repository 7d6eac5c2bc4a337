#pragma once
#include <string>

#include "talweg/report/plot/canvas.hpp"
#include "talweg/report/plot/figure.hpp"
#include "talweg/report/plot/scale.hpp"

namespace talweg::report::plot {

/// Draws one panel into `box`. `id` begins the names of its parts.
void draw(Canvas& canvas, const Chart& chart, const Box& box, const std::string& id);
void draw(Canvas& canvas, const Plane& plane, const Box& box, const std::string& id);
void draw(Canvas& canvas, const Histogram& histogram, const Box& box, const std::string& id);
void draw(Canvas& canvas, const Network& network, const Box& box, const std::string& id);

/// The two ranges of a chart or a plane: what its axes show.
Range x_range(const Chart& chart);
Range y_range(const Chart& chart);
Range x_range(const Plane& plane);
Range y_range(const Plane& plane);

}  // namespace talweg::report::plot
