#include "talweg/data/split.hpp"

#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/batches.hpp"

namespace talweg::data {
namespace {

std::vector<std::uint32_t> all(std::size_t rows) {
  std::vector<std::uint32_t> numbers(rows);
  std::iota(numbers.begin(), numbers.end(), 0u);
  return numbers;
}

TEST(Split, IsADisjointPartitionThatTheSeedDecides) {
  const Split a = split_rows(all(100), {}, 0.2, 1), b = split_rows(all(100), {}, 0.2, 1),
              c = split_rows(all(100), {}, 0.2, 2);
  EXPECT_EQ(a.validation.size(), 20u);
  std::set<std::uint32_t> rows(a.train.begin(), a.train.end());
  rows.insert(a.validation.begin(), a.validation.end());
  EXPECT_EQ(rows.size(), 100u);
  EXPECT_EQ(a.validation, b.validation);
  EXPECT_NE(a.validation, c.validation);
}

TEST(Split, EachClassGivesItsShare) {
  std::vector<double> classes(90, 0);
  classes.resize(100, 1);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Split s = split_rows(all(100), classes, 0.2, seed);
    EXPECT_EQ(s.validation.size(), 20u);
    EXPECT_EQ(std::count_if(s.validation.begin(), s.validation.end(), [](auto r) { return r >= 90; }), 2);
  }
}

TEST(Split, AClassOfOneRowIsKeptForTraining) {
  std::vector<double> classes(9, 0);
  classes.push_back(1);
  const Split s = split_rows(all(10), classes, 0.5, 3);
  EXPECT_EQ(s.train.back(), 9u);
}

TEST(Split, NoRowLeftIsAnError) {
  EXPECT_TRUE(talweg::testing::contains(talweg::testing::message_of<Error>([] { split_rows(all(10), {}, 0.01, 1); }),
                                        "is no row"));
}

TEST(Batches, DealEveryRowOnceAndTheLastBatchMayBeShort) {
  Batches batches(10, 4, 7);
  EXPECT_EQ(batches.per_epoch(), 3u);
  std::vector<std::size_t> sizes;
  std::multiset<std::uint32_t> seen;
  for (auto rows = batches.next(); !rows.empty(); rows = batches.next()) {
    sizes.push_back(rows.size());
    seen.insert(rows.begin(), rows.end());
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{4, 4, 2}));
  EXPECT_EQ(seen.size(), 10u);
  EXPECT_EQ(std::set<std::uint32_t>(seen.begin(), seen.end()).size(), 10u);
}

TEST(Batches, AnEpochCanBeTakenUpAgainAndDiffersFromTheOthers) {
  Batches a(100, 32, 7), b(100, 32, 7);
  const auto copy = [](std::span<const std::uint32_t> rows) {
    return std::vector<std::uint32_t>(rows.begin(), rows.end());
  };
  a.start_epoch(1);
  const auto first = copy(a.next());
  a.start_epoch(2);
  EXPECT_NE(copy(a.next()), first);
  b.start_epoch(1);
  EXPECT_EQ(copy(b.next()), first);
}

TEST(Batches, OneBatchOfAllKeepsTheOrderOfTheFile) {
  Batches batches(5, 100, 7);
  const auto rows = batches.next();
  EXPECT_EQ(std::vector<std::uint32_t>(rows.begin(), rows.end()), (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
}

TEST(Gather, CopiesTheListedRows) {
  const std::vector<float> matrix{1, 2, 3, 4, 5, 6};
  std::vector<float> out(4);
  gather<float>(matrix, 2, std::vector<std::uint32_t>{2, 0}, out);
  EXPECT_EQ(out, (std::vector<float>{5, 6, 1, 2}));
}

}  // namespace
}  // namespace talweg::data
