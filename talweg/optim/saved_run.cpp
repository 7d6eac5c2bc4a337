#include "talweg/optim/saved_run.hpp"

#include <algorithm>
#include <limits>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"
#include "talweg/optim/optimizer.hpp"

namespace talweg::saved_run {

namespace {

using text::cat;
using Rule = Optimizer<double>;

constexpr std::string_view words_entry = "minimizer.setup", start_entry = "minimizer.start",
                           bounds_entry = "minimizer.bounds";

/// Of the bytes: another number for another list of members in some `visit`.
constexpr int format = 1;

using Words = std::vector<std::pair<std::string, std::string>>;

std::string yes(bool b) { return b ? "yes" : "no"; }
std::string or_none(const std::optional<double>& v) { return v ? cat(*v) : "none"; }

/// Schedules without a length of their own got that of the run.
void add_rule(Words& words, const Rule& rule) {
  const FirstOrder& m = rule.method();
  words.emplace_back("schedule", m.schedule.spec());
  words.emplace_back("clip", m.clip.spec());
  std::string groups;
  for (const Group& group : m.groups) groups += cat(groups.empty() ? "" : " ", group.spec());
  if (!groups.empty())
    for (const Segment& s : rule.segments()) groups += cat(" ", s.name);
  words.emplace_back("groups", groups.empty() ? "none" : groups);
}

Words words_of(const Setup& s) {
  const Options& o = s.options;
  std::string kinds;
  for (const Constraint& c : o.constraints) kinds += c.kind == Constraint::Kind::equality ? '=' : '>';
  Words words{{"format", cat(format)},
              {"method", s.traits.spec},
              {"variables", cat(s.x0.size())},
              {"bounds", yes(!s.bounds.empty())},
              {"constraints", kinds.empty() ? "none" : cat(kinds.size(), " (", kinds, ")")},
              {"tolerance", cat(o.tolerance)},
              {"gradient_tolerance", or_none(o.gradient_tolerance)},
              {"target_value", or_none(o.target_value)},
              {"maximize", yes(o.maximize)},
              {"check_curvature", yes(o.check_curvature)},
              {"exact_gradient", yes(o.exact_gradient)}};
  if (const auto* rule = part_of<Rule>(s.run)) add_rule(words, *rule);
  return words;
}

std::vector<double> sides(const Bounds& bounds) {
  std::vector<double> all = bounds.lower;
  all.insert(all.end(), bounds.upper.begin(), bounds.upper.end());
  return all;
}

std::vector<std::string> flat(const Words& words) {
  std::vector<std::string> all;
  for (const auto& [name, value] : words) all.push_back(name), all.push_back(value);
  return all;
}

void require_equal(const Archive& archive, std::string_view entry, std::span<const double> mine,
                   std::string_view what) {
  const auto saved = archive.doubles(entry);
  require_size(archive, entry, saved.size(), mine.size(), "the run");
  for (std::size_t i = 0; i < saved.size(); ++i)
    if (saved[i] != mine[i])
      throw Error(cat(archive.origin(), ": the saved run has ", saved[i], " as number ", i + 1, " of ", what, ", not ",
                      mine[i], "; take it up as it was begun"));
}

}  // namespace

std::span<const EntryForm> entries() {
  using Holds = EntryForm::Holds;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  static const std::vector<EntryForm> all{
      {.name = words_entry, .holds = Holds::texts},
      {.name = start_entry, .holds = Holds::doubles},
      {.name = bounds_entry, .holds = Holds::doubles, .low = -infinity, .high = infinity},
      {.name = state_entry},
      {.name = method_entry}};
  return all;
}

void put(Archive& archive, const Setup& setup) {
  archive.put(std::string(words_entry), flat(words_of(setup)));
  archive.put(std::string(start_entry), setup.x0);
  archive.put(std::string(bounds_entry), sides(setup.bounds));
}

void require_same(const Archive& archive, const Setup& setup) {
  const Words mine = words_of(setup);
  const auto saved = archive.texts(words_entry);
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const auto& [name, value] = mine[i];
    if (2 * i + 1 >= saved.size() || saved[2 * i] != name)
      archive.fail(words_entry, cat("does not say what its ", name, " is"));
    if (saved[2 * i + 1] != value)
      throw Error(cat(archive.origin(), ": the saved run has ", name, " ", text::shown(saved[2 * i + 1]), ", not ",
                      value, "; take it up as it was begun"));
  }
  require_size(archive, words_entry, saved.size(), 2 * mine.size(), "the run");
  require_equal(archive, start_entry, setup.x0, "x0");
  require_equal(archive, bounds_entry, sides(setup.bounds), "the bounds");
}

bool holds_numbers(const Run& run) {
  const auto* rule = part_of<Rule>(run);
  if (!rule) return true;
  for (const auto name : rule->slot_names())
    if (!vectors::all_finite(rule->slot(name))) return false;
  return vectors::all_finite(rule->average()) && vectors::all_finite(rule->moving_average());
}

}  // namespace talweg::saved_run
