#include "talweg/report/html/page.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "talweg/base/base64.hpp"
#include "talweg/base/sha256.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/html/assets.hpp"
#include "talweg/report/html/image.hpp"
#include "talweg/report/html/json.hpp"
#include "talweg/report/plot/canvas.hpp"
#include "talweg/report/plot/ranges.hpp"
#include "talweg/report/plot/thin.hpp"

namespace talweg::report::html {

namespace {

using plot::escaped;
using text::cat;

constexpr std::size_t rows_in_sight = 13;  // of a table, in the 26rem that page.css gives it
constexpr std::size_t most_rows = 600;     // of a table
constexpr std::size_t most_steps = 1000;   // of a slider

/// "100,000": a count as people read it.
std::string grouped(std::size_t n) {
  std::string digits = cat(n);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string svg_of(const std::vector<plot::Panel>& panels, const std::string& id) {
  std::string out;
  for (std::size_t k = 0; k < panels.size(); ++k)
    out += plot::svg({.panels = {panels[k]}, .columns = 1, .panel_width = 440, .panel_height = 340},
                     {.style = false, .margin = 4, .id = cat(id, "p", k)});
  return out;
}

/// Writes the contents of one section. `id` is the section's own.
class Writer {
 public:
  Writer(std::string id, bool zoomable) : id_(std::move(id)), zoomable_(zoomable) {}

  std::string operator()(const Facts& c) const {
    std::string out = "<dl class=\"facts\">";
    for (const auto& f : c.facts) out += cat("<dt>", escaped(f.name), "</dt><dd>", escaped(f.value), "</dd>");
    return out + "</dl>\n";
  }

  std::string operator()(const Prose& c) const {
    std::string out;
    for (const auto line : text::split(c.text, '\n'))
      if (!line.empty()) out += cat("<p>", escaped(line), "</p>\n");
    return out;
  }

  std::string operator()(const Code& c) const {
    return cat("<div class=\"code\"><pre tabindex=\"0\"><code>", with_whole_options(c.text),
               "</code></pre><button type=\"button\" class=\"copy\">Copy</button></div>\n");
  }

  std::string operator()(const Output& c) const {
    return cat("<pre class=\"output\" tabindex=\"0\">", escaped(c.text), "</pre>\n");
  }

  std::string operator()(const Curves& c) const {
    plot::Chart chart = c.chart;
    chart.title.clear();
    const std::string drawn = svg_of({chart}, id_);
    if (!zoomable_) return cat("<figure class=\"picture\">", drawn, "</figure>\n", thinned_note(c.chart));
    return cat("<figure class=\"curves\"><script type=\"application/json\">", curves_json(c.chart),
               "</script><noscript>", drawn, "</noscript></figure>\n", outside_note(c.chart), thinned_note(c.chart));
  }

  std::string operator()(const Picture& c) const {
    return cat("<figure class=\"picture", c.panels.size() > 1 ? " several" : "", "\">", svg_of(c.panels, id_),
               "</figure>\n");
  }

  std::string operator()(const Steps& c) const {
    plot::Panel panel = c.panel;
    std::visit([](auto& p) { p.title.clear(); }, panel);
    const auto kept = plot::thin_steps(c.rows.size(), most_steps);
    std::string note;
    if (kept.size() < c.rows.size())
      note = cat("<p class=\"note\">The slider stops at ", grouped(kept.size()), " of ", grouped(c.rows.size()),
                 " points: at each of the first ", grouped(most_steps / 4),
                 ", then at gaps that grow evenly, and at the last.</p>\n");
    return cat("<figure class=\"steps\">", svg_of({panel}, id_), "<script type=\"application/json\">",
               steps_json(c, kept), "</script></figure>\n", note);
  }

  std::string operator()(const Confusion& c) const {
    const std::size_t n = c.classes.size();
    std::string out =
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"confusion\"><caption>rows: the truth; columns: the "
        "prediction</caption><thead><tr><td></td>";
    for (const auto& name : c.classes) out += cat("<th scope=\"col\">", escaped(name), "</th>");
    out += "<th scope=\"col\" class=\"sum\">found</th></tr></thead>\n<tbody>";
    for (std::size_t i = 0; i < n; ++i) out += confusion_row(c, i);
    return out + "</tbody></table></div>\n";
  }

  std::string operator()(const Examples& c) const {
    if (c.examples.empty()) return "<p>There is none: every one is predicted as it should be.</p>\n";
    std::string out = "<ul class=\"examples\">";
    for (const auto& e : c.examples) {
      out += "<li>";
      if (e.width > 0)
        out += cat("<img src=\"", png_uri(e.pixels, e.width, e.height), "\" width=\"96\" height=\"",
                   96 * e.height / e.width, "\" alt=\"a picture of class ", escaped(e.truth), "\">");
      out += cat("<p><b>", escaped(e.prediction), "</b> <span>instead of</span> <b>", escaped(e.truth),
                 "</b></p><p class=\"note\">", escaped(e.note), "</p>");
      if (!e.inputs.empty()) out += (*this)(Facts{e.inputs});
      out += "</li>\n";
    }
    return out + "</ul>\n";
  }

  std::string operator()(const Rows& c) const {
    const Table& t = c.table;
    const auto kept = plot::thin_steps(t.rows.size(), most_rows);
    std::string out =
        cat("<div class=\"scroll", c.whole ? "" : " tall", "\" tabindex=\"0\"><table class=\"rows\"><thead><tr>");
    std::vector<const char*> classes;
    for (std::size_t at = 0; at < t.columns.size(); ++at) {
      classes.push_back(has_words(t, at) ? " class=\"word\"" : "");
      out += cat("<th scope=\"col\"", classes[at], ">", escaped(t.columns[at]), "</th>");
    }
    out += "</tr></thead><tbody>\n";
    for (const auto k : kept) {
      out += "<tr>";
      for (std::size_t at = 0; at < t.columns.size(); ++at)
        out += cat("<td", classes[at], ">", cell_text(t.rows[k][at]), "</td>");
      out += "</tr>\n";
    }
    out += "</tbody></table></div>\n";
    if (kept.size() > rows_in_sight && !c.whole)
      out += cat("<p class=\"note on-screen\">The table goes on: scroll it, it has ", grouped(kept.size()),
                 " rows.</p>\n");
    if (kept.size() == t.rows.size()) return out;
    return cat(out, "<p class=\"note\">", grouped(kept.size()), " of ", grouped(t.rows.size()),
               " rows: each of the first ", grouped(most_rows / 4), ", then with gaps that grow evenly, and the last.",
               c.all_rows.empty() ? "" : cat(" All of them: <code>", escaped(c.all_rows), "</code>"), "</p>\n");
  }

  std::string operator()(const Drawing& c) const {
    return cat("<figure class=\"drawing scroll\" tabindex=\"0\">", c.svg, "</figure>\n");
  }

  std::string operator()(const Parts& c) const {
    std::string out = "<div class=\"parts\">\n";
    for (std::size_t k = 0; k < c.parts.size(); ++k) {
      const Part& part = c.parts[k];
      out += part.wide ? "<div class=\"part wide\">" : "<div class=\"part\">";
      if (!part.title.empty()) out += cat("<p class=\"part-title\">", escaped(part.title), "</p>\n");
      out += std::visit(Writer(cat(id_, "n", k), zoomable_), part.content);
      if (!part.command.empty()) out += (*this)(Code{part.command});
      out += "</div>\n";
    }
    return out + "</div>\n";
  }

 private:
  /// A browser would end a line behind the hyphens of an option.
  static std::string with_whole_options(const std::string& code) {
    std::string out;
    for (std::size_t at = 0; at < code.size();) {
      const std::size_t end = std::min(code.find_first_of(" \n", at), code.size());
      const std::string word = code.substr(at, end - at);
      const bool option = word.starts_with('-') && word.size() < 30;
      out += option ? cat("<span>", escaped(word), "</span>") : escaped(word);
      if (end < code.size()) out += code[end];
      at = end + 1;
    }
    return out;
  }
  static std::string cell_text(const Cell& cell) {
    if (const auto* v = std::get_if<double>(&cell)) return text::number(*v);
    if (const auto* n = std::get_if<std::int64_t>(&cell)) return cat(*n);
    const auto* s = std::get_if<std::string>(&cell);
    return s ? escaped(*s) : "";
  }

  /// Whether a column has cells that are no numbers, written as numbers or as words.
  static bool has_words(const Table& t, std::size_t column) {
    return std::any_of(t.rows.begin(), t.rows.end(), [&](const auto& row) {
      const auto* s = std::get_if<std::string>(&row[column]);
      return s && !text::trim(*s).empty() && *s != "-" && *s != "…" && !text::parse_number(text::trim(*s));
    });
  }

  static std::string confusion_row(const Confusion& c, std::size_t i) {
    const std::size_t n = c.classes.size();
    std::int64_t sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum += c.counts[i * n + j];
    std::string out = cat("<tr><th scope=\"row\">", escaped(c.classes[i]), "</th>");
    for (std::size_t j = 0; j < n; ++j) {
      const std::int64_t count = c.counts[i * n + j];
      const double share = sum > 0 ? static_cast<double>(count) / static_cast<double>(sum) : 0;
      // Square root: a few mistakes must be seen beside many hits.
      out += cat("<td class=\"",
                 i == j      ? "hit"
                 : count > 0 ? "miss"
                             : "none",
                 "\" style=\"--share:", static_cast<int>(std::lround(100 * std::sqrt(share))), "%\">", count, "</td>");
    }
    const double found = sum > 0 ? 100 * static_cast<double>(c.counts[i * n + i]) / static_cast<double>(sum) : 0;
    return cat(out, "<td class=\"sum\">", sum > 0 ? cat(text::brief(found, 3), " %") : "", "</td></tr>\n");
  }

  static std::string outside_note(const plot::Chart& chart) {
    const std::string words = plot::outside_words(chart);
    return words.empty() ? "" : cat("<p class=\"note\">", words, " of what is shown first.</p>\n");
  }

  static std::string thinned_note(const plot::Chart& chart) {
    std::size_t most = 0, drawn = 0;
    for (const auto& s : chart.series)
      if (s.x.size() > most) most = s.x.size(), drawn = plot::thin(s.y, curve_buckets).size();
    if (drawn == most) return "";
    return cat("<p class=\"note\">", grouped(drawn), " of ", grouped(most), " points: of each ",
               grouped((most + curve_buckets - 1) / curve_buckets),
               " in a row the first, the smallest, the largest and the last, so no peak is lost.</p>\n");
  }

  std::string id_;
  bool zoomable_;
};

/// The scripts of a page as they stand between their tags.
std::vector<std::string> scripts(bool zoomable) {
  std::vector<std::string> out;
  if (zoomable) out.emplace_back(chart_script());
  out.push_back(cat("\n", page_script()));
  return out;
}

/// Nothing is fetched, and no script runs but those of this page, by their digests: what a name of a file could
/// smuggle in would stand still.
std::string security_policy(bool zoomable) {
  std::string allowed;
  for (const auto& script : scripts(zoomable)) {
    Sha256 hash;
    hash.add(script);
    const auto digest = hash.digest();
    allowed += cat(" 'sha256-", base64({reinterpret_cast<const char*>(digest.data()), digest.size()}), "'");
  }
  return cat("default-src 'none'; script-src", allowed,
             "; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'");
}

std::string head(const Page& page, bool zoomable) {
  std::string out =
      cat("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"",
          security_policy(zoomable),
          "\">\n<meta name=\"viewport\" "
          "content=\"width=device-width, "
          "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" "
          "href=\"data:,\">\n<title>",
          escaped(page.title), "</title>\n<style>\n");
  if (zoomable) out += cat(chart_style(), "\n");
  return cat(out, plot::style_sheet(), "\n", page_style(), "</style>\n</head>\n");
}

bool has_chapters(const Page& page) {
  return std::ranges::any_of(page.sections, [](const Section& s) { return !s.chapter.empty(); });
}

std::string top(const Page& page) {
  static constexpr std::array tones{"good", "neutral", "bad"};
  std::string out = cat("<body>\n<a class=\"skip\" href=\"#content\">To the content</a>\n<header>\n<h1>",
                        escaped(page.title), "</h1>\n");
  if (!page.subtitle.empty()) out += cat("<p class=\"subtitle\">", escaped(page.subtitle), "</p>\n");
  if (!page.verdict.empty())
    out +=
        cat("<p class=\"verdict ", tones[static_cast<std::size_t>(page.tone)], "\">", escaped(page.verdict), "</p>\n");
  if (!page.figures.empty()) {
    out += "<dl class=\"figures\">";
    for (const auto& f : page.figures)
      out += cat("<div><dt>", escaped(f.name), "</dt><dd>", escaped(f.value), "</dd></div>");
    out += "</dl>\n";
  }
  out += cat("</header>\n<nav aria-label=\"", has_chapters(page) ? "Chapters" : "Sections", "\"><ul>");
  for (std::size_t k = 0; k < page.sections.size(); ++k) {
    const Section& s = page.sections[k];
    if (!s.chapter.empty())
      out += cat("<li><a href=\"#c", k, "\">", escaped(s.chapter), "</a></li>");
    else if (!has_chapters(page))
      out += cat("<li><a href=\"#s", k, "\">", escaped(s.title), "</a></li>");
  }
  return out + "</ul></nav>\n<main id=\"content\">\n";
}

std::string section(const Section& s, std::size_t k, bool in_chapter, bool zoomable) {
  const char* heading = in_chapter ? "h3" : "h2";
  std::string out;
  if (!s.chapter.empty()) out += cat("<h2 class=\"chapter\" id=\"c", k, "\">", escaped(s.chapter), "</h2>\n");
  out += cat("<section id=\"s", k, "\"", s.wide ? " class=\"wide\"" : "", ">\n<", heading, ">", escaped(s.title), "</",
             heading, ">\n");
  if (!s.words.empty()) out += cat("<p class=\"words\">", escaped(s.words), "</p>\n");
  return cat(out, std::visit(Writer(cat("s", k), zoomable), s.content), "</section>\n");
}

}  // namespace

bool has_chart_library() { return !chart_script().empty(); }

std::string document(const Page& page, const Options& options) {
  const bool zoomable = options.zoomable && has_chart_library();
  std::string out = head(page, zoomable) + top(page);
  for (std::size_t k = 0; k < page.sections.size(); ++k)
    out += section(page.sections[k], k, has_chapters(page), zoomable);
  out += "</main>\n";
  if (!page.footer.empty()) out += cat("<footer><p>", escaped(page.footer), "</p></footer>\n");
  for (const auto& script : scripts(zoomable)) out += cat("<script>", script, "</script>\n");
  return out + "</body>\n</html>\n";
}

}  // namespace talweg::report::html
