#include "talweg/api/minimize/trace.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg::api {
namespace {

TraceRow row(std::int64_t k) {
  const auto v = static_cast<double>(k);
  return {k,
          {v, -v},
          v / 3,
          {1 / (v + 1), 0},
          k == 0 ? Observations{} : Observations{{"velocity", {v, 2 * v}, Per::variable}, {"beta", {0.5}, Per::step}}};
}

void expect_row(const TraceRow& found, std::int64_t k) {
  const TraceRow wanted = row(k);
  ASSERT_EQ(found.iteration, k);
  ASSERT_EQ(found.x, wanted.x);
  ASSERT_EQ(found.value, wanted.value);
  ASSERT_EQ(found.gradient, wanted.gradient);
  ASSERT_EQ(found.state.size(), wanted.state.size());
  for (std::size_t i = 0; i < wanted.state.size(); ++i) {
    ASSERT_EQ(found.state[i].name, wanted.state[i].name);
    ASSERT_EQ(found.state[i].values, wanted.state[i].values);
    ASSERT_EQ(found.state[i].per, wanted.state[i].per);
  }
}

TEST(TraceRecorder, KeepsAllOfAShortRun) {
  TraceRecorder recorder(true);
  for (std::int64_t k = 0; k <= 100; ++k) recorder.add(row(k));
  const auto rows = recorder.take_rows();
  ASSERT_EQ(rows.size(), 101u);
  for (std::int64_t k = 0; k <= 100; ++k) expect_row(rows[static_cast<std::size_t>(k)], k);
  EXPECT_EQ(recorder.every(), 1);
  EXPECT_EQ(recorder.all(), nullptr);
}

TEST(TraceRecorder, ThinsALongRunAndKeepsItsEnd) {
  for (const std::int64_t last : {20'000, 39'999, 40'000, 100'001}) {
    TraceRecorder recorder(false);
    for (std::int64_t k = 0; k <= last; ++k) recorder.add(row(k));
    const std::int64_t every = recorder.every();
    const auto rows = recorder.take_rows();
    EXPECT_GT(every, 1);
    ASSERT_LE(rows.size(), 2 * TraceRecorder::most + 1);
    ASSERT_GE(rows.size(), TraceRecorder::most);
    for (std::size_t i = 0; i + 1 < rows.size(); ++i) expect_row(rows[i], static_cast<std::int64_t>(i) * every);
    expect_row(rows.back(), last);
    EXPECT_EQ(recorder.all(), nullptr);
  }
}

TEST(TraceRecorder, KeepsAllOfALongRunInAFile) {
  constexpr std::int64_t last = 50'000;
  TraceRecorder recorder(true);
  for (std::int64_t k = 0; k <= last; ++k) recorder.add(row(k));
  ASSERT_NE(recorder.all(), nullptr);
  for (int pass = 0; pass < 2; ++pass) {  // documents go over it several times
    std::int64_t k = 0;
    recorder.all()->each([&](const TraceRow& found) { expect_row(found, k++); });
    EXPECT_EQ(k, last + 1);
  }
}

TEST(TraceFile, IsTakenUpBehindAMark) {
  const testing::Folder folder;
  const std::string path = folder / "rows";
  TraceFile::Mark mark;
  {
    TraceFile file(path);
    for (std::int64_t k = 0; k < 30; ++k) file.add(row(k));
    mark = file.mark();
    for (std::int64_t k = 100; k < 120; ++k) file.add(row(k));
    file.mark();
  }
  std::int64_t found = 0;
  TraceFile file(path, mark, [&](const TraceRow& r) { expect_row(r, found++); });
  EXPECT_EQ(found, 30);
  for (std::int64_t k = 30; k < 60; ++k) file.add(row(k));
  found = 0;
  file.each([&](const TraceRow& r) { expect_row(r, found++); });
  EXPECT_EQ(found, 60);
  mark = file.mark();
  EXPECT_EQ(std::filesystem::file_size(path), mark.size);
}

TEST(TraceFile, ThatHoldsSomethingElseIsRefused) {
  const testing::Folder folder;
  const std::string path = folder / "rows";
  TraceFile::Mark mark;
  {
    TraceFile file(path);
    for (std::int64_t k = 0; k < 5; ++k) file.add(row(k));
    mark = file.mark();
  }
  const auto refused = [&](const TraceFile::Mark& m) {
    return testing::message_of<Error>([&] { TraceFile(path, m, [](const TraceRow&) {}); });
  };
  EXPECT_TRUE(testing::contains(refused({mark.size + 1, mark.digest}), "it does not hold what the checkpoint says"));
  EXPECT_TRUE(testing::contains(refused({mark.size - 1, mark.digest}), "it does not hold what the checkpoint says"));
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(20).put('!');
  EXPECT_TRUE(testing::contains(refused(mark), "it does not hold what the checkpoint says"));
  Sha256 hash;  // of bytes that are no rows
  hash.add("no rows at all");
  testing::put(path, "no rows at all");
  EXPECT_TRUE(testing::contains(refused({14, hash.hex()}), "damaged or cut"));
}

}  // namespace
}  // namespace talweg::api
