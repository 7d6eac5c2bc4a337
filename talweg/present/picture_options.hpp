#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/minimize/request.hpp"
#include "talweg/base/option.hpp"
#include "talweg/report/html/page.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::present {

/// What a reader wants of a picture beside what it shows, for every command that draws.
struct PictureOptions {
  std::string title = {};                    ///< in place of the picture's own; empty: that
  std::vector<api::NamedRange> ranges = {};  ///< what axes show, by their names; finite, lower < upper

  bool empty() const { return title.empty() && ranges.empty(); }
  std::optional<std::array<double, 2>> range(std::string_view axis) const;
  /// `own` unless a title is given.
  std::string title_or(std::string own) const { return title.empty() ? std::move(own) : title; }

  template <class R = PictureOptions> static Option<R> title_option();
  template <class R = PictureOptions> static std::vector<Option<R>> options() {
    return {range_option<R>(), title_option<R>()};
  }

 private:
  template <class R> static Option<R> range_option();
};

/// "x=-10:10,y=-2:2" of plot_range. Throws Error for another form, for an end that is not finite, and for a range that
/// does not go up.
std::vector<api::NamedRange> parse_plot_range(std::string_view text);

/// Throws Error where options are given and `drawn`, whether there is a picture or a page, is false.
void refuse_without_picture(const PictureOptions& options, bool drawn);
/// Throws Error for a range of what is none of `axes`, with the near names.
void check_axes(const PictureOptions& options, const std::vector<std::string>& axes);
/// Throws Error for a range of what no axis of the panels is called.
void check_axes(const PictureOptions& options, const std::vector<report::plot::Panel>& panels);
/// Appends the charts of a page.
void add_panels(const report::html::Page& page, std::vector<report::plot::Panel>& to);
/// The names in `options` that no axis of the panels has, for runs that have been too long to be refused by now.
std::vector<std::string> unknown_axes(const PictureOptions& options, const std::vector<report::plot::Panel>& panels);

void show_ranges(report::plot::Panel& panel, const PictureOptions& options);
/// The panel as it is wanted.
template <class P> P shown(P panel, const PictureOptions& options) {
  report::plot::Panel any = std::move(panel);
  show_ranges(any, options);
  return std::get<P>(std::move(any));
}

/// `wanted`, or nothing where a variable or a column is called so: its axis has the name.
std::string axis_name(std::string_view wanted, const std::vector<std::string>& taken);

template <class R> Option<R> PictureOptions::range_option() {
  return Option<R>::template parsed<&R::ranges, parse_plot_range, api::bounds_text>(
      {.name = "plot_range",
       .takes = "x=A:B,...",
       .help = "what axes of the pictures show, by their names: x=-10:10,y=-2:2, value=0:1 for f",
       .group = "Output",
       .decides = false});
}

template <class R> Option<R> PictureOptions::title_option() {
  return Option<R>::template of<&R::title>({.name = "title",
                                            .takes = "TEXT",
                                            .help = "above the pictures, in place of their own",
                                            .group = "Output",
                                            .decides = false});
}

}  // namespace talweg::present
