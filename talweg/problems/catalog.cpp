#include "talweg/problems/catalog.hpp"

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

Problem by_name(std::string_view name) {
  std::vector<std::string_view> names(large().begin(), large().end());
  for (const std::string_view candidate : names)
    if (candidate == name) return families::large_problem(name);
  for (const Problem& problem : all()) {
    if (problem.name == name) return problem;
    names.push_back(problem.name);
  }
  throw Error(text::cat("no problem is called '", name, "'; ", text::did_you_mean(name, names)));
}

}  // namespace talweg::problems
