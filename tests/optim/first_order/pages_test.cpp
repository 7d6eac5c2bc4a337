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
#include "talweg/optim/least_squares/levenberg_marquardt.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {
namespace {

const std::filesystem::path folder = std::filesystem::path(TALWEG_SOURCE_DIR) / "docs/methods";

const RuleInfo* same_formula_before(const RuleInfo& m) {
  for (const RuleInfo& other : first_order_methods()) {
    if (&other == &m) return nullptr;
    if (other.card.name == m.card.name && other.card.formula == m.card.formula) return &other;
  }
  return nullptr;
}

/// A preset: what it changes, against the variant whose arithmetic it shares.
std::string preset_section(const RuleInfo& m, const RuleInfo& base) {
  std::string changes;
  for (const FieldInfo& p : m.fields)
    for (const FieldInfo& q : base.fields)
      if (p.name == q.name && p.default_value != q.default_value)
        changes += text::cat(changes.empty() ? "" : ", ", '`', p.name, "` ", p.default_value);
  std::string out = text::cat("## ", m.label(), "\n\nThe arithmetic of `", base.label(), "`",
                              changes.empty() ? " with the same defaults" : " with " + changes, ".");
  if (m.traits.decoupled && !base.traits.decoupled)
    out += " `weight_decay` is decoupled: x −= η·λ·x before the update.";
  return out + "\n\n";
}

std::string section(const RuleInfo& m) {
  if (const auto* base = same_formula_before(m)) return preset_section(m, *base);
  std::string out =
      text::cat("## ", m.label(), "\n\n", m.card.title, ".", m.is_default ? " What the bare name means." : "", "\n\n");
  for (const auto line : text::split(m.card.formula, ';')) out += text::cat("    ", line, "\n");
  out += text::cat("\nSource: ", m.card.source, ".\n");
  if (!m.card.note.empty()) out += text::cat("\nElsewhere: ", m.card.note, "\n");
  if (m.traits.looks_ahead)
    out += "\nAsks for the gradient at another point than x, so each step costs one more evaluation.\n";
  if (m.traits.full_batch) out += "\nFull batch only: the signs of successive gradients must mean something.\n";
  if (m.traits.needs_value) out += "\nNeeds the value of f at each step.\n";
  if (!m.traits.uses_rate) out += "\nA schedule of the learning rate has no effect.\n";
  out += "\n| key | default | range | meaning |\n|---|---|---|---|\n";
  for (const FieldInfo& p : m.fields)
    out += text::cat("| `", p.name, "` | ", p.default_value, " | ", allowed(p), " | ", p.help, " |\n");
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
  for (const ItemInfo& m : least_squares_methods())
    if (file == text::cat(m.card.name, ".md")) return true;
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
  for (const RuleInfo& m : first_order_methods()) {
    std::string& page = out[text::cat(m.card.name, ".md")];
    if (page.empty()) page = text::cat(written, "# ", m.card.name, "\n\n");
    page += section(m);
    const std::string formula =
        escaped(same_formula_before(m) ? "as `" + same_formula_before(m)->label() + "`" : std::string(m.card.formula));
    index += text::cat("| [", m.label(), "](", m.card.name, ".md) | ", formula, " | ", m.card.source, " |\n");
  }
  for (auto& [name, page] : out) page.pop_back();
  index +=
      "\n# Methods with the full gradient\n\nThey search along a line; [line searches](line-searches.md) has the "
      "searches.\n\n"
      "| method | update | source |\n|---|---|---|\n";
  for (const ItemInfo& m : deterministic_methods())
    index += text::cat("| [", m.label(), "](", m.card.name, ".md) | ", escaped(m.card.formula), " | ", m.card.source,
                       " |\n");
  index +=
      "\n# Methods of fits\n\n`talweg fit` and `talweg::least_squares` run them, nothing else does: they see each "
      "residual where the others see one number.\n\n| method | update | source |\n|---|---|---|\n";
  for (const ItemInfo& m : least_squares_methods())
    index += text::cat("| [", m.label(), "](", m.card.name, ".md) | ", escaped(m.card.formula), " | ", m.card.source,
                       " |\n");
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
