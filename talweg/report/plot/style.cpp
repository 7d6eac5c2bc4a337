#include "talweg/base/text.hpp"
#include "talweg/report/plot/canvas.hpp"
#include "talweg/report/plot/figure.hpp"

namespace talweg::report::plot {

namespace {

using text::cat;

struct Look {
  const char *light, *dark, *dash;
};
/// Colours that stay apart for colour-blind readers (after Okabe and Ito 2008), darkened for a light ground and
/// lightened for a dark one until text in them has a contrast of at least 4.5; the dashes and markers tell the series
/// apart in black and white.
constexpr std::array<Look, styles> looks{{{"#0067a5", "#6cb6ff", ""},
                                          {"#c04a00", "#ff9f5a", "8 4"},
                                          {"#00785a", "#4fd1a1", "2.5 3"},
                                          {"#9c3f83", "#e79bd0", "10 3 2 3"},
                                          {"#7a6000", "#e3c341", "14 4"},
                                          {"#4f46b8", "#aba6ff", "5 2.5"},
                                          {"#a3243b", "#ff8f9c", "1.5 4"},
                                          {"#4b5563", "#c3c9d2", "12 3 2 3 2 3"}}};

struct Theme {
  const char *ground, *plot, *frame, *grid, *ink, *quiet, *level, *contour, *bar;
  const char* level_opacity;
};
constexpr Theme light{"#ffffff", "#ffffff", "#c9d1da", "#e8ecf0", "#1b2027",
                      "#57606a", "#2f74b5", "#7d9dc0", "#6f9fce", ".085"};
constexpr Theme dark{"#0d1117", "#0d1117", "#3a424d", "#222831", "#e6edf3",
                     "#9aa4af", "#4c8fd6", "#45648a", "#3d6ea3", ".1"};

/// `.svg` rules for one theme. Rules repeat no geometry: what a dark ground changes is colours.
std::string colours(const Theme& t, bool is_dark) {
  std::string out =
      cat(".t-ground{fill:", t.ground, "}.t-plot{fill:", t.plot, "}.t-frame{fill:none;stroke:", t.frame,
          "}.t-grid{stroke:", t.grid, "}.t-axis,.t-tick{stroke:", t.frame, "}.t-ink{fill:", t.ink,
          "}.t-quiet{fill:", t.quiet, "}.t-curve{stroke:", t.quiet, "}.t-level{fill:", t.level,
          ";fill-opacity:", t.level_opacity, ";stroke:", t.contour, "}.t-bar{fill:", t.bar, ";stroke:", t.plot,
          "}.t-halo{stroke:", t.plot, "}.t-words{stroke:", t.plot, "}.t-goal{stroke:", t.ink, "}.t-start{fill:", t.plot,
          ";stroke:", t.ink, "}.t-forbid{stroke:", t.quiet, "}.t-unit{fill:", t.plot, ";stroke:", t.ink,
          "}.t-edge{stroke:", t.quiet, "}");
  for (int k = 0; k < styles; ++k) {
    const char* colour = is_dark ? looks[static_cast<std::size_t>(k)].dark : looks[static_cast<std::size_t>(k)].light;
    out += cat(".s", k, "{stroke:", colour, "}.w", k, ",.b", k, "{fill:", colour, "}.m", k, "{stroke:", colour,
               ";fill:", k < 4 ? colour : t.plot, "}");
  }
  return out;
}

}  // namespace

std::string style_sheet() {
  std::string out =
      "svg.t{font-family:system-ui,-apple-system,'Segoe UI','Noto Sans','DejaVu Sans',Helvetica,Arial,sans-serif}"
      ".t text{font-size:12px}.t .t-title{font-size:15px;font-weight:600}.t .t-head{font-size:18px;font-weight:600}"
      ".t .t-sub{font-size:12.5px}.t .t-name{font-weight:600}"
      ".t-line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}"
      ".t-curve{fill:none;stroke-width:1.5;stroke-linejoin:round}.t-halo{fill:none;stroke-width:4.5;stroke-opacity:.6;"
      "stroke-linejoin:round}.t-words{stroke-width:3.5;stroke-linejoin:round;paint-order:stroke}"
      ".t-thin{fill:none;stroke-width:1.3;stroke-opacity:.85}.t-band{fill-opacity:.15;stroke:none}.t-level{stroke-"
      "width:.7}"
      ".t-goal,.t-start{stroke-width:2}.t-forbid{fill:none;stroke-width:1.4}.t-grid,.t-tick,.t-axis{fill:none}"
      ".t-unit{stroke-width:1.3}.t-edge{fill:none}.t-leader{fill:none;stroke-width:1;stroke-opacity:.6}";
  for (int k = 0; k < styles; ++k) {
    if (const char* dash = looks[static_cast<std::size_t>(k)].dash; *dash != '\0')
      out += cat(".s", k, "{stroke-dasharray:", dash, "}");
    out += cat(".m", k, "{stroke-width:1.6}");
  }
  out += ".t-solid,.t-thin,.t-leader{stroke-dasharray:none}";
  return cat(out, "\n", colours(light, false), "\n@media (prefers-color-scheme:dark){", colours(dark, true), "}");
}

}  // namespace talweg::report::plot
