#include <gtest/gtest.h>

#include <cmath>

#include "talweg/problems/catalog.hpp"

namespace talweg::problems {
namespace {

struct Published {
  const char* name;
  double value;
};

/// Six digits are printed, or the number is exact: within one of the last of them.
void expect_listed(const Published& published) {
  const Problem p = by_name(published.name);
  double nearest = std::numeric_limits<double>::infinity();
  for (const double f : p.optima) nearest = std::min(nearest, std::abs(f - published.value));
  EXPECT_LE(nearest, 1e-5 * std::abs(published.value)) << published.name;
}

/// The minima that Moré, Garbow and Hillstrom (1981) list where they are not 0; chebyquad_10 also has a lower one.
TEST(MoreGarbowHillstrom, MinimaAreThoseOfThePaper) {
  for (const Published& published : {Published{"freudenstein_roth", 48.9842},
                                     {"jennrich_sampson", 124.362},
                                     {"bard", 8.21487e-3},
                                     {"gaussian", 1.12793e-8},
                                     {"meyer", 87.9458},
                                     {"kowalik_osborne", 3.07505e-4},
                                     {"brown_dennis", 85822.2},
                                     {"osborne_1", 5.46489e-5},
                                     {"biggs_exp6", 5.65565e-3},
                                     {"osborne_2", 4.01377e-2},
                                     {"watson_6", 2.28767e-3},
                                     {"watson_9", 1.39976e-6},
                                     {"watson_12", 4.72238e-10},
                                     {"penalty_1_4", 2.24997e-5},
                                     {"penalty_1_10", 7.08765e-5},
                                     {"penalty_2_4", 9.37629e-6},
                                     {"penalty_2_10", 2.93660e-4},
                                     {"trigonometric_10", 2.79506e-5},
                                     {"chebyquad_8", 3.51687e-3},
                                     {"chebyquad_10", 6.50395e-3}})
    expect_listed(published);
}

/// f at the solutions in the book of Hock and Schittkowski (1981).
TEST(HockSchittkowski, MinimaAreThoseOfTheBook) {
  for (const Published& published : {Published{"hs1", 0},
                                     {"hs2", 0.0504261879},
                                     {"hs3", 0},
                                     {"hs4", 8.0 / 3},
                                     {"hs5", -1.91322},
                                     {"hs6", 0},
                                     {"hs7", -1.73205081},
                                     {"hs8", -1},
                                     {"hs9", -0.5},
                                     {"hs10", -1},
                                     {"hs11", -8.498464},
                                     {"hs12", -30},
                                     {"hs13", 1},
                                     {"hs14", 1.3934651},
                                     {"hs15", 306.5},
                                     {"hs18", 5},
                                     {"hs19", -6961.81381},
                                     {"hs21", -99.96},
                                     {"hs22", 1},
                                     {"hs23", 2},
                                     {"hs24", -1},
                                     {"hs25", 0},
                                     {"hs26", 0},
                                     {"hs27", 0.04},
                                     {"hs28", 0},
                                     {"hs29", -22.627417},
                                     {"hs30", 1},
                                     {"hs31", 6},
                                     {"hs32", 1},
                                     {"hs33", -4.5857864},
                                     {"hs34", -0.83403245},
                                     {"hs35", 1.0 / 9},
                                     {"hs36", -3300},
                                     {"hs37", -3456},
                                     {"hs38", 0},
                                     {"hs39", -1},
                                     {"hs40", -0.25},
                                     {"hs41", 1.92592593},
                                     {"hs42", 13.8578644},
                                     {"hs43", -44},
                                     {"hs45", 1},
                                     {"hs46", 0},
                                     {"hs48", 0},
                                     {"hs49", 0},
                                     {"hs50", 0},
                                     {"hs51", 0},
                                     {"hs52", 5.32664756},
                                     {"hs53", 4.09302326},
                                     {"hs60", 0.0325682003},
                                     {"hs61", -143.646142},
                                     {"hs63", 961.715172},
                                     {"hs64", 6299.84243},
                                     {"hs65", 0.953528857},
                                     {"hs66", 0.518163274},
                                     {"hs71", 17.0140173},
                                     {"hs72", 727.679376},
                                     {"hs76", -4.68181818},
                                     {"hs77", 0.241505129},
                                     {"hs78", -2.91970041},
                                     {"hs79", 0.0787768209},
                                     {"hs80", 0.0539498478},
                                     {"hs81", 0.0539498478},
                                     {"hs100", 680.630057},
                                     {"hs110", -45.77846971},
                                     {"hs113", 24.3062091}})
    expect_listed(published);
}

TEST(Catalog, EveryProblemNamesItsSource) {
  for (const std::string_view set : sets())
    for (const std::string_view name : names_in(set)) EXPECT_GE(by_name(name).source.size(), 10u) << name;
}

}  // namespace
}  // namespace talweg::problems
