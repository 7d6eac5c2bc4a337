#include "talweg/parallel/pool.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>

#include "talweg/base/error.hpp"
#include "talweg/parallel/reduce.hpp"

namespace talweg {
namespace {

TEST(Pool, RunsEachChunkOnce) {
  for (const int threads : {1, 2, 3, 8}) {
    Pool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const std::int64_t chunks : {0, 1, 2, 7, 64, 1000}) {
      std::vector<std::atomic<int>> count(static_cast<std::size_t>(chunks));
      pool.run(chunks, [&](std::int64_t c) { ++count[static_cast<std::size_t>(c)]; });
      for (const auto& c : count) EXPECT_EQ(c, 1);
    }
  }
}

TEST(Pool, ManySmallJobsFollowEachOther) {
  for (const int threads : {2, 4}) {
    Pool pool(threads);
    std::vector<std::int64_t> seen(5);
    for (std::int64_t job = 1; job <= 5000; ++job) {
      pool.run(5, [&](std::int64_t c) { seen[static_cast<std::size_t>(c)] += job; });
      ASSERT_EQ(std::accumulate(seen.begin(), seen.end(), std::int64_t{0}), 5 * job * (job + 1) / 2);
    }
  }
}

TEST(Pool, WakesSleepingWorkers) {
  Pool pool(2);
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    // Both chunks wait for each other: this ends only if two threads work.
    std::atomic<int> here{0};
    pool.run(2, [&](std::int64_t) {
      ++here;
      while (here < 2) std::this_thread::yield();
    });
  }
}

TEST(Pool, ChunksThatHadNotBegunAreLeftOutAfterAnException) {
  Pool pool(3);
  std::atomic<bool> thrown{false};
  std::atomic<int> ran{0};
  const auto work = [&](std::int64_t chunk) {
    if (chunk == 0) {
      thrown = true;
      throw std::runtime_error("0");
    }
    while (!thrown) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++ran;
  };
  EXPECT_THROW(pool.run(10000, work), std::runtime_error);
  EXPECT_LT(ran, 9999);
}

TEST(Pool, RethrowsTheExceptionOfTheLowestChunkAndStaysUsable) {
  for (const int threads : {1, 2, 8}) {
    Pool pool(threads);
    std::atomic<int> ran{0};
    try {
      pool.run(20, [&](std::int64_t c) {
        ++ran;
        if (c == 7 || c == 13) throw std::runtime_error(std::to_string(c));
      });
      FAIL();
    } catch (const std::runtime_error& e) {
      EXPECT_STREQ(e.what(), "7");
    }
    ran = 0;
    pool.run(20, [&](std::int64_t) { ++ran; });
    EXPECT_EQ(ran, 20);
  }
}

TEST(Pool, ACallFromInsideAChunkRunsSerially) {
  Pool pool(4);
  std::atomic<int> inner{0};
  pool.run(8, [&](std::int64_t) { pool.run(10, [&](std::int64_t) { ++inner; }); });
  EXPECT_EQ(inner, 80);
}

TEST(Pool, ServesSeveralCallers) {
  Pool pool(3);
  std::atomic<int> total{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int j = 0; j < 200; ++j) pool.run(6, [&](std::int64_t) { ++total; });
    });
  for (auto& c : callers) c.join();
  EXPECT_EQ(total, 4 * 200 * 6);
}

// What follows runs in children of this process: they say with their exit status whether all was well.

TEST(PoolDeathTest, ThreadsThatCannotBeStartedAreDoneWithout) {
#ifdef TALWEG_NO_CLONES
  GTEST_SKIP() << "a sanitizer needs address space of its own";
#endif
  const auto starved = [] {
    rlimit limit{};
    ::getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = 1;  // no new stack can be mapped, whatever the rights of this user
    ::setrlimit(RLIMIT_AS, &limit);
    Pool pool(8);
    int sum = 0;
    pool.run(100, [&](std::int64_t c) { sum += static_cast<int>(c); });
    const bool told = pool.shortage().starts_with("only 1 of 8 threads could be started (");
    ::_exit(pool.threads() == 1 && sum == 4950 && told ? 0 : 1);
  };
  EXPECT_EXIT(starved(), ::testing::ExitedWithCode(0), "");
}

TEST(PoolDeathTest, LivesAndEndsInTheChildOfAFork) {
  ::testing::FLAGS_gtest_death_test_style = "fast";  // a child of fork(), not a program started anew
  auto pool = std::make_unique<Pool>(4);
  pool->run(64, [](std::int64_t) {});
  const auto child = [&] {
    std::int64_t sum = 0;
    pool->run(64, [&](std::int64_t c) { sum += c; });
    pool.reset();
    ::_exit(sum == 2016 ? 0 : 1);
  };
  EXPECT_EXIT(child(), ::testing::ExitedWithCode(0), "");
  std::atomic<std::int64_t> sum{0};
  pool->run(64, [&](std::int64_t c) { sum += c; });
  EXPECT_EQ(sum, 2016);
}

TEST(Pool, TellsOfNoShortageWhereThereIsNone) { EXPECT_EQ(Pool(3).shortage(), ""); }

TEST(Pool, RefusesAThreadCountOutOfRange) {
  EXPECT_THROW(Pool(0), Error);
  EXPECT_THROW(Pool(-3), Error);
  EXPECT_THROW(Pool(100000), Error);
}

TEST(ForRanges, CoversEverythingInPiecesThatDependOnTheLengthAlone) {
  for (const int threads : {1, 4}) {
    Pool pool(threads);
    for (const std::int64_t n : {0, 1, 9, 10, 11, 95}) {
      std::vector<int> touched(static_cast<std::size_t>(n));
      for_ranges(pool, n, 10, [&](std::int64_t begin, std::int64_t end) {
        EXPECT_EQ(begin % 10, 0);
        EXPECT_TRUE(end == n || end == begin + 10);
        for (std::int64_t i = begin; i < end; ++i) ++touched[static_cast<std::size_t>(i)];
      });
      for (const int t : touched) EXPECT_EQ(t, 1);
    }
  }
}

TEST(TreeSum, GivesTheSameBitsForEveryNumberOfThreads) {
  for (const std::int64_t n : {0, 5, 16384, 16385, 200001}) {
    const auto sum = [&](int threads) {
      Pool pool(threads);
      return tree_sum(pool, n, [](std::int64_t begin, std::int64_t end) {
        double s = 0;
        for (std::int64_t i = begin; i < end; ++i) s += std::sin(double(i)) / 3;
        return s;
      });
    };
    const double one = sum(1), two = sum(2), eight = sum(8);
    EXPECT_EQ(std::memcmp(&one, &two, sizeof one), 0);
    EXPECT_EQ(std::memcmp(&one, &eight, sizeof one), 0);
    double plain = 0;
    for (std::int64_t i = 0; i < n; ++i) plain += std::sin(double(i)) / 3;
    EXPECT_NEAR(one, plain, 1e-16 * double(n + 1) * 10);
  }
}

}  // namespace
}  // namespace talweg
