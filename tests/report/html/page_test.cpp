#include "talweg/report/html/page.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/base/base64.hpp"
#include "talweg/base/sha256.hpp"
#include "talweg/report/html/image.hpp"

namespace talweg::report::html {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

plot::Chart long_chart(std::size_t points) {
  plot::Series s{.name = "</script>"};
  for (std::size_t k = 0; k < points; ++k)
    s.x.push_back(static_cast<double>(k)), s.y.push_back(k % 2 ? NAN : 1.0 / static_cast<double>(k + 1));
  return {
      .title = "f", .x = {.label = "step"}, .y = {.label = "f", .scale = plot::Scale::log}, .series = {std::move(s)}};
}

Page page() {
  Page p{.title = "x < y & \"z\"",
         .subtitle = "adam",
         .verdict = "Converged.",
         .tone = Tone::good,
         .figures = {{"f", "0"}}};
  p.sections.push_back({.title = "Path",
                        .content = Steps{.panel = plot::Plane{.paths = {{.x = {1, 2}, .y = {3, 4}}}},
                                         .columns = {"step", "f"},
                                         .rows = {{0, 5}, {1, NAN}}}});
  p.sections.push_back({.title = "Curve", .content = Curves{long_chart(100)}});
  p.sections.push_back({.title = "Facts", .content = Facts{{{"a<b", "c>d"}}}});
  p.sections.push_back({.title = "Words", .content = Prose{"one\ntwo"}});
  p.sections.push_back({.title = "Matrix", .content = Confusion{{"cat", "dog"}, {8, 2, 0, 5}}});
  p.sections.push_back(
      {.title = "Worst",
       .content =
           Examples{{{.truth = "3", .prediction = "8", .note = "row 7", .width = 2, .height = 1, .pixels = {0, 1}}}}});
  p.sections.push_back(
      {.title = "Rows", .content = Rows{{{"k", "v"}, {{std::int64_t{1}, 0.1}, {std::int64_t{2}, Cell()}}}}});
  p.sections.push_back({.title = "Again", .content = Code{"talweg minimize 'x^2'"}});
  return p;
}

TEST(HtmlPage, IsCompleteAndFetchesNothing) {
  const std::string html = document(page());
  EXPECT_TRUE(html.starts_with("<!doctype html>"));
  EXPECT_NE(html.find("<h1>x &lt; y &amp; &quot;z&quot;</h1>"), std::string::npos);
  EXPECT_EQ(count(html, "<section"), 8u);
  EXPECT_EQ(count(html, "src=\"http") + count(html, "href=\"http") + count(html, "url(http") + count(html, "@import"),
            0u);
  EXPECT_EQ(count(html, "<link "), count(html, "<link rel=\"icon\" href=\"data:,\">"));
  EXPECT_EQ(html, document(page())) << "same page, same bytes";
}

TEST(HtmlPage, ItsDataReadBackAndCannotEndTheScript) {
  const std::string html = document(page());
  std::size_t found = 0;
  const std::string mark = "<script type=\"application/json\">";
  for (std::size_t at = html.find(mark); at != std::string::npos; at = html.find(mark, at + 1), ++found) {
    const std::size_t begin = at + mark.size();
    const auto data = nlohmann::json::parse(html.substr(begin, html.find("</script>", begin) - begin));
    if (data.contains("rows")) {
      EXPECT_TRUE(data["rows"][1][1].is_null()) << "what is not finite";
      EXPECT_EQ(data["x"], nlohmann::json({1, 2}));
    } else {
      EXPECT_EQ(data["series"][0]["name"], "</script>");
      EXPECT_EQ(data["series"][0]["y"][2], 1.0 / 3);
      EXPECT_TRUE(data["series"][0]["y"][1].is_null());
    }
  }
  EXPECT_EQ(found, has_chart_library() ? 2u : 1u);
}

TEST(HtmlPage, WithoutTheChartLibraryChartsArePictures) {
  const std::string html = document(page(), {.zoomable = false});
  EXPECT_EQ(html.find("class=\"curves\""), std::string::npos);
  EXPECT_EQ(html.find("uPlot="), std::string::npos);
  EXPECT_NE(html.find("data-series=\"&lt;/script&gt;\""), std::string::npos) << "the curve as SVG, with its numbers";
}

TEST(HtmlPage, ThinsLongRunsAndSaysSo) {
  Page p;
  p.sections.push_back({.title = "Curve", .content = Curves{long_chart(100'001)}});
  Rows rows{{{"k"}, {}}, "talweg … --format csv"};
  Steps steps{.columns = {"step"}};
  plot::Path path;
  for (std::int64_t k = 0; k <= 100'000; ++k) {
    rows.table.rows.push_back({k});
    steps.rows.push_back({static_cast<double>(k)});
    path.x.push_back(static_cast<double>(k)), path.y.push_back(1);
  }
  steps.panel = plot::Plane{.paths = {path}};
  p.sections.push_back({.title = "Rows", .content = std::move(rows)});
  p.sections.push_back({.title = "Path", .content = std::move(steps)});
  const std::string html = document(p);
  EXPECT_LT(html.size(), 1'000'000u);
  EXPECT_NE(html.find("of 100,001 points"), std::string::npos);
  EXPECT_NE(html.find("600 of 100,001 rows"), std::string::npos);
  EXPECT_NE(html.find("1,000 of 100,001"), std::string::npos);
  EXPECT_NE(html.find("talweg … --format csv"), std::string::npos);
}

TEST(HtmlPage, NoMistakeIsSaidInWords) {
  Page p;
  p.sections.push_back({.title = "Worst", .content = Examples{}});
  EXPECT_NE(document(p).find("There is none"), std::string::npos);
}

TEST(HtmlPage, PartsStandTogetherWithTheirCommands) {
  Page p{.title = "parts"};
  Parts parts{{{.title = "a <title>", .content = Prose{"words"}, .wide = true},
               {.content = Output{"f = <1>\n"}, .command = "talweg list 'a'"},
               {.content = Drawing{"<svg class=\"g\"></svg>"}}}};
  parts.parts.push_back({.content = Picture{{long_chart(3)}}});
  parts.parts.push_back({.content = Picture{{long_chart(3)}}});
  p.sections.push_back({.title = "one", .content = std::move(parts)});
  const std::string html = document(p);
  EXPECT_EQ(count(html, "<div class=\"part"), 6u) << "the list and five parts";
  EXPECT_EQ(count(html, "<div class=\"part wide\">"), 1u);
  EXPECT_NE(html.find("a &lt;title&gt;"), std::string::npos);
  EXPECT_NE(html.find("<pre class=\"output\" tabindex=\"0\">f = &lt;1&gt;\n</pre>"), std::string::npos);
  EXPECT_EQ(count(html, "<code>talweg list &#39;a&#39;</code>") + count(html, "<code>talweg list 'a'</code>"), 1u);
  EXPECT_NE(html.find("<svg class=\"g\"></svg>"), std::string::npos);
  EXPECT_EQ(count(html, "s0n3p0"), count(html, "s0n4p0")) << "pictures of parts have names of their own";
}

TEST(HtmlPage, ChaptersStandInTheListInPlaceOfTheirSections) {
  Page p{.title = "chapters"};
  for (const char* chapter : {"First", "", "Second"})
    p.sections.push_back({.title = "section", .content = Prose{"words"}, .chapter = chapter});
  const std::string html = document(p);
  EXPECT_EQ(count(html, "<li><a href=\"#"), 2u);
  EXPECT_NE(html.find("<li><a href=\"#c2\">Second</a></li>"), std::string::npos);
  EXPECT_EQ(count(html, "<h2 class=\"chapter\""), 2u);
  EXPECT_EQ(count(html, "<h3>section</h3>"), 3u);
}

/// A table that is to be seen whole has no note on scrolling.
TEST(HtmlPage, AWholeTableDoesNotScroll) {
  Table table{{"k"}, {}};
  for (std::int64_t k = 0; k < 30; ++k) table.rows.push_back({k});
  for (const bool whole : {false, true}) {
    Page p{.title = "rows"};
    p.sections.push_back({.title = "rows", .content = Rows{.table = table, .whole = whole}});
    EXPECT_EQ(count(document(p), "scroll it"), whole ? 0u : 1u);
    EXPECT_EQ(count(document(p), "class=\"scroll tall\""), whole ? 0u : 1u);
  }
}

TEST(PngUri, IsAPngOfTheRightSize) {
  const std::string uri = png_uri(std::vector<double>{0, 1, 0.5, NAN, 2, -1}, 3, 2);
  // Signature, then the header chunk of a 3 × 2 grey picture with its checksum, as Python's zlib.crc32 gives it.
  EXPECT_TRUE(uri.starts_with("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAA")) << uri;
}

TEST(Page, RunsNoScriptButItsOwn) {
  const std::string html = document(page());
  const auto policy = html.find("http-equiv=\"Content-Security-Policy\"");
  ASSERT_NE(policy, std::string::npos);
  EXPECT_LT(policy, html.find("<style"));
  EXPECT_NE(html.find("default-src 'none'", policy), std::string::npos);
  int scripts = 0;
  for (auto at = html.find("<script>"); at != std::string::npos; at = html.find("<script>", at + 1)) {
    const auto begin = at + 8, end = html.find("</script>", begin);
    Sha256 hash;
    hash.add(html.substr(begin, end - begin));
    const auto digest = hash.digest();
    const std::string source = "'sha256-" + base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) + "'";
    EXPECT_LT(html.find(source), html.find("<style")) << "script " << scripts;
    ++scripts;
  }
  EXPECT_GE(scripts, 1);
}

}  // namespace
}  // namespace talweg::report::html
