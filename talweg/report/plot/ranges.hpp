#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/report/plot/canvas.hpp"
#include "talweg/report/plot/figure.hpp"

/// What axes show, where a reader asks for it, and what that leaves out.
namespace talweg::report::plot {

/// What the axes of a panel are called, those that can be chosen: Axis::name, and the variables of a plane.
std::vector<std::string> axis_names(const Panel& panel);

/// Shows exactly low … high on every axis of that name; returns whether there is one. A logarithmic axis becomes a
/// linear one where low has no place on it.
bool show_range(Panel& panel, std::string_view axis, double low, double high);

/// "3 of 26 points lie outside": of paths and series, in what is shown of the panel; empty where none does. Points that
/// are no numbers, and those at 0 or below on a logarithmic axis, have no place at all and are not counted.
std::string outside_words(const Panel& panel);

/// What lies outside, then `words`: what stands below the title. The end of it is cut where there is no room.
std::string caption(const std::string& words, const Panel& panel);

/// A line as far as it may matter: cut where it leaves a box ten times as large as `frame`, with a break (NaN) between
/// its pieces, so that a point far away bends no line. Lines that stay inside are as they were.
std::vector<Spot> cut_far(const std::vector<Spot>& line, const Box& frame);

/// The piece of a segment inside a box, if there is one.
bool cut_segment(Spot& from, Spot& to, const Box& box);

}  // namespace talweg::report::plot
