#include <algorithm>

#include <vector>
#include "talweg/problems/catalog.hpp"
#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"

namespace talweg::problems {
namespace {

/// sum of d_i (x_i - 1)^2 / 2, with d from 1 to 100 in equal steps: condition 100.
double diagonal_quadratic(In x, Out g) {
  const double step = 99 / static_cast<double>(x.size() - 1);
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = 1 + step * static_cast<double>(i), r = x[i] - 1;
    f += weight * r * r / 2;
    g[i] = weight * r;
  }
  return f;
}

/// How to build one of them; the pattern of the start is repeated.
struct Recipe {
  std::string_view name, source;
  double (*function)(In, Out);
  std::size_t n;
  std::vector<double> pattern;
  double optimum;
  Bounds (*box)(std::size_t) = nullptr;
};

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> list{
      {"extended_rosenbrock_1000000", families::mgh_source, extended_rosenbrock, 1'000'000, {-1.2, 1}, 0},
      {"extended_powell_100000", families::mgh_source, extended_powell, 100'000, {3, -1, 0, 1}, 0},
      {"diagonal_quadratic_1000000", "made for this collection", diagonal_quadratic, 1'000'000, {0}, 0},
      {"dqdrtic_1000000", "CUTE: DQDRTIC", dqdrtic, 1'000'000, {3}, 0},
      {"tridia_10000", "CUTE: TRIDIA", tridia, 10'000, {1}, 0},
      {"arwhead_100000", "CUTE: ARWHEAD", arwhead, 100'000, {1}, 0},
      {"engval1_100000", "CUTE: ENGVAL1", engval1, 100'000, {2}, 111009.91880939633},
      {"cosine_100000", "CUTE: COSINE", cosine, 100'000, {1}, -99999},
      {"edensch_100000", "CUTE: EDENSCH, as in Andrei 2008", edensch, 100'000, {0}, 600003.2845920207},
      {"liarwhd_100000", "CUTE: LIARWHD", liarwhd, 100'000, {4}, 0},
      {"extended_wood_100000", "Andrei 2008", extended_wood, 100'000, {-3, -1, -3, -1}, 0},
      {"raydan_1_10000", "Andrei 2008", raydan_1, 10'000, {1}, 5'000'500},
      {"minimal_surface_10000",
       "Averick, Carter, Moré & Xue 1992: MSA, another border",
       minimal_surface,
       10'000,
       {0},
       1.8568545867919},
      {"lbfgsb_driver_100000", "L-BFGS-B 3.0, driver1", lbfgsb_driver, 100'000, {3}, 0, lbfgsb_driver_box},
      {"torsion_10000",
       "Averick, Carter, Moré & Xue 1992: EPT, c = 5",
       torsion,
       10'000,
       {0},
       -0.418391026664263,
       torsion_box},
  };
  return list;
}

}  // namespace

std::span<const std::string_view> large() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> v;
    for (const Recipe& recipe : recipes()) v.push_back(recipe.name);
    return v;
  }();
  return names;
}

Problem families::large_problem(std::string_view name) {
  const auto& list = recipes();
  const auto recipe = std::find_if(list.begin(), list.end(), [&](const Recipe& r) { return r.name == name; });
  Problem problem{std::string(name), 0, recipe->source, {}, {recipe->optimum}, recipe->function};
  problem.start.resize(recipe->n);
  for (std::size_t i = 0; i < recipe->n; ++i) problem.start[i] = recipe->pattern[i % recipe->pattern.size()];
  if (recipe->box) problem.bounds = recipe->box(recipe->n);
  problem.collection = recipe->box ? Collection::bounded : Collection::holdout;
  problem.large = true;
  return problem;
}

}  // namespace talweg::problems
