#include "talweg/report/plot/canvas.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg::report::plot {

namespace {

using text::cat;

std::string points(const std::vector<Spot>& spots, bool closed) {
  std::string out;
  bool broken = true;
  for (const Spot& s : spots) {
    if (!std::isfinite(s[0]) || !std::isfinite(s[1])) {
      broken = true;
      continue;
    }
    out += cat(broken ? "M" : "L", pixel(s[0]), ",", pixel(s[1]));
    broken = false;
  }
  return closed ? out + "Z" : out;
}

/// Corners of a polygon around (0, 0), each pair a unit of the radius.
std::string polygon(Spot c, double r, std::initializer_list<Spot> corners) {
  std::vector<Spot> spots;
  for (const Spot& k : corners) spots.push_back({c[0] + r * k[0], c[1] + r * k[1]});
  return cat("path d=\"", points(spots, true), "\"");
}

/// The shapes are as far apart as eight can be: four outlines, each filled and hollow (by the style sheet).
std::string shape(Spot c, int style, double r) {
  switch (style % 4) {
    case 1:
      return polygon(c, r, {{-.89, -.89}, {.89, -.89}, {.89, .89}, {-.89, .89}});
    case 2:
      return polygon(c, r * 1.2, {{0, -1}, {.95, .7}, {-.95, .7}});
    case 3:
      return polygon(c, r * 1.25, {{0, -1}, {1, 0}, {0, 1}, {-1, 0}});
    default:
      return cat("circle cx=\"", pixel(c[0]), "\" cy=\"", pixel(c[1]), "\" r=\"", pixel(r), "\"");
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text::visible(text, "\n\t")) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string pixel(double value) {
  char buffer[40];
  value = std::clamp(std::isfinite(value) ? value : 0, -1e6, 1e6);
  std::string out(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 2).ptr);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

namespace {

/// Of a character of UTF-8, by its first byte, in units of the size; 0 for the bytes that go on with it.
double units(char c) {
  if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) return 0;
  return std::string_view("iljft.,:;|!'()[] ").find(c) != std::string_view::npos ? 0.34
         : c == 'm' || c == 'w' || (c >= 'A' && c <= 'Z')                        ? 0.74
                                                                                 : 0.57;
}

}  // namespace

double text_width(std::string_view text, double size) {
  double width = 0;
  for (const char c : text) width += units(c);
  return width * size;
}

std::string fitted(std::string_view text, double size, double width) {
  if (text_width(text, size) <= width) return std::string(text);
  double taken = 0;
  std::size_t end = 0;
  for (std::size_t k = 0; k < text.size(); ++k) {
    taken += units(text[k]);
    if (taken * size + 0.9 * size > width) break;
    end = k + 1;
  }
  return cat(text.substr(0, end), "…");
}

void Canvas::element(std::string_view head, std::string_view title) {
  if (title.empty())
    out_ += cat("<", head, "/>\n");
  else
    out_ += cat("<", head, "><title>", escaped(title), "</title></", head.substr(0, head.find(' ')), ">\n");
}

void Canvas::line(Spot from, Spot to, std::string_view classes) { path({from, to}, classes); }

void Canvas::path(const std::vector<Spot>& spots, std::string_view classes, std::string_view attributes) {
  element(cat("path class=\"", classes, "\" d=\"", points(spots, false), "\"", attributes), "");
}

void Canvas::outlines(const std::vector<std::vector<Spot>>& lines, std::string_view classes, std::string_view title) {
  std::string d;
  for (const auto& l : lines) d += points(l, true);
  if (!d.empty()) element(cat("path class=\"", classes, "\" fill-rule=\"evenodd\" d=\"", d, "\""), title);
}

void Canvas::rectangle(const Box& b, std::string_view classes, std::string_view attributes, std::string_view title) {
  element(cat("rect class=\"", classes, "\" x=\"", pixel(b.left), "\" y=\"", pixel(b.top), "\" width=\"",
              pixel(b.width), "\" height=\"", pixel(b.height), "\"", attributes),
          title);
}

void Canvas::circle(Spot c, double radius, std::string_view classes, std::string_view title) {
  element(
      cat("circle class=\"", classes, "\" cx=\"", pixel(c[0]), "\" cy=\"", pixel(c[1]), "\" r=\"", pixel(radius), "\""),
      title);
}

void Canvas::marker(Spot centre, int style, double radius, std::string_view title, std::string_view attributes) {
  element(cat(shape(centre, style, radius), " class=\"", marker_class(style), "\"", attributes), title);
}

void Canvas::text(Spot at, std::string_view words, std::string_view classes, Anchor anchor, std::string_view title) {
  static constexpr std::array anchors{"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  out_ += cat("<text class=\"", classes, "\" x=\"", pixel(at[0]), "\" y=\"", pixel(at[1]), "\"",
              anchors[static_cast<std::size_t>(anchor)], ">", escaped(words),
              title.empty() ? "" : cat("<title>", escaped(title), "</title>"), "</text>\n");
}

void Canvas::text_upwards(Spot at, std::string_view words, std::string_view classes) {
  out_ += cat("<text class=\"", classes, "\" text-anchor=\"middle\" transform=\"translate(", pixel(at[0]), ",",
              pixel(at[1]), ") rotate(-90)\">", escaped(words), "</text>\n");
}

void Canvas::arrow(Spot from, Spot to, std::string_view classes) {
  const double dx = to[0] - from[0], dy = to[1] - from[1], length = std::hypot(dx, dy);
  if (!(length > 2)) return;
  const double ux = dx / length, uy = dy / length, head = std::min(6.0, length * 0.6);
  const Spot left{to[0] - head * ux + head * 0.45 * uy, to[1] - head * uy - head * 0.45 * ux};
  const Spot right{to[0] - head * ux - head * 0.45 * uy, to[1] - head * uy + head * 0.45 * ux};
  path({from, to, {NAN, NAN}, left, to, right}, classes);
}

void Canvas::open(std::string_view group) { out_ += cat("<", group, ">\n"); }
void Canvas::close(std::string_view name) { out_ += cat("</", name, ">\n"); }

std::string line_class(int style) { return cat("s", style % styles); }
std::string marker_class(int style) { return cat("m", style % styles); }
std::string word_class(int style) { return cat("w", style % styles); }

}  // namespace talweg::report::plot
