#include "talweg/data/sparse_rows.hpp"

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/data/read.hpp"

namespace talweg::data {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;
using Numbers = std::vector<double>;
using Columns = std::vector<std::uint32_t>;

const std::string text = "+1 1:1 3:2.5 # remark\n\n-1 2:-1\n-1\n+1 1:0 3:4\n";

TEST(SparseRows, KeepWhatIsNotZeroInTheOrderOfTheFile) {
  const LibsvmRows read = read_libsvm_rows(text, "t", {});
  EXPECT_EQ(read.cells.starts, (std::vector<std::size_t>{0, 2, 3, 3, 4}));
  EXPECT_EQ(read.cells.columns, (Columns{1, 3, 2, 3}));
  EXPECT_EQ(read.cells.values, (Numbers{1, 2.5, -1, 4}));
  EXPECT_EQ(read.labels, (Numbers{1, -1, -1, 1}));
  EXPECT_EQ(read.lines, (Columns{1, 3, 4, 5}));
  EXPECT_FALSE(read.zero_used);
  EXPECT_TRUE(read_libsvm_rows("1 0:1\n", "t", {}).zero_used);
}

TEST(SparseRows, OnesAloneNeedNoValues) {
  const LibsvmRows ones = read_libsvm_rows("1 1:1 2:1\n0 4:1.0\n", "t", {});
  EXPECT_TRUE(ones.cells.values.empty());
  EXPECT_EQ(ones.cells.value(2), 1);
  EXPECT_EQ(read_libsvm_rows("1 1:1 2:1\n0 4:3\n", "t", {}).cells.values, (Numbers{1, 1, 3}));
}

TEST(SparseRows, TheDenseTableHoldsTheSameNumbers) {
  const Folder folder;
  const std::string path = put(folder / "t", text);
  const Table dense = read_table(path);
  const Table sparse = read_table(path, {.sparse_libsvm = true});
  ASSERT_TRUE(sparse.sparse);
  EXPECT_EQ(sparse.columns.size(), 1u);
  EXPECT_EQ(dense.columns.size(), 4u);
  EXPECT_EQ(dense.column("label").numbers, sparse.column("label").numbers);
  std::vector<std::uint32_t> all{0, 1, 2, 3};
  for (const Standardize how : {Standardize::on, Standardize::off}) {
    const Target target = understand_target(dense, "label", Wanted::binary);
    const Preprocess p = Preprocess::fit(dense, target, all, {how, {}});
    const Preprocess q = Preprocess::fit(sparse, target, all, {how, {}});
    EXPECT_EQ(p.input_names(), q.input_names());
    std::vector<double> x(12);
    p.encode(dense, all, std::span(x));
    const SparseRows y = encode_sparse(q, sparse, all);
    ASSERT_EQ(y.rows(), 4u);
    for (std::size_t r = 0; r < 4; ++r) {
      Numbers row(3);
      for (std::size_t k = y.starts[r]; k < y.starts[r + 1]; ++k) row[y.columns[k]] = y.value(k);
      for (std::size_t c = 0; c < 3; ++c)
        EXPECT_NEAR(row[c] - (y.shift.empty() ? 0 : y.shift[c]), x[r * 3 + c], 1e-15) << r << ", " << c;
    }
  }
}

TEST(SparseRows, IgnoredAndUnknownColumnsAreLeftOut) {
  const Folder folder;
  const Table first = read_table(put(folder / "a", text), {.sparse_libsvm = true});
  const Table second = read_table(put(folder / "b", "1 1:7 9:5\n"), {.sparse_libsvm = true});
  const std::vector<std::uint32_t> rows{0, 1}, one{0};
  const Preprocess p =
      Preprocess::fit(first, understand_target(first, "label", Wanted::binary), rows, {Standardize::automatic, {"f2"}});
  EXPECT_FALSE(p.standardized);
  EXPECT_EQ(p.input_names(), (std::vector<std::string>{"f1", "f3"}));
  EXPECT_EQ(encode_sparse(p, first, rows).columns, (Columns{0, 1}));
  EXPECT_TRUE(p.notes.empty());
  const Preprocess q = Preprocess::fit(first, p.target, one);
  EXPECT_EQ(q.input_names(), (std::vector<std::string>{"f1", "f3"}));  // f2 is 0 in the first row
  EXPECT_TRUE(contains(q.notes.at(0), "1 column is 0 in all training rows"));
  EXPECT_EQ(encode_sparse(p, second, std::vector<std::uint32_t>{0}).values, (Numbers{7}));
  EXPECT_TRUE(contains(message_of<Error>([&] {
                         Preprocess::fit(first, p.target, rows, {Standardize::off, {"f9"}});
                       }),
                       "no column 'f9' to ignore; the columns are f1 to f3"));
}

}  // namespace
}  // namespace talweg::data
