#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

/// Writes SVG elements. Colours, dashes and fonts are classes of the style sheet; only geometry is written here.
namespace talweg::report::plot {

using Spot = std::array<double, 2>;  ///< pixels from the left and from the top

struct Box {
  double left, top, width, height;
  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

enum class Anchor { start, middle, end };

/// `text` with <, >, & and quotes written out, and without characters that XML forbids.
std::string escaped(std::string_view text);
/// A pixel: two decimals at most.
std::string pixel(double value);
inline constexpr double bold = 1.15;  ///< how much wider bold letters are
/// About how wide a text is.
double text_width(std::string_view text, double size);
/// `text` cut to a width, with an ellipsis.
std::string fitted(std::string_view text, double size, double width);

class Canvas {
 public:
  /// `attributes` begin with a space: R"( data-x="1")".
  void line(Spot from, Spot to, std::string_view classes);
  void path(const std::vector<Spot>& spots, std::string_view classes, std::string_view attributes = "");
  /// Several closed outlines filled with the even-odd rule, and what pointing at them tells.
  void outlines(const std::vector<std::vector<Spot>>& lines, std::string_view classes, std::string_view title = "");
  void rectangle(const Box& box, std::string_view classes, std::string_view attributes = "",
                 std::string_view title = "");
  void circle(Spot centre, double radius, std::string_view classes, std::string_view title = "");
  /// Marker number `style` (circle, square, triangle, …), what pointing at it tells, and data attributes.
  void marker(Spot centre, int style, double radius, std::string_view title, std::string_view attributes = "");
  void text(Spot at, std::string_view words, std::string_view classes, Anchor anchor = Anchor::start,
            std::string_view title = "");
  /// Words upright beside the vertical axis.
  void text_upwards(Spot at, std::string_view words, std::string_view classes);
  void arrow(Spot from, Spot to, std::string_view classes);
  void open(std::string_view group);  ///< R"(g class="x")"
  void close(std::string_view name = "g");
  void raw(std::string_view markup) { out_ += markup; }
  std::string take() { return std::move(out_); }

 private:
  void element(std::string_view head, std::string_view title);
  std::string out_;
};

/// How many different looks there are; style numbers are taken modulo this.
inline constexpr int styles = 8;
/// "s3": the class of a line in the look of `style`; "m3" of its markers; "w3" of its words.
std::string line_class(int style);
std::string marker_class(int style);
std::string word_class(int style);

}  // namespace talweg::report::plot
