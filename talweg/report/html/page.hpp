#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "talweg/report/plot/figure.hpp"
#include "talweg/report/table.hpp"

/// One report as one file: everything in it, nothing fetched, no clock. Callers list sections; this room knows nothing
/// of what ran.
namespace talweg::report::html {

struct Fact {
  std::string name, value;
};

/// Names and their values, one a line.
struct Facts {
  std::vector<Fact> facts;
};

/// Paragraphs, separated by line feeds.
struct Prose {
  std::string text;
};

/// Something to be copied: a command.
struct Code {
  std::string text;
};

/// What a program printed, as it printed it.
struct Output {
  std::string text;
};

/// A chart that zooms and tells its values; long series are thinned, and the page says so. Static where the build has
/// no chart library.
struct Curves {
  plot::Chart chart;
};

/// Panels that are only looked at: contours, histograms, a network.
struct Picture {
  std::vector<plot::Panel> panels;
};

/// A path over a curve or over contours, with a slider that moves a point along it and tells the numbers of that step.
/// The panel's first path, or its first series that is no background, is the one that is walked.
struct Steps {
  plot::Panel panel;
  std::vector<std::string> columns = {};       ///< what is told at each step
  std::vector<std::vector<double>> rows = {};  ///< (steps, columns)
};

/// Rows are the truth, columns the prediction.
struct Confusion {
  std::vector<std::string> classes;
  std::vector<std::int64_t> counts;  ///< (classes, classes)
};

/// One row of a data set and what was said of it.
struct Example {
  std::string truth = {}, prediction = {}, note = {};
  std::size_t width = 0, height = 0;  ///< of an image; 0 where the inputs are none
  std::vector<double> pixels = {};    ///< (height, width), 0 to 1, 1 is ink
  std::vector<Fact> inputs = {};      ///< in place of an image
};
struct Examples {
  std::vector<Example> examples;
};

/// A table; of a long one some rows, and the page says which and where all are.
struct Rows {
  Table table = {};
  std::string all_rows = {};  ///< how to get every row: the command, in words
  bool whole = false;         ///< in its full height, without scrolling
};

/// A picture that is finished SVG, such as the graph of a computation, in its own size.
struct Drawing {
  std::string svg;
};

struct Part;
/// Several contents that belong together.
struct Parts {
  std::vector<Part> parts;
};

using Content =
    std::variant<Facts, Prose, Code, Output, Curves, Picture, Steps, Confusion, Examples, Rows, Drawing, Parts>;

struct Part {
  std::string title = {};
  Content content;
  std::string command = {};  ///< how the reader gets it
  bool wide = false;         ///< takes the whole width; other parts stand in pairs where there is room
};

struct Section {
  std::string title;
  std::string words = {};  ///< below the title: what is seen
  Content content;
  bool wide = false;  ///< takes the whole width of the page; other sections stand in pairs where there is room
  /// Begins a chapter of that title. The list at the top of a page with chapters names these, and not the sections.
  std::string chapter = {};
};

enum class Tone { good, neutral, bad };

struct Page {
  std::string title, subtitle = {};
  std::string verdict = {};  ///< what happened, in a sentence
  Tone tone = Tone::neutral;
  std::vector<Fact> figures = {};  ///< a few numbers in large type
  std::vector<Section> sections = {};
  std::string footer = {};
};

struct Options {
  bool zoomable = true;  ///< false: static charts, as in a build without the chart library
};

/// The whole file. Same page, same bytes.
std::string document(const Page& page, const Options& options = {});

/// Whether this build can make charts that zoom.
bool has_chart_library();

}  // namespace talweg::report::html
