#include "talweg/problems/catalog.hpp"

#include <algorithm>
#include <array>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/problems/families.hpp"

namespace talweg::problems {
namespace {

using families::List;

List gather(std::initializer_list<void (*)(List&)> parts) {
  List list;
  for (const auto part : parts) part(list);
  return list;
}

}  // namespace

std::span<const Problem> unconstrained_mgh() {
  static const List list =
      gather({families::mgh_1_to_10, families::mgh_11_to_19, families::mgh_20_to_27, families::mgh_28_to_35});
  return list;
}

std::span<const Problem> holdout() {
  static const List list = gather({families::holdout_separable, families::holdout_chained, families::holdout_fits});
  return list;
}

std::span<const Problem> bounded() {
  static const List list = gather({families::bounded_hock_schittkowski, families::bounded});
  return list;
}

std::span<const Problem> constrained() {
  static const List list = gather({families::hock_schittkowski_6_to_24, families::hock_schittkowski_26_to_43,
                                   families::hock_schittkowski_46_to_66, families::hock_schittkowski_71_to_113});
  return list;
}

std::span<const Problem> all() {
  static const List list = [] {
    List l;
    for (const auto part : {unconstrained_mgh(), holdout(), bounded(), constrained()})
      l.insert(l.end(), part.begin(), part.end());
    return l;
  }();
  return list;
}

std::span<const std::string_view> sets() {
  static constexpr std::array<std::string_view, 5> names{"mgh", "holdout", "bounded", "constrained", "large"};
  return names;
}

std::vector<std::string_view> names_in(std::string_view set) {
  static constexpr std::array collections{unconstrained_mgh, holdout, bounded, constrained};
  const auto it = std::find(sets().begin(), sets().end(), set);
  if (it == sets().end()) {
    const std::string near = text::did_you_mean(set, sets());
    throw Error(text::cat("no set of problems is called '", set, "': there are ", text::list(sets()),
                          near.empty() ? "" : text::cat("; ", near)));
  }
  if (*it == "large") return {large().begin(), large().end()};
  std::vector<std::string_view> names;
  for (const Problem& problem : collections[static_cast<std::size_t>(it - sets().begin())]())
    names.push_back(problem.name);
  return names;
}

Problem by_name(std::string_view name) {
  std::vector<std::string_view> names(large().begin(), large().end());
  for (const std::string_view candidate : names)
    if (candidate == name) return families::large_problem(name);
  for (const Problem& problem : all()) {
    if (problem.name == name) return problem;
    names.push_back(problem.name);
  }
  const std::string near = text::did_you_mean(name, names);
  throw Error(text::cat("no problem is called '", name, "': ", near.empty() ? "talweg list problems has them" : near));
}

}  // namespace talweg::problems
