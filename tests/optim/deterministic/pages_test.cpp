// The first part of each page in docs/methods is written from the cards, what follows the mark by hand. With
// TALWEG_UPDATE_PAGES=1 this test writes the first part; without, it checks it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/least_squares/levenberg_marquardt.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {
namespace {

const std::filesystem::path folder = std::filesystem::path(TALWEG_SOURCE_DIR) / "docs/methods";
constexpr std::string_view written = "<!-- Written from the cards by tests/optim/deterministic/pages_test.cpp. -->\n";
constexpr std::string_view mark = "<!-- By hand from here. -->\n";

std::string capitalised(std::string_view title) {
  std::string out(title);
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

/// For a cell of a table.
std::string escaped(std::string_view words) {
  std::string out(words);
  for (std::size_t at = 0; (at = out.find('|', at)) != std::string::npos; at += 2) out.insert(at, "\\");
  return out;
}

std::string range_text(const FieldInfo& s) {
  if (s.kind == FieldKind::word) return text::list(s.words);
  return text::cat(s.words.empty() ? "" : "auto, or ", s.kind == FieldKind::whole ? "whole, " : "", describe(s.range));
}

std::string settings_table(const ItemInfo& m) {
  std::string out = "\n| key | default | range | meaning |\n|---|---|---|---|\n";
  for (const FieldInfo& s : m.fields)
    out += text::cat("| `", s.name, "` | ", s.default_value, " | ", range_text(s), " | ", escaped(s.help), " |\n");
  if (!m.slots.empty()) out += "\n| trace column | what it holds |\n|---|---|\n";
  for (const Slot& s : m.slots) out += text::cat("| `", s.name, "` | ", s.what, " |\n");
  return out;
}

/// The part from the cards, by file name.
std::map<std::string, std::string> pages() {
  std::map<std::string, std::string> out;
  std::vector<ItemInfo> all = deterministic_methods();
  all.insert(all.end(), least_squares_methods().begin(), least_squares_methods().end());
  for (const ItemInfo& m : all) {
    std::string& page = out[text::cat(m.card.name, ".md")];
    if (page.empty())
      page = text::cat(written, "# ", m.card.name, "\n\n", capitalised(m.card.title), ". Source: ", m.card.source,
                       ".\n", settings_table(m), "\n");
    if (!m.card.variant.empty())
      page += text::cat("## ", m.label(), "\n\n", m.is_default ? "What the bare name means.\n\n" : "");
    if (!m.card.variant.empty())  // one formula; a ';' in it stands between its sources
      page += text::cat("    ", m.card.formula, "\n");
    else
      for (const auto line : text::split(m.card.formula, ';')) page += text::cat("    ", text::trim(line), "\n");
    page += "\n";
  }
  return out;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

TEST(DeterministicPages, AreCurrent) {
  const bool update = std::getenv("TALWEG_UPDATE_PAGES") != nullptr;
  for (const auto& [name, page] : pages()) {
    const std::string before = content_of(folder / name);
    const std::size_t at = before.find(mark);
    if (update)
      std::ofstream(folder / name) << page << (at == std::string::npos ? std::string(mark) : before.substr(at));
    const std::string now = content_of(folder / name);
    EXPECT_EQ(now.substr(0, now.find(mark)), page) << name << " is not current: run with TALWEG_UPDATE_PAGES=1";
    EXPECT_NE(now.find(mark), std::string::npos) << name;
    EXPECT_NE(now.find("## When it fails"), std::string::npos) << name << " does not say how it fails";
  }
  EXPECT_FALSE(content_of(folder / "line-searches.md").empty());
}

}  // namespace
}  // namespace talweg
