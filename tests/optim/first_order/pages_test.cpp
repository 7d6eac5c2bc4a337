// docs/methods is written from the cards. With TALWEG_UPDATE_PAGES=1 this test writes it; without, it checks it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {
namespace {

const std::filesystem::path folder = std::filesystem::path(TALWEG_SOURCE_DIR) / "docs/methods";

std::string value_text(const ParamInfo& p) {
  return p.flag ? (p.default_value != 0 ? "true" : "false") : text::number(p.default_value);
}

const FirstOrderInfo* same_formula_before(const FirstOrderInfo& m) {
  for (const FirstOrderInfo& other : first_order_methods()) {
    if (&other == &m) return nullptr;
    if (other.name == m.name && other.formula == m.formula) return &other;
  }
  return nullptr;
}

/// A preset: what it changes, against the variant whose arithmetic it shares.
std::string preset_section(const FirstOrderInfo& m, const FirstOrderInfo& base) {
  std::string changes;
  for (const ParamInfo& p : m.params)
    for (const ParamInfo& q : base.params)
      if (p.name == q.name && p.default_value != q.default_value)
        changes += text::cat(changes.empty() ? "" : ", ", '`', p.name, "` ", value_text(p));
  std::string out = text::cat("## ", m.label(), "\n\nThe arithmetic of `", base.label(), "`",
                              changes.empty() ? " with the same defaults" : " with " + changes, ".");
  if (m.decoupled && !base.decoupled) out += " `weight_decay` is decoupled: x −= η·λ·x before the update.";
  return out + "\n\n";
}

std::string section(const FirstOrderInfo& m) {
  if (const auto* base = same_formula_before(m)) return preset_section(m, *base);
  std::string out =
      text::cat("## ", m.label(), "\n\n", m.title, ".", m.is_default ? " What the bare name means." : "", "\n\n");
  for (const auto line : text::split(m.formula, ';')) out += text::cat("    ", line, "\n");
  out += text::cat("\nSource: ", m.source, ".\n");
  if (!m.note.empty()) out += text::cat("\nElsewhere: ", m.note, "\n");
  if (m.looks_ahead)
    out += "\nAsks for the gradient at another point than x, so each step costs one more evaluation.\n";
  if (m.full_batch) out += "\nFull batch only: the signs of successive gradients must mean something.\n";
  if (m.needs_value) out += "\nNeeds the value of f at each step.\n";
  if (!m.uses_rate) out += "\nA schedule of the learning rate has no effect.\n";
  out += "\n| key | default | range | meaning |\n|---|---|---|---|\n";
  for (const ParamInfo& p : m.params)
    out += text::cat("| `", p.name, "` | ", value_text(p), " | ", p.flag ? "true or false" : describe(p.range), " | ",
                     p.help, " |\n");
  if (!m.slots.empty()) {
    out += "\n| state | what it holds |\n|---|---|\n";
    for (const Slot& s : m.slots) out += text::cat("| `", s.name, "` | ", s.what, " |\n");
  }
  return out + "\n";
}

std::string escaped(std::string_view formula) {
  std::string out(formula);
  for (std::size_t at = 0; (at = out.find('|', at)) != std::string::npos; at += 2) out.insert(at, "\\");
  return out;
}

/// Pages that other tests look after.
bool belongs_elsewhere(const std::string& file) {
  if (file == "line-searches.md") return true;
  const auto names = deterministic_names();
  return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return file == text::cat(n, ".md"); });
}

constexpr std::string_view written = "<!-- Written from the cards by tests/optim/first_order/pages_test.cpp. -->\n";

std::map<std::string, std::string> pages() {
  std::map<std::string, std::string> out;
  std::string index =
      text::cat(written, "# First-order methods\n\nOne page for each method, with every variant. A ",
                "variant `torch` or `keras` has the arithmetic and the defaults of PyTorch 2 or Keras 3.\n\n",
                "| method | update | source |\n|---|---|---|\n");
  for (const FirstOrderInfo& m : first_order_methods()) {
    std::string& page = out[m.name + ".md"];
    if (page.empty()) page = text::cat(written, "# ", m.name, "\n\n");
    page += section(m);
    const std::string formula =
        escaped(same_formula_before(m) ? "as `" + same_formula_before(m)->label() + "`" : m.formula);
    index += text::cat("| [", m.label(), "](", m.name, ".md) | ", formula, " | ", m.source, " |\n");
  }
  for (auto& [name, page] : out) page.pop_back();
  index +=
      "\n# Methods with the full gradient\n\nThey search along a line; [line searches](line-searches.md) has the "
      "searches.\n\n"
      "| method | update | source |\n|---|---|---|\n";
  for (const DeterministicInfo& m : deterministic_methods())
    index += text::cat("| [", m.label(), "](", m.name, ".md) | ", escaped(m.formula), " | ", m.source, " |\n");
  out["README.md"] = index;
  return out;
}

TEST(MethodPages, AreCurrent) {
  const bool update = std::getenv("TALWEG_UPDATE_PAGES") != nullptr;
  const auto wanted = pages();
  if (update) std::filesystem::create_directories(folder);
  for (const auto& [name, page] : wanted) {
    if (update) std::ofstream(folder / name) << page;
    std::ifstream file(folder / name);
    std::stringstream content;
    content << file.rdbuf();
    EXPECT_EQ(content.str(), page) << name << " is not current: run with TALWEG_UPDATE_PAGES=1";
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    EXPECT_TRUE(wanted.contains(entry.path().filename().string()) ||
                belongs_elsewhere(entry.path().filename().string()))
        << entry.path() << " belongs to no method";
}

}  // namespace
}  // namespace talweg
