#include "talweg/present/list.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/api/registry.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/problems/catalog.hpp"
#include "talweg/report/table.hpp"
#include "talweg/report/wrapped.hpp"

namespace talweg::present {

using namespace api;

namespace {

using text::cat;
using Json = nlohmann::ordered_json;

/// In the type of the field; a number, and not the text of one, for rules and what came after them.
Json default_json(const FieldInfo& f) {
  if (f.default_value.empty()) return nullptr;
  if (f.kind == FieldKind::flag) return f.default_value == "true";
  const auto number =
      f.kind == FieldKind::word || f.kind == FieldKind::text ? std::nullopt : text::parse_number(f.default_value);
  if (!number) return f.default_value;
  return f.kind == FieldKind::whole ? Json(static_cast<std::int64_t>(*number)) : Json(*number);
}

Json field_json(const FieldInfo& f, Json default_value) {
  Json out{{"name", f.name}, {"help", f.help}, {"default", std::move(default_value)}};
  if (!f.words.empty()) out["choices"] = f.words;
  out["range"] = allowed(f);
  if (f.kind == FieldKind::number || f.kind == FieldKind::whole) {
    out["low"] = f.range.low;  // an infinite end is null
    out["high"] = f.range.high;
  }
  return out;
}

void add_guidance(Json& entry, const Guidance& g) {
  entry["use"] = g.use;
  entry["strengths"] = g.strengths;
  entry["weaknesses"] = g.weaknesses;
}

/// Losses and activations have two words and a formula.
bool is_operation(std::string_view topic) { return topic == "losses" || topic == "activations"; }

Json item_json(std::string_view topic, const ItemInfo& item) {
  const Card& c = item.card;
  Json entry{{"name", c.name}};
  if (is_operation(topic)) {
    entry["formula"] = c.formula;
    entry["what"] = c.title;
    add_guidance(entry, c.guidance);
    return entry;
  }
  if (topic == "optimizers")
    entry.update({{"variant", c.variant}, {"label", item.label()}, {"default", item.is_default}});
  entry.update({{"title", c.title}, {"formula", c.formula}, {"source", c.source}, {"note", c.note}});
  entry["parameters"] = Json::array();
  const auto names = deterministic_names();
  const bool deterministic = topic == "optimizers" && std::ranges::find(names, c.name) != names.end();
  for (const FieldInfo& f : item.fields)
    entry["parameters"].push_back(field_json(f, deterministic ? Json(f.default_value) : default_json(f)));
  if (topic == "optimizers") {
    entry["state"] = Json::array();
    for (const Slot& s : item.slots) entry["state"].push_back({{"name", s.name}, {"what", s.what}});
    const auto& rules = first_order_methods();
    const auto rule = std::ranges::find_if(rules, [&](const RuleInfo& r) { return r.label() == item.label(); });
    const bool is_rule = rule != rules.end();
    entry["full_batch_only"] = !is_rule || rule->traits.full_batch;
    entry["gradient_at_look_ahead_point"] = is_rule && rule->traits.looks_ahead;
    entry["takes"] = takes_residuals(item) ? "residuals" : "a number";
  }
  add_guidance(entry, c.guidance);
  return entry;
}

Json items_json(std::string_view topic, const std::vector<ItemInfo>& items) {
  auto all = Json::array();
  for (const ItemInfo& item : items) all.push_back(item_json(topic, item));
  return all;
}

/// "name=default" and what is said of it.
using Line = std::pair<std::string, std::string>;

Line line(const FieldInfo& f) {
  return {cat(f.name, "=", f.default_value), cat(f.help, f.kind == FieldKind::flag ? "" : cat(" (", allowed(f), ")"))};
}

/// One item: what it is, its settings in two columns, the numbers that it keeps.
std::string item_text(const ItemInfo& o) {
  const Card& c = o.card;
  std::string out =
      cat(o.label(), "  ", c.title, o.is_default && !c.variant.empty() ? cat(" (what '", c.name, "' means)") : "",
          "\n    ", c.formula, "\n");
  std::vector<Line> settings;
  std::size_t widest = 0;
  for (const FieldInfo& f : o.fields) {
    settings.push_back(line(f));
    widest = std::max(widest, settings.back().first.size());
  }
  for (const auto& [setting, help] : settings)
    out += cat("    ", setting, std::string(widest - setting.size() + 2, ' '), help, "\n");
  std::string slots;
  for (const Slot& s : o.slots) slots += cat(slots.empty() ? "" : "; ", s.name, ": ", s.what);
  if (!slots.empty()) out += cat("    state   ", slots, "\n");
  if (!c.note.empty()) out += cat("    note    ", c.note, "\n");
  return c.source.empty() ? out : cat(out, "    source  ", c.source, "\n");
}

std::string optimizers_text(const std::vector<ItemInfo>& items) {
  const std::size_t rules = first_order_methods().size();
  std::string out =
      "First-order methods, named name[:variant][,key=value]..., such as adam:paper,learning_rate=0.01.\n";
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i == rules) out += "\nMethods that search along a line or solve for the step, with the full gradient.\n";
    if (takes_residuals(items[i]) && !takes_residuals(items[i - 1]))
      out += "\nMethods of talweg fit and least_squares, which take residuals: nothing else runs them.\n";
    out += cat("\n", item_text(items[i]));
  }
  return out;
}

std::string topic_text(std::string_view topic, const std::vector<ItemInfo>& items) {
  if (topic == "optimizers") return optimizers_text(items);
  std::string out;
  if (!is_operation(topic)) {
    for (const ItemInfo& item : items) out += cat(out.empty() ? "" : "\n", item_text(item));
    return out;
  }
  report::Table table{{"name", "formula", "what"}, {}};
  for (const ItemInfo& item : items)
    table.rows.push_back({std::string(item.card.name), std::string(item.card.formula), std::string(item.card.title)});
  return report::text(table);
}

/// "; also called CG-FR, Fletcher-Reeves"
std::string also_called(std::string_view name) {
  std::string out;
  for (const auto& other : other_names(name)) out += cat(out.empty() ? "; also called " : ", ", other);
  return out;
}

/// Each name once.
std::string guidance_table(const std::vector<ItemInfo>& items) {
  std::vector<std::vector<std::string>> rows;
  for (const ItemInfo& item : items) {
    const auto& [use, strengths, weaknesses] = item.card.guidance;
    if (rows.empty() || rows.back()[0] != item.card.name)
      rows.push_back({std::string(item.card.name), cat(use, also_called(item.card.name)), std::string(strengths),
                      std::string(weaknesses)});
  }
  return report::wrapped({"name", "what for", "strengths", "weaknesses"}, rows);
}

Json guidance_json(const std::vector<ItemInfo>& items) {
  auto all = Json::array();
  for (const ItemInfo& item : items) {
    if (!all.empty() && all.back()["name"] == item.card.name) continue;
    all.push_back({{"name", item.card.name}, {"title", item.card.title}, {"also_called", other_names(item.card.name)}});
    add_guidance(all.back(), item.card.guidance);
  }
  return all;
}

/// The shortest pattern that, repeated, is the whole start.
std::span<const double> start_pattern(const problems::Problem& p) {
  const std::span<const double> x = p.start;
  for (std::size_t period = 1; period <= x.size() / 2; ++period)
    if (x.size() % period == 0 && std::equal(x.begin() + std::ptrdiff_t(period), x.end(), x.begin()))
      return x.first(period);
  return x;
}

std::string numbers(std::span<const double> values, int digits) {
  std::string out;
  for (const double v : values) out += cat(out.empty() ? "" : ", ", text::brief(v, digits));
  return out;
}

/// "(-1.2, 1)", "(3, -1, 0, 1), repeated", "(0.1, 0.2, 0.3, ...)"
std::string start_text(const problems::Problem& p) {
  constexpr std::size_t shown = 5;
  const auto pattern = start_pattern(p);
  const std::string values = numbers(pattern.first(std::min(pattern.size(), shown)), 4);
  return cat("(", values, pattern.size() > shown ? ", ..." : "", ")", pattern.size() < p.n() ? ", repeated" : "");
}

/// What limits x: "box", "2 constraints", "box, 1 constraint".
std::string limits_text(const problems::Problem& p) {
  const std::size_t count = p.constraints.size();
  const std::string constraints = count > 0 ? cat(count, count > 1 ? " constraints" : " constraint") : "";
  return cat(p.bounds.empty() ? "" : "box", !p.bounds.empty() && count > 0 ? ", " : "", constraints);
}

/// Every problem of every set, or the one called `only`, built one at a time: some have a million variables.
template <class Visit> void each_problem(std::string_view only, Visit visit) {
  for (const std::string_view set : problems::sets())
    for (const std::string_view name : problems::names_in(set))
      if (only.empty() || only == name) visit(set, problems::by_name(name));
}

report::Table problems_table(std::string_view only = "") {
  report::Table table{{"name", "set", "variables", "limits", "start", "minima", "source"}, {}};
  each_problem(only, [&](std::string_view set, const problems::Problem& p) {
    table.rows.push_back({p.name, std::string(set), std::int64_t(p.n()), limits_text(p), start_text(p),
                          numbers(p.optima, 8), std::string(p.source)});
  });
  return table;
}

Json problems_json(std::string_view only = "") {
  constexpr std::size_t in_full = 1000;
  auto all = Json::array();
  each_problem(only, [&](std::string_view set, const problems::Problem& p) {
    const auto pattern = start_pattern(p);
    all.push_back({{"name", p.name},
                   {"set", set},
                   {"variables", p.n()},
                   {"optima", p.optima},
                   {"saddles", p.saddles},
                   {"start", p.n() <= in_full ? Json(p.start) : Json(nullptr)},
                   {"start_pattern", std::vector<double>(pattern.begin(), pattern.end())},
                   {"source", p.source},
                   {"number", p.number > 0 ? Json(p.number) : Json(nullptr)},
                   {"bounded", !p.bounds.empty()},
                   {"constraints", p.constraints.size()}});
  });
  return all;
}

bool is_problem(std::string_view name) {
  return std::ranges::any_of(problems::sets(), [&](std::string_view set) {
    const auto names = problems::names_in(set);
    return std::ranges::find(names, name) != names.end();
  });
}

constexpr std::string_view problems_topic = "problems";

const Topic* topic_called(std::string_view name) {
  const auto it = std::ranges::find(topics(), name, &Topic::name);
  return it == topics().end() ? nullptr : &*it;
}

[[noreturn]] void refuse(std::string_view wanted) {
  const auto known = list_topics();
  std::vector<std::string> owned;
  for (const Topic& topic : topics())
    for (const ItemInfo& item : topic.items()) owned.emplace_back(item.card.name);
  std::vector<std::string_view> names(known.begin(), known.end());
  for (const std::string& name : owned)
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  for (const std::string_view set : problems::sets())
    for (const std::string_view name : problems::names_in(set)) names.push_back(name);
  const std::string near = text::did_you_mean(wanted, names);
  throw Error(cat("nothing to list is called '", wanted, "': there are ", text::list(known),
                  near.empty() ? "" : cat("; ", near)));
}

std::string guidance_text(const Guidance& g) {
  return cat("    what for    ", g.use, "\n    strengths   ", g.strengths, "\n    weaknesses  ", g.weaknesses, "\n");
}

/// Every item so called, by topic.
std::string named_text(std::string_view name) {
  const auto found = find_items(name);
  std::string out;
  for (const Found& f : found) {
    out += cat(out.empty() ? "" : "\n", f.topic, "\n\n");
    for (std::size_t i = 0; i < f.items.size(); ++i) {
      out += item_text(f.items[i]);
      const bool last_of_name = i + 1 == f.items.size() || f.items[i + 1].card.name != f.items[i].card.name;
      if (last_of_name) out += guidance_text(f.items[i].card.guidance);
      if (i + 1 < f.items.size()) out += "\n";
    }
  }
  if (is_problem(name)) out += cat(out.empty() ? "" : "\n", problems_topic, "\n\n", report::text(problems_table(name)));
  if (out.empty()) refuse(name);
  return out;
}

Json named_json(std::string_view name) {
  auto out = Json::object();
  for (const Found& f : find_items(name)) out[std::string(f.topic)] = items_json(f.topic, f.items);
  if (is_problem(name)) out[std::string(problems_topic)] = problems_json(name);
  if (out.empty()) refuse(name);
  return out;
}

/// Of a topic or of a name. Throws Error for problems, which have no such words.
std::vector<ItemInfo> items_for_table(std::string_view wanted) {
  if (const Topic* topic = topic_called(wanted)) return topic->items();
  std::vector<ItemInfo> items;
  for (const Found& f : find_items(wanted)) items.insert(items.end(), f.items.begin(), f.items.end());
  if (!items.empty()) return items;
  if (wanted == problems_topic || is_problem(wanted))
    throw Error("a table of strengths and weaknesses is of no effect on problems: list them without it");
  refuse(wanted);
}

std::string written(const Json& document) { return document.dump(2) + "\n"; }

}  // namespace

std::vector<std::string_view> list_topics() {
  std::vector<std::string_view> names;
  for (const Topic& t : topics()) names.push_back(t.name);
  names.push_back(problems_topic);
  return names;
}

std::string list_text(std::string_view wanted) {
  if (wanted == problems_topic) return report::text(problems_table());
  const Topic* topic = topic_called(wanted);
  return topic ? topic_text(topic->name, topic->items()) : named_text(wanted);
}

std::string list_json(std::string_view wanted) {
  if (wanted == problems_topic) return written(problems_json());
  if (const Topic* topic = topic_called(wanted)) return written(items_json(topic->name, topic->items()));
  if (!wanted.empty()) return written(named_json(wanted));
  auto all = Json::object();
  for (const Topic& t : topics()) all[std::string(t.name)] = items_json(t.name, t.items());
  all[std::string(problems_topic)] = problems_json();
  return written(all);
}

std::string list_table_text(std::string_view wanted) { return guidance_table(items_for_table(wanted)); }
std::string list_table_json(std::string_view wanted) { return written(guidance_json(items_for_table(wanted))); }

}  // namespace talweg::present
