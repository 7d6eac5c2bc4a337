#include "talweg/models/factorization.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/factorization_problem.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"

namespace talweg::models {
namespace {

using talweg::testing::contains;
using talweg::testing::FactorizationProblem;
using talweg::testing::message_of;

TEST(FactorizationSpec, ReadsWritesAndReadsBack) {
  for (const char* text : {"mf:16", "mf:8,l2=0.5", "mf:3,l2_user=0.5,l2_item=1,l2_bias=0.1",
                           "mf:4,l2=1,l2_power=1,init=0.5,biases=false,nonnegative=true,clip=true,seen=false"})
    EXPECT_EQ(FactorizationSpec::parse(text).text(), text);
  EXPECT_TRUE(FactorizationSpec::recognises("mf:16"));
  EXPECT_TRUE(FactorizationSpec::recognises("mf"));
  EXPECT_FALSE(FactorizationSpec::recognises("mfa:16"));
  EXPECT_FALSE(FactorizationSpec::recognises("mlp:16"));
}

TEST(FactorizationSpec, ResolvedPenaltiesReadBackToTheSame) {
  auto spec = FactorizationSpec::parse("mf:4,l2_user=0.25");
  spec.resolve(2);
  EXPECT_EQ(spec.text(), "mf:4,l2_user=0.25,l2_item=2,l2_bias=0.2");
  const auto p = FactorizationSpec::parse(spec.text()).penalties(100);
  EXPECT_EQ(p.user, 0.25);
  EXPECT_EQ(p.item, 2);
  EXPECT_EQ(p.user_bias, 0.2);
}

TEST(FactorizationSpec, WrongUseNamesTheRange) {
  const auto message = [](const char* text) { return message_of<Error>([&] { FactorizationSpec::parse(text); }); };
  EXPECT_TRUE(contains(message("mf"), "as in mf:16"));
  EXPECT_TRUE(contains(message("mf:0"), "whole number from 1 to 4096"));
  EXPECT_TRUE(contains(message("mf:8,16"), "'16' is no rank"));
  EXPECT_TRUE(contains(message("mf:8,l2=-1"), "expected a number of at least 0"));
  EXPECT_TRUE(contains(message("mf:8,init=0"), "above 0"));
  EXPECT_TRUE(contains(message("mf:8,l2_usr=1"), "did you mean 'l2_user'"));
  EXPECT_TRUE(contains(message("mf:8,clip=yes"), "expected true or false"));
  EXPECT_TRUE(contains(message("mf:8,l2=1,l2=2"), "given twice"));
  EXPECT_TRUE(contains(message("mf:8,l2=1,l2_user=1,l2_item=2"), "l2 has no effect"));
  EXPECT_TRUE(contains(message("mf:8,biases=false,l2_bias=1"), "no effect with biases=false"));
}

TEST(RatingMatrix, BothSidesHoldTheSameRatings) {
  const FactorizationProblem p;
  ASSERT_EQ(p.matrix.ratings(), p.rows.size());
  double by_user = 0, by_item = 0, in_file = 0;  // each rating at its own weight: i + 100 j
  for (std::size_t r = 0; r < p.rows.size(); ++r)
    in_file += p.rows.value[r] * (p.rows.user[r] + 100.0 * p.rows.item[r]);
  for (std::size_t i = 0; i < p.matrix.users; ++i)
    for (std::size_t at = p.matrix.user_begin[i]; at < p.matrix.user_begin[i + 1]; ++at)
      by_user += p.matrix.user_value[at] * (double(i) + 100.0 * p.matrix.user_item[at]);
  for (std::size_t j = 0; j < p.matrix.items; ++j)
    for (std::size_t at = p.matrix.item_begin[j]; at < p.matrix.item_begin[j + 1]; ++at)
      by_item += p.matrix.user_value[p.matrix.item_place[at]] * (p.matrix.item_user[at] + 100.0 * double(j));
  EXPECT_EQ(by_user, in_file);  // sums of whole numbers: exact
  EXPECT_EQ(by_item, in_file);
}

TEST(FactorizationObjective, ValueAndGradientAreThoseOfTheFormula) {
  const FactorizationProblem p;
  Pool pool(1);
  const Factorization model = p.model();
  FactorizationObjective objective(model, p.matrix, p.penalties, pool);
  std::vector<double> g(model.size());
  const double f = objective(model.parameters, g);
  // The oracle sums in another order: some hundred terms of size 1, rounded at 1e-16 each.
  EXPECT_NEAR(f, p.golden["value"].get<double>(), 1e-12 * f);
  const auto expected = p.numbers("gradient");
  for (std::size_t i = 0; i < g.size(); ++i) EXPECT_NEAR(g[i], expected[i], 1e-12) << i;
  EXPECT_NEAR(objective.half_squares() + objective.penalty(model.parameters), f, 1e-13 * f);
}

TEST(FactorizationObjective, PassesTheGradientCheckWithAndWithoutBiases) {
  const FactorizationProblem p;
  Pool pool(1);
  for (const bool biases : {true, false})
    for (const double power : {0.0, 0.5, 1.0})
      for (const std::int64_t rank : {1, 3, 8, 19}) {
        FactorizationSpec spec;
        spec.rank = rank;
        spec.biases = biases;
        Factorization model(spec, p.matrix.users, p.matrix.items);
        model.mean = biases ? 3 : 0;
        start_factors(model, spec, p.matrix, 4, 1);
        Penalties l2 = p.penalties;
        l2.power = power;
        FactorizationObjective objective(model, p.matrix, l2, pool);
        std::vector<double> g(model.size()), ignored(model.size());
        objective(model.parameters, g);
        // Along each coordinate f is a quadratic: the central difference is exact but for rounding, ~1e-16·f/h.
        for (std::size_t i = 0; i < g.size(); i += 5) {
          auto x = model.parameters;
          const double h = 1e-3;
          x[i] += h;
          const double above = objective(x, ignored);
          x[i] -= 2 * h;
          const double below = objective(x, ignored);
          EXPECT_NEAR((above - below) / (2 * h), g[i], 1e-9) << "rank " << rank << ", coordinate " << i;
        }
      }
}

TEST(FactorizationObjective, TheNumberOfThreadsShowsInNoBit) {
  Random random(3);
  const std::size_t users = 400, items = 300;
  std::vector<std::uint32_t> user, item;
  std::vector<double> value;
  for (int r = 0; r < 20000; ++r) {
    user.push_back(static_cast<std::uint32_t>(random.below(users)));
    item.push_back(static_cast<std::uint32_t>(random.below(items)));
    value.push_back(random.normal());
  }
  const RatingMatrix matrix(users, items, user, item, value);
  const auto spec = FactorizationSpec::parse("mf:13,l2=0.7");
  Factorization model(spec, users, items);
  start_factors(model, spec, matrix, 1, 7);
  std::vector<double> first(model.size()), other(model.size());
  Pool one(1), three(3);
  const double f = FactorizationObjective(model, matrix, spec.penalties(1), one)(model.parameters, first);
  EXPECT_EQ(FactorizationObjective(model, matrix, spec.penalties(1), three)(model.parameters, other), f);
  EXPECT_EQ(first, other);
}

TEST(Factorization, ColdIdsLeaveOutWhatIsNotKnown) {
  FactorizationSpec spec = FactorizationSpec::parse("mf:2,clip=true");
  Factorization f(spec, 1, 1);
  f.mean = 3, f.fallback = 3, f.low = 1, f.high = 5;
  f.parameters = {1, 2, 0.5, 3, -1, 0.25};  // u, b, v, c
  EXPECT_EQ(f.score(0, 0), 3 + 0.5 + 0.25 + 1);
  EXPECT_EQ(f.predict(0, Factorization::cold), 3.5);
  EXPECT_EQ(f.predict(Factorization::cold, 0), 3.25);
  EXPECT_EQ(f.predict(Factorization::cold, Factorization::cold), 3);
  f.parameters[3] = 9;
  EXPECT_EQ(f.predict(0, 0), 5);
  EXPECT_EQ(f.score(0, 0), 10.75);
  spec.biases = spec.clip = false;
  Factorization plain(spec, 1, 1);
  plain.fallback = 3.5;
  plain.parameters = {1, 2, 3, -1};
  EXPECT_EQ(plain.predict(0, 0), 1);
  EXPECT_EQ(plain.predict(0, Factorization::cold), 3.5);
}

}  // namespace
}  // namespace talweg::models
