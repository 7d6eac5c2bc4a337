#include "talweg/present/picture_options.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/plot/ranges.hpp"

namespace talweg::present {

using text::cat;

std::optional<std::array<double, 2>> PictureOptions::range(std::string_view axis) const {
  for (const auto& r : ranges)
    if (r.name == axis) return std::array{r.lower, r.upper};
  return std::nullopt;
}

std::vector<api::NamedRange> parse_plot_range(std::string_view text) {
  std::vector<api::NamedRange> ranges =
      api::parse_ranges(text, text::option("plot_range"),
                        cat(text::option("plot_range"), " is written axis=from:to,…, such as x=-10:10,y=-2:2"));
  for (const auto& r : ranges) {
    const auto refuse = [&](const std::string& why) {
      throw Error("plot_range", cat(text::option("plot_range"), " '", r.name, "=", r.lower, ":", r.upper, "': ", why));
    };
    if (!std::isfinite(r.lower) || !std::isfinite(r.upper)) refuse("an axis goes from one finite number to another");
    if (!(r.lower < r.upper)) refuse("an axis goes from a smaller number to a larger one");
    if (!std::isfinite(r.upper - r.lower)) refuse("the range is wider than numbers go");
  }
  return ranges;
}

void refuse_without_picture(const PictureOptions& options, bool drawn) {
  if (drawn || options.empty()) return;
  const char* name = options.ranges.empty() ? "title" : "plot_range";
  throw Error(name, cat(text::option(name), " has no effect: nothing is drawn, add ", text::option("plot")));
}

void check_axes(const PictureOptions& options, const std::vector<std::string>& axes) {
  for (const auto& r : options.ranges) {
    if (std::ranges::find(axes, r.name) != axes.end()) continue;
    constexpr std::size_t most = 12;
    std::vector<std::string_view> names(axes.begin(), axes.end());
    const std::string near = text::did_you_mean(r.name, names);
    const bool more = names.size() > most;
    if (more) names.resize(most), names.push_back("…");
    throw Error("plot_range",
                cat(text::option("plot_range"), " '", r.name, "': no axis of the picture is called so",
                    names.empty() ? "" : cat("; there are ", text::list(names)), near.empty() ? "" : cat("; ", near)));
  }
}

namespace {

std::vector<std::string> axes_of(const std::vector<report::plot::Panel>& panels) {
  std::vector<std::string> all;
  for (const auto& panel : panels)
    for (auto& name : report::plot::axis_names(panel))
      if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  return all;
}

}  // namespace

std::vector<std::string> unknown_axes(const PictureOptions& options, const std::vector<report::plot::Panel>& panels) {
  const auto axes = axes_of(panels);
  std::vector<std::string> out;
  for (const auto& r : options.ranges)
    if (std::ranges::find(axes, r.name) == axes.end()) out.push_back(r.name);
  return out;
}

void add_panels(const report::html::Page& page, std::vector<report::plot::Panel>& to) {
  for (const auto& section : page.sections)
    if (const auto* curves = std::get_if<report::html::Curves>(&section.content)) to.emplace_back(curves->chart);
}

void check_axes(const PictureOptions& options, const std::vector<report::plot::Panel>& panels) {
  check_axes(options, axes_of(panels));
}

void show_ranges(report::plot::Panel& panel, const PictureOptions& options) {
  for (const auto& r : options.ranges) report::plot::show_range(panel, r.name, r.lower, r.upper);
}

std::string axis_name(std::string_view wanted, const std::vector<std::string>& taken) {
  return std::ranges::find(taken, wanted) == taken.end() ? std::string(wanted) : "";
}

}  // namespace talweg::present
