#include "talweg/problems/catalog.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/problems/families.hpp"

namespace talweg::problems {

std::span<const Problem> unconstrained_mgh() {
  static const families::List list = [] {
    families::List l;
    families::mgh_1_to_10(l);
    families::mgh_11_to_19(l);
    families::mgh_20_to_27(l);
    families::mgh_28_to_35(l);
    return l;
  }();
  return list;
}

std::span<const Problem> all() { return unconstrained_mgh(); }

Problem by_name(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Problem& problem : all()) {
    if (problem.name == name) return problem;
    names.push_back(problem.name);
  }
  throw Error(text::cat("no problem is called '", name, "'; ", text::did_you_mean(name, names)));
}

}  // namespace talweg::problems
