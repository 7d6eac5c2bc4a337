#include "talweg/api/list.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/problems/catalog.hpp"
#include "talweg/report/table.hpp"

namespace talweg::api {

namespace {

using text::cat;
using Json = nlohmann::ordered_json;

std::string default_text(const ParamInfo& p) {
  return p.flag ? (p.default_value != 0 ? "true" : "false") : text::number(p.default_value);
}

Json parameter_json(const ParamInfo& p) {
  Json out{{"name", p.name}, {"help", p.help}};
  if (p.flag) {
    out["default"] = p.default_value != 0;
    out["range"] = "true or false";
  } else {
    out["default"] = p.default_value;
    out["range"] = describe(p.range);
    out["low"] = p.range.low;  // an infinite end is null
    out["high"] = p.range.high;
  }
  return out;
}

/// "at least 0", the words that may be chosen, or both.
std::string range_text(const SettingInfo& s) {
  std::string range = s.kind == SettingInfo::Kind::word ? "" : describe(s.range);
  for (const auto word : s.words) range += cat(range.empty() ? "" : ", ", word);
  return range;
}

Json setting_json(const SettingInfo& s) {
  Json out{{"name", s.name}, {"help", s.help}, {"default", s.default_value}};
  if (!s.words.empty()) out["choices"] = s.words;
  out["range"] = range_text(s);
  if (s.kind != SettingInfo::Kind::word) {
    out["low"] = s.range.low;
    out["high"] = s.range.high;
  }
  return out;
}

Json deterministic_json(const DeterministicInfo& d) {
  Json entry{{"name", d.name},          {"variant", d.variant},    {"label", d.label()},
             {"default", d.is_default}, {"title", d.title},        {"formula", d.formula},
             {"source", d.source},      {"note", d.note},          {"parameters", Json::array()},
             {"state", Json::array()},  {"full_batch_only", true}, {"gradient_at_look_ahead_point", false}};
  for (const SettingInfo& s : d.settings) entry["parameters"].push_back(setting_json(s));
  for (const Slot& s : d.observed) entry["state"].push_back({{"name", s.name}, {"what", s.what}});
  return entry;
}

Json optimizers_json() {
  auto all = Json::array();
  for (const FirstOrderInfo& o : first_order_methods()) {
    Json entry{{"name", o.name},          {"variant", o.variant}, {"label", o.label()},
               {"default", o.is_default}, {"title", o.title},     {"formula", o.formula},
               {"source", o.source},      {"note", o.note},       {"parameters", Json::array()},
               {"state", Json::array()}};
    for (const ParamInfo& p : o.params) entry["parameters"].push_back(parameter_json(p));
    for (const Slot& s : o.slots) entry["state"].push_back({{"name", s.name}, {"what", s.what}});
    entry["full_batch_only"] = o.full_batch;
    entry["gradient_at_look_ahead_point"] = o.looks_ahead;
    all.push_back(std::move(entry));
  }
  for (const DeterministicInfo& d : deterministic_methods()) all.push_back(deterministic_json(d));
  return all;
}

/// "name=default" and what is said of it.
using Line = std::pair<std::string, std::string>;

std::vector<Line> lines(const FirstOrderInfo& o) {
  std::vector<Line> out;
  for (const ParamInfo& p : o.params)
    out.emplace_back(cat(p.name, "=", default_text(p)), cat(p.help, p.flag ? "" : cat(" (", describe(p.range), ")")));
  return out;
}

std::vector<Line> lines(const DeterministicInfo& d) {
  std::vector<Line> out;
  for (const SettingInfo& s : d.settings)
    out.emplace_back(cat(s.name, "=", s.default_value), cat(s.help, " (", range_text(s), ")"));
  return out;
}

/// One method: what it is, its settings in two columns, the numbers that it keeps.
template <class Info> std::string optimizer_text(const Info& o, std::span<const Slot> state) {
  std::string out =
      cat(o.label(), "  ", o.title, o.is_default && !o.variant.empty() ? cat(" (what '", o.name, "' means)") : "",
          "\n    ", o.formula, "\n");
  const std::vector<Line> settings = lines(o);
  std::size_t widest = 0;
  for (const auto& [setting, help] : settings) widest = std::max(widest, setting.size());
  for (const auto& [setting, help] : settings)
    out += cat("    ", setting, std::string(widest - setting.size() + 2, ' '), help, "\n");
  std::string slots;
  for (const Slot& s : state) slots += cat(slots.empty() ? "" : "; ", s.name, ": ", s.what);
  if (!slots.empty()) out += cat("    state   ", slots, "\n");
  if (!o.note.empty()) out += cat("    note    ", o.note, "\n");
  return out + cat("    source  ", o.source, "\n");
}

std::string optimizers_text() {
  std::string out =
      "First-order methods, named name[:variant][,key=value]..., such as adam:paper,learning_rate=0.01.\n";
  for (const FirstOrderInfo& o : first_order_methods()) out += cat("\n", optimizer_text(o, o.slots));
  out += "\nMethods that search along a line or solve for the step, with the full gradient.\n";
  for (const DeterministicInfo& d : deterministic_methods()) out += cat("\n", optimizer_text(d, d.observed));
  return out;
}

report::Table entries_table(std::span<const nn::CatalogEntry> entries) {
  report::Table table{{"name", "formula", "what"}, {}};
  for (const nn::CatalogEntry& e : entries)
    table.rows.push_back({std::string(e.name), std::string(e.formula), std::string(e.help)});
  return table;
}

Json entries_json(std::span<const nn::CatalogEntry> entries) {
  auto all = Json::array();
  for (const nn::CatalogEntry& e : entries) all.push_back({{"name", e.name}, {"formula", e.formula}, {"what", e.help}});
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

/// Every problem of every set, built one at a time: some have a million variables.
template <class Visit> void each_problem(Visit visit) {
  for (const std::string_view set : problems::sets())
    for (const std::string_view name : problems::names_in(set)) visit(set, problems::by_name(name));
}

report::Table problems_table() {
  report::Table table{{"name", "set", "variables", "limits", "start", "minima", "source"}, {}};
  each_problem([&](std::string_view set, const problems::Problem& p) {
    table.rows.push_back({p.name, std::string(set), std::int64_t(p.n()), limits_text(p), start_text(p),
                          numbers(p.optima, 8), std::string(p.source)});
  });
  return table;
}

Json problems_json() {
  constexpr std::size_t in_full = 1000;
  auto all = Json::array();
  each_problem([&](std::string_view set, const problems::Problem& p) {
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

/// Joining the list is all that a new topic needs.
struct Topic {
  std::string_view name;
  std::string (*text)();
  Json (*json)();
};
constexpr std::array topics{Topic{"optimizers", optimizers_text, optimizers_json},
                            Topic{"losses", [] { return report::text(entries_table(nn::losses())); },
                                  [] { return entries_json(nn::losses()); }},
                            Topic{"activations", [] { return report::text(entries_table(nn::activations())); },
                                  [] { return entries_json(nn::activations()); }},
                            Topic{"problems", [] { return report::text(problems_table()); }, problems_json}};

const Topic& find(std::string_view wanted) {
  const auto it = std::find_if(topics.begin(), topics.end(), [&](const Topic& t) { return t.name == wanted; });
  if (it != topics.end()) return *it;
  const auto names = list_topics();
  const std::string near = text::did_you_mean(wanted, names);
  throw Error(cat("nothing to list is called '", wanted, "': there are ", text::list(names),
                  near.empty() ? "" : cat("; ", near)));
}

}  // namespace

std::vector<std::string_view> list_topics() {
  std::vector<std::string_view> names;
  for (const Topic& t : topics) names.push_back(t.name);
  return names;
}

std::string list_text(std::string_view topic) { return find(topic).text(); }

std::string list_json(std::string_view topic) {
  if (!topic.empty()) return find(topic).json().dump(2) + "\n";
  auto all = Json::object();
  for (const Topic& t : topics) all[std::string(t.name)] = t.json();
  return all.dump(2) + "\n";
}

}  // namespace talweg::api
