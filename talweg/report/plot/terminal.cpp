#include <algorithm>
#include <cmath>
#include <cstdint>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/contours.hpp"
#include "talweg/report/plot/draw.hpp"
#include "talweg/report/plot/ranges.hpp"

namespace talweg::report::plot {

namespace {

using text::cat;

/// Characters that each hold two by four dots, with one colour each.
class Braille {
 public:
  Braille(int columns, int rows) : columns_(columns), rows_(rows) {
    const auto n = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    dots_.resize(n);
    colours_.resize(n, -1);
    shades_.resize(n);
  }
  int width() const { return 2 * columns_; }
  int height() const { return 4 * rows_; }
  int columns() const { return columns_; }
  int rows() const { return rows_; }

  void dot(int x, int y, int colour) {
    if (x < 0 || y < 0 || x >= width() || y >= height()) return;
    static constexpr std::uint8_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const std::size_t cell = at(x / 2, y / 4);
    dots_[cell] |= bits[y % 4][x % 2];
    colours_[cell] = colour;
  }

  void line(Spot a, Spot b, int colour) {
    if (!std::isfinite(a[0] + a[1] + b[0] + b[1])) return;
    // What leaps out of the picture goes on a little beyond its edge.
    if (!cut_segment(a, b, {-40, -40, width() + 80.0, height() + 80.0})) return;
    const double dx = b[0] - a[0], dy = b[1] - a[1];
    const int steps = std::max(1, static_cast<int>(std::ceil(std::max(std::abs(dx), std::abs(dy)))));
    for (int k = 0; k <= steps; ++k)
      dot(static_cast<int>(std::lround(a[0] + dx * k / steps)), static_cast<int>(std::lround(a[1] + dy * k / steps)),
          colour);
  }

  void shade(int column, int row, int level) { shades_[at(column, row)] = level; }
  /// A character at a spot in dots; none where that lies outside.
  void sign(const Spot& spot, std::string text, int colour) {
    if (!(spot[0] > -1 && spot[1] > -1 && spot[0] < width() && spot[1] < height())) return;
    signs_.push_back({at(static_cast<int>(spot[0]) / 2, static_cast<int>(spot[1]) / 4), std::move(text), colour});
  }

  std::string row(int r, bool colour) const {
    std::string out;
    for (int c = 0; c < columns_; ++c) out += cell(at(c, r), colour);
    return out;
  }

 private:
  struct Sign {
    std::size_t cell;
    std::string text;
    int colour;
  };
  std::size_t at(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
  }
  static std::string coloured(const std::string& glyph, int colour) {
    static constexpr std::array codes{"34", "33", "32", "35", "36", "31", "94", "37"};
    return colour < 0 ? glyph : cat("\x1b[", codes[static_cast<std::size_t>(colour % styles)], "m", glyph, "\x1b[0m");
  }
  std::string cell(std::size_t k, bool colour) const {
    for (const auto& s : signs_)
      if (s.cell == k) return colour ? coloured(s.text, s.colour) : s.text;
    if (dots_[k] != 0) {
      const int code = 0x2800 + dots_[k];
      const std::string glyph{static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
                              static_cast<char>(0x80 | (code & 0x3F))};
      return colour ? coloured(glyph, colours_[k]) : glyph;
    }
    static constexpr std::array shades{" ", "·", "░", "▒"};
    const char* shade = shades[static_cast<std::size_t>(std::clamp(shades_[k], 0, 3))];
    return colour && shades_[k] > 0 ? cat("\x1b[90m", shade, "\x1b[0m") : shade;
  }

  int columns_, rows_;
  std::vector<std::uint8_t> dots_;
  std::vector<int> colours_, shades_;
  std::vector<Sign> signs_;
};

constexpr std::size_t many = 6;  // panels, of which each is low
constexpr int margin = 11;       // characters for the numbers of the vertical axis

int characters(std::string_view s) {
  return static_cast<int>(std::count_if(s.begin(), s.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}
std::string spaces(int n) { return std::string(static_cast<std::size_t>(std::max(0, n)), ' '); }
std::string dashes(int n) {
  std::string out;
  for (int k = 0; k < n; ++k) out += "─";
  return out;
}
std::string cut(const std::string& words, int width) {
  if (characters(words) <= width) return words;
  std::string out;
  for (const char c : words) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && characters(out) + 1 >= width) break;
    out += c;
  }
  return out + "…";
}

struct View {
  Range x, y;
  int width, height;  ///< dots
  Spot spot(double at_x, double at_y) const {
    return {x.place(at_x) * (width - 1), (1 - y.place(at_y)) * (height - 1)};
  }
};

/// The label of each row that a tick falls on.
std::vector<std::string> row_labels(const View& v, int rows) {
  std::vector<std::string> out(static_cast<std::size_t>(rows));
  for (const auto& t : ticks(v.y, std::max(3, rows / 4))) {
    const double place = (1 - v.y.place(t.value)) * (rows - 1);
    if (place > -0.5 && place < rows - 0.5) out[static_cast<std::size_t>(std::lround(place))] = t.label;
  }
  return out;
}

std::string x_axis(const View& v, int columns, const std::string& name) {
  std::string line;
  int used = 0;
  for (const auto& t : ticks(v.x, std::max(2, columns / 14))) {
    const int place = static_cast<int>(std::lround(v.x.place(t.value) * (columns - 1))), width = characters(t.label);
    const int begin = std::max(0, place - width / 2);
    if (place < 0 || place >= columns || t.label.empty() || (used > 0 && begin < used + 1)) continue;
    line += spaces(begin - used) + t.label;
    used = begin + width;
  }
  return cat(spaces(margin), line, used + 2 + characters(name) <= columns + 8 ? cat("  ", text::visible(name)) : "",
             "\n");
}

struct Words {
  std::string title, outside, x_name;
};

std::string framed(const Braille& canvas, const View& v, const Words& words, bool colour) {
  std::string out = cat("  ", cut(text::visible(words.title), canvas.columns() + margin - 2), "\n");
  if (!words.outside.empty()) out += cat("  ", words.outside, "\n");
  const auto labels = row_labels(v, canvas.rows());
  for (int r = 0; r < canvas.rows(); ++r) {
    const std::string& label = labels[static_cast<std::size_t>(r)];
    out += cat(spaces(margin - 2 - characters(label)), label, label.empty() ? " │" : " ┤", canvas.row(r, colour), "\n");
  }
  return cat(out, spaces(margin - 1), "└", dashes(canvas.columns()), "\n", x_axis(v, canvas.columns(), words.x_name));
}

/// A letter at the end of each of several lines, explained below.
std::string legend(Braille& canvas, const View& v, const Chart& chart) {
  std::string out;
  int number = 0;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& s = chart.series[i];
    if (s.background || s.name.empty() || s.x.empty()) continue;
    const std::string letter(1, static_cast<char>('a' + number++ % 26));
    for (std::size_t k = s.x.size(); k-- > 0;) {
      const Spot at = v.spot(s.x[k], s.y[k]);
      if (!std::isfinite(at[0] + at[1])) continue;
      canvas.sign(at, letter, s.style.value_or(static_cast<int>(i)));
      break;
    }
    if (chart.named) out += cat(spaces(margin), letter, " ", text::visible(s.name), "\n");
  }
  return out;
}

std::string drawn(const Chart& chart, const TerminalOptions& o) {
  Braille canvas(std::max(10, o.columns - margin - 1), o.rows);
  const View v{x_range(chart), y_range(chart), canvas.width(), canvas.height()};
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& s = chart.series[i];
    const int colour = s.background ? -1 : s.style.value_or(static_cast<int>(i));
    for (std::size_t k = 0; k < s.x.size(); ++k) {
      const Spot at = v.spot(s.x[k], s.y[k]);
      if (!std::isfinite(at[0] + at[1])) continue;
      const Spot near{std::clamp(at[0], -9.0, v.width + 9.0), std::clamp(at[1], -9.0, v.height + 9.0)};
      const int x = static_cast<int>(std::lround(near[0])), y = static_cast<int>(std::lround(near[1]));
      if (s.draw != Draw::line && s.x.size() <= 200)
        for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {0, 1}, {1, 1}}) canvas.dot(x + dx, y + dy, colour);
      else if (s.draw == Draw::points)
        canvas.dot(x, y, colour);
      if (k > 0 && s.draw != Draw::points) canvas.line(v.spot(s.x[k - 1], s.y[k - 1]), at, colour);
    }
  }
  const std::string names = legend(canvas, v, chart);
  const std::string title = cat(chart.title, chart.y.scale == Scale::log ? " (logarithmic)" : "");
  return framed(canvas, v, {title, outside_words(chart), chart.x.label}, o.colour) + names;
}

/// Shades each character by how many contours lie below it: dark towards the lowest values.
void shade(Braille& canvas, const Plane& plane, const View& v) {
  if (!plane.value) return;
  const auto height = [&](double x, double y) { return plane.maximize ? -plane.value(x, y) : plane.value(x, y); };
  const auto columns = static_cast<std::size_t>(canvas.columns()), rows = static_cast<std::size_t>(canvas.rows());
  const Field field = sample(height, {v.x.low, v.x.high}, {v.y.low, v.y.high}, columns, rows);
  const auto heights = levels(field, 8);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      const double value = field.at(c + 1, rows - r);
      const auto above = std::count_if(heights.begin(), heights.end(), [&](double level) { return value <= level; });
      canvas.shade(static_cast<int>(c), static_cast<int>(r),
                   std::isfinite(value) ? static_cast<int>((above + 1) / 3) : 0);
    }
}

std::string drawn(const Plane& plane, const TerminalOptions& o) {
  Braille canvas(std::max(10, o.columns - margin - 1), o.rows);
  const View v{x_range(plane), y_range(plane), canvas.width(), canvas.height()};
  shade(canvas, plane, v);
  std::string names;
  const auto sign = [&](double x, double y, const char* text, int colour) { canvas.sign(v.spot(x, y), text, colour); };
  for (std::size_t i = 0; i < plane.paths.size(); ++i) {
    const Path& p = plane.paths[i];
    const int colour = p.style.value_or(static_cast<int>(i));
    for (std::size_t k = 1; k < p.x.size(); ++k)
      canvas.line(v.spot(p.x[k - 1], p.y[k - 1]), v.spot(p.x[k], p.y[k]), colour);
    if (p.x.empty()) continue;
    sign(p.x.front(), p.y.front(), "○", colour);
    const std::string end = plane.paths.size() == 1 ? "●" : std::string(1, static_cast<char>('a' + i % 26));
    sign(p.x.back(), p.y.back(), end.c_str(), colour);
    if (!p.name.empty()) names += cat(spaces(margin), end, " ", text::visible(p.name), "\n");
  }
  if (plane.goal && plane.paths.size() != 1) sign((*plane.goal)[0], (*plane.goal)[1], "+", -1);
  const std::string title = cat(plane.title, ": ○ start, ● end; upwards ", plane.y_label);
  return framed(canvas, v, {title, outside_words(plane), plane.x_label}, o.colour) + names;
}

}  // namespace

std::string terminal(const Figure& figure, const TerminalOptions& options) {
  std::string out =
      figure.title.empty() ? "" : cat("\n  ", cut(text::visible(figure.title), options.columns - 2), "\n");
  for (std::size_t k = 0; k < figure.legend.size(); ++k)
    out += cat("  ", std::string(1, static_cast<char>('a' + k % 26)), " ", text::visible(figure.legend[k].name), "\n");
  TerminalOptions each = options;
  if (figure.panels.size() > many) each.rows = std::min(each.rows, 10);
  for (const auto& panel : figure.panels) {
    if (const auto* chart = std::get_if<Chart>(&panel)) out += "\n" + drawn(*chart, each);
    if (const auto* plane = std::get_if<Plane>(&panel)) out += "\n" + drawn(*plane, each);
  }
  return out;
}

}  // namespace talweg::report::plot
