#include "talweg/report/plot/figure.hpp"

#include <algorithm>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/draw.hpp"
#include "talweg/report/plot/frame.hpp"

namespace talweg::report::plot {

using text::cat;

std::string svg(const Figure& figure, const SvgOptions& options) {
  constexpr double gap = 28;
  const double margin = options.margin;
  const std::size_t columns =
      std::clamp<std::size_t>(figure.panels.size(), 1, static_cast<std::size_t>(std::max(1, figure.columns)));
  const std::size_t rows = (std::max<std::size_t>(1, figure.panels.size()) + columns - 1) / columns;
  const double head = (figure.title.empty() ? 0 : 26) + (figure.subtitle.empty() ? 0 : 20) +
                      (figure.legend.empty() ? 0 : 24) + (figure.title.empty() && figure.subtitle.empty() ? 0 : 8);
  const auto w = static_cast<double>(figure.panel_width), h = static_cast<double>(figure.panel_height);
  const double width = 2 * margin + static_cast<double>(columns) * w + static_cast<double>(columns - 1) * gap;
  const double height = 2 * margin + head + static_cast<double>(rows) * h + static_cast<double>(rows - 1) * gap;

  Canvas canvas;
  canvas.open(cat("svg class=\"t\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", pixel(width), " ",
                  pixel(height), "\" width=\"", pixel(width), "\" height=\"", pixel(height), "\" role=\"img\""));
  if (!figure.title.empty()) canvas.raw(cat("<title>", escaped(figure.title), "</title>\n"));
  if (options.style) canvas.raw(cat("<style>", style_sheet(), "</style>\n"));
  canvas.rectangle({0, 0, width, height}, "t-ground");
  double top = margin;
  if (!figure.title.empty())
    canvas.text({margin, top + 16}, fitted(figure.title, bold * 18, width - 2 * margin), "t-ink t-head"), top += 26;
  if (!figure.subtitle.empty())
    canvas.text({margin, top + 13}, fitted(figure.subtitle, 12.5, width - 2 * margin), "t-quiet t-sub"), top += 20;
  legend(canvas, {margin, top, width - 2 * margin, 24}, figure.legend);
  for (std::size_t k = 0; k < figure.panels.size(); ++k) {
    const bool alone = k + 1 == figure.panels.size() && k % columns == 0;
    const Box box{margin + static_cast<double>(k % columns) * (w + gap),
                  margin + head + static_cast<double>(k / columns) * (h + gap), alone ? width - 2 * margin : w, h};
    std::visit([&](const auto& panel) { draw(canvas, panel, box, cat(options.id, k)); }, figure.panels[k]);
  }
  canvas.close("svg");
  return canvas.take();
}

}  // namespace talweg::report::plot
