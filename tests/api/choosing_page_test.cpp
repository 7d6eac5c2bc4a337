// docs/choosing.md is written from the cards. With TALWEG_UPDATE_PAGES=1 this test writes it; without, it checks it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "talweg/api/registry.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/names.hpp"

namespace talweg::api {
namespace {

using text::cat;

std::string cell(std::string_view words) {
  std::string out(words);
  for (std::size_t at = 0; (at = out.find('|', at)) != std::string::npos; at += 2) out.insert(at, "\\");
  return out;
}

std::string capitalised(std::string_view word) {
  std::string out(word);
  out[0] = static_cast<char>(std::toupper(out[0]));
  return out;
}

std::string page() {
  std::string out =
      "<!-- Written from the cards by tests/api/choosing_page_test.cpp. -->\n# Choosing\n\nWhat each thing is for, "
      "what is "
      "good about it, and what is not. `talweg list TOPIC --table` prints the same,\n`talweg list NAME` one item with "
      "its "
      "formula and settings; `talweg advise` measures a problem and names a method.\n";
  for (const Topic& topic : topics()) {
    out += cat("\n## ", capitalised(topic.name),
               "\n\n| name | also called | what for | strengths | weaknesses |\n|---|---|---|---|---|\n");
    std::string_view last;
    for (const ItemInfo& item : topic.items()) {
      if (item.card.name == last) continue;
      last = item.card.name;
      const auto& [use, strengths, weaknesses] = item.card.guidance;
      const std::string name =
          topic.name == "optimizers" ? cat("[", last, "](methods/", last, ".md)") : cat("`", last, "`");
      std::string also;
      for (const auto& other : other_names(last)) also += cat(also.empty() ? "" : ", ", other);
      out +=
          cat("| ", name, " | ", cell(also), " | ", cell(use), " | ", cell(strengths), " | ", cell(weaknesses), " |\n");
    }
  }
  out +=
      "\n## Other names\n\nCapitals and hyphens do not matter: `L-BFGS-B` is `lbfgsb`. These are read too, wherever a "
      "method "
      "is named:\n\n| name | is |\n|---|---|\n";
  for (const MethodAlias& a : method_aliases())
    out += cat("| ", a.alias, " | `", a.label, "`", a.with.empty() ? "" : cat(" ", a.with), " |\n");
  return out;
}

TEST(ChoosingPage, IsCurrent) {
  const auto path = std::filesystem::path(TALWEG_SOURCE_DIR) / "docs/choosing.md";
  if (std::getenv("TALWEG_UPDATE_PAGES") != nullptr) std::ofstream(path) << page();
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  EXPECT_EQ(content.str(), page()) << "docs/choosing.md is not current: run with TALWEG_UPDATE_PAGES=1";
}

}  // namespace
}  // namespace talweg::api
