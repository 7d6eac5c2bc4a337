#include "talweg/data/preprocess.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/batches.hpp"
#include "talweg/data/describe.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {
namespace {

using talweg::testing::contains;
using talweg::testing::message_of;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<std::uint32_t> all(const Table& t) {
  std::vector<std::uint32_t> rows(t.rows);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}
Preprocess fit(const Table& t, Standardize standardize = Standardize::off, const std::string& target = "y") {
  return Preprocess::fit(t, understand_target(t, target, Wanted::automatic), all(t), {standardize, {}});
}
Numbers encode(const Preprocess& p, const Table& t, Names* notes = nullptr) {
  Numbers out(t.rows * p.inputs());
  const Names told = p.encode(t, all(t), std::span<double>(out));
  if (notes) *notes = told;
  return out;
}
Table reread(const Preprocess& p, const std::string& text, bool with_target = false) {
  return read_csv(text, "u.csv", p.expectations(with_target));
}

const std::string mixed = "a,colour,b,y\n1,red,5,0.5\n,blue,5,1.5\n3,red,5,2.5\n8,,5,3.5\n";

TEST(Preprocess, FillsWithTheMedianAndEncodesTextsOneHot) {
  const Table t = read_csv(mixed, "t.csv");
  const Preprocess p = fit(t);
  EXPECT_EQ(p.input_names(), (Names{"a", "colour=blue", "colour=red", "b"}));
  EXPECT_EQ(encode(p, t), (Numbers{1, 0, 1, 0, 3, 1, 0, 0, 3, 0, 1, 0, 8, 0, 0, 0}));
  EXPECT_TRUE(contains(p.notes.at(0), "1 column is constant in the training rows and carry no information: b"));
}

/// `texts` different ones in rows of one number, a constant column and them; one text and one number are missing.
std::string towns(int texts, int rows) {
  std::string out = "a,town,same,y\n,t0,7,1\n2,,7,2\n";
  for (int r = 0; r < rows; ++r)
    out += std::to_string(r % 9) + ",t" + std::to_string(r % texts) + ",7," + std::to_string(r * 37 % 101) + "\n";
  return out;
}

TEST(Preprocess, ManyTextsMakeItWide) {
  EXPECT_FALSE(fit(read_csv(towns(253, 600), "t.csv")).is_wide());  // 255 inputs
  EXPECT_TRUE(fit(read_csv(towns(254, 600), "t.csv")).is_wide());
  // 40 numbers beside 260 texts: more than one input in eight of a row is not 0.
  std::string header, numbers, rows;
  for (int c = 0; c < 40; ++c) header += "c" + std::to_string(c) + ",", numbers += std::to_string(c) + ".5,";
  for (int r = 0; r < 600; ++r) rows += numbers + "t" + std::to_string(r % 260) + "," + std::to_string(r) + "\n";
  EXPECT_FALSE(fit(read_csv(header + "town,y\n" + rows, "t.csv")).is_wide());
}

TEST(Preprocess, SparseInputsAreTheDenseOnes) {
  const Table t = read_csv(towns(300, 700), "t.csv");
  for (const auto standardize : {Standardize::off, Standardize::on}) {
    const Preprocess p = fit(t, standardize);
    SparseRows sparse;
    EXPECT_TRUE(p.encode(t, all(t), sparse).empty());
    EXPECT_EQ(sparse.rows(), t.rows);
    EXPECT_EQ(sparse.width, p.inputs());
    EXPECT_EQ(sparse.nonzeros(), 2 * t.rows - 1);  // one text is missing; the constant column is left out
    Numbers written(t.rows * p.inputs());
    for (std::size_t r = 0; r < t.rows; ++r)
      for (std::size_t k = sparse.starts[r]; k < sparse.starts[r + 1]; ++k)
        written[r * p.inputs() + sparse.columns[k]] = sparse.value(k);
    EXPECT_EQ(written, encode(p, t));
  }
}

TEST(Preprocess, SparseRowsTellOfTextsNeverSeen) {
  const Preprocess p = fit(read_csv(towns(300, 700), "t.csv"));
  const Table other = read_csv("a,town,same,y\n1,t5,7,1\n2,Bonn,7,2\n3,Ulm,7,3\n", "u.csv");
  SparseRows rows;
  const Names told = p.encode(other, all(other), rows);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(contains(told[0], "column 'town': 2 rows have a text never seen in training"));
  EXPECT_EQ(rows.starts, (std::vector<std::size_t>{0, 2, 3, 4}));
  SparseRows picked;
  gather(rows, std::vector<std::uint32_t>{2, 0}, picked);
  EXPECT_EQ(picked.starts, (std::vector<std::size_t>{0, 1, 3}));
  EXPECT_EQ(picked.values, (Numbers{3, 1, 1}));
}

TEST(Preprocess, StandardisedColumnsHaveMeanZeroAndDeviationOne) {
  const Table t = read_csv("a,b,y\n1,1000001,1\n,1000002,2\n3,1000003,3\n9,1000007,4\n", "t.csv");
  const Preprocess p = fit(t, Standardize::on);
  const Numbers x = encode(p, t);
  for (std::size_t c = 0; c < 2; ++c) {
    double sum = 0, squares = 0;
    for (std::size_t r = 0; r < 4; ++r) sum += x[2 * r + c], squares += x[2 * r + c] * x[2 * r + c];
    EXPECT_NEAR(sum, 0, 1e-14);  // four terms of size 1
    EXPECT_NEAR(squares, 4, 1e-14);
  }
}

TEST(Preprocess, ColumnsThatCannotBeUsedAreRefusedUnlessIgnored) {
  const Table t = read_csv("a;b;y\n0,5;1;2\n1,5;2;3\n", "t.csv");
  EXPECT_TRUE(contains(message_of<Error>([&] { fit(t); }), "'0,5' in the column 'a' is 0.5 with a decimal comma"));
  EXPECT_TRUE(
      contains(message_of<Error>([&] { understand_target(t, "a", Wanted::automatic); }), "'0,5' in the column"));
  EXPECT_NO_THROW(Preprocess::fit(t, understand_target(t, "y", Wanted::automatic), all(t), {Standardize::off, {"a"}}));
}

TEST(Preprocess, ANumberThatNamesTheRowsIsNoInput) {
  const std::string ids = "a,id,y\n1,9007199254740993,1\n2,9007199254740992,0\n3,9007199254740996,1\n";
  const auto refusal = message_of<Error>([&] { fit(read_csv(ids, "t.csv")); });
  EXPECT_TRUE(
      contains(refusal, "t.csv:2:3: '9007199254740993' in the column 'id' and '9007199254740992' are one number"));
  EXPECT_TRUE(contains(refusal, "leave the column out"));
  const Table t = read_csv(ids, "t.csv");
  EXPECT_NO_THROW(Preprocess::fit(t, understand_target(t, "y", Wanted::automatic), all(t), {Standardize::off, {"id"}}));
  // Nanoseconds: beyond 2^53, and each another double.
  EXPECT_NO_THROW(fit(read_csv("t,y\n1700000000000000000,1\n1700000001000000000,2\n", "t.csv")));
}

TEST(Preprocess, HugeAndTinyColumnsAreScaledLikeOthers) {
  for (const std::string unit : {"e200", "e-200", "e300", "e-300"}) {
    const Table t = read_csv("a,y\n-1" + unit + ",1\n1" + unit + ",2\n-1" + unit + ",1\n1" + unit + ",2\n", "t.csv");
    const Numbers x = encode(fit(t, Standardize::on), t);
    for (std::size_t r = 0; r < 4; ++r) EXPECT_NEAR(x[r], r % 2 ? 1 : -1, 1e-15) << unit;  // two roundings
    EXPECT_EQ(describe(t, fit(t, Standardize::on)).columns[0].mean, 0) << unit;
  }
  EXPECT_TRUE(contains(message_of<Error>([] { fit(read_csv("a,y\n-1.7e308,1\n1.7e308,2\n", "t.csv")); }),
                       "t.csv: the values of the column 'a' are too far apart to be scaled in double"));
}

TEST(Preprocess, SparseColumnsToo) {
  const LibsvmRows rows = read_libsvm_rows("1 1:-1e200 2:1\n0 1:1e200 2:3\n", "t", {});
  const Table t = sparse_table(rows, "t");
  const Preprocess p =
      Preprocess::fit(t, understand_target(t, "label", Wanted::automatic), all(t), {Standardize::on, {}});
  EXPECT_DOUBLE_EQ(p.features[0].factor, 1e-200);
  EXPECT_DOUBLE_EQ(p.features[1].factor, 1);
}

TEST(Preprocess, AutomaticStandardisesOnlyWhatWouldHurt) {
  EXPECT_TRUE(fit(read_csv("a,y\n1000,1.5\n2000,2.5\n", "t"), Standardize::automatic).standardized);
  EXPECT_TRUE(fit(read_csv("a,y\n0.001,1.5\n0.002,2.5\n", "t"), Standardize::automatic).standardized);
  EXPECT_FALSE(fit(read_csv("a,y\n1,1.5\n2,2.5\n", "t"), Standardize::automatic).standardized);
}

TEST(Preprocess, AConstantColumnStaysZeroWhateverComesLater) {
  const Table t = read_csv(mixed, "t.csv");
  const Preprocess p = fit(t, Standardize::on);
  const Numbers x = encode(p, reread(p, "a,colour,b\n1,red,77\n"));
  EXPECT_EQ(x[3], 0);
}

TEST(Preprocess, AnUnseenCategoryIsAllZerosAndCounted) {
  const Preprocess p = fit(read_csv(mixed, "t.csv"));
  Names notes;
  EXPECT_EQ(encode(p, reread(p, "a,colour,b\n1,green,5\n2,red,5\n"), &notes), (Numbers{1, 0, 0, 0, 2, 0, 1, 0}));
  EXPECT_TRUE(contains(notes.at(0), "column 'colour': 1 row has a text never seen in training"));
}

TEST(Preprocess, ColumnsAreFoundByNameInAnyOrderAndOthersIgnored) {
  const Preprocess p = fit(read_csv(mixed, "t.csv"));
  EXPECT_EQ(encode(p, reread(p, "extra,b,y,colour,a\nnan,5,?,red,7\n")), (Numbers{7, 0, 1, 0}));
  const Table missing = reread(p, "colour,b\nred,5\n");
  EXPECT_TRUE(contains(message_of<Error>([&] { encode(p, missing); }),
                       "u.csv: the column 'a' that the model was trained on is missing"));
}

TEST(Preprocess, ATextColumnStaysTextWhenASecondFileHoldsOnlyNumbers) {
  const Preprocess p = fit(read_csv("k,y\n1,1.5\nx,2.5\n2,2\n", "t.csv"));
  EXPECT_EQ(encode(p, reread(p, "k\n2\n1\n")), (Numbers{0, 1, 0, 1, 0, 0}));
}

TEST(Preprocess, WithoutAHeaderTheTargetMayBeLeftOut) {
  const Table t = read_csv("0.5,1,7\n1.5,2,8\n2.5,4,9\n", "t.csv");
  const Preprocess p = fit(t, Standardize::off, "c1");
  EXPECT_EQ(encode(p, reread(p, "3,6\n")), (Numbers{3, 6}));
  EXPECT_EQ(encode(p, reread(p, "0,3,6\n")), (Numbers{3, 6}));
}

TEST(Preprocess, TextsThatNameTheRowsAreLeftOut) {
  std::string text = "id,x,y\n";
  for (int i = 0; i < 80; ++i)
    text += "n" + std::to_string(i) + "," + std::to_string(i) + "," + std::to_string(i * 1.5) + "\n";
  const Preprocess p = fit(read_csv(text, "t.csv"));
  EXPECT_EQ(p.input_names(), (Names{"x"}));
  EXPECT_TRUE(contains(p.notes.at(0), "80 different texts in 80 rows: left out"));
}

TEST(Preprocess, IgnoredColumnsAreNoInputs) {
  const Table t = read_csv(mixed, "t.csv");
  const Preprocess p =
      Preprocess::fit(t, understand_target(t, "y", Wanted::automatic), all(t), {Standardize::off, {"colour"}});
  EXPECT_EQ(p.input_names(), (Names{"a", "b"}));
  EXPECT_THROW(Preprocess::fit(t, understand_target(t, "y", Wanted::automatic), all(t), {Standardize::off, {"color"}}),
               Error);
}

TEST(Preprocess, SavesAndLoadsExactly) {
  const Table t = read_csv(mixed, "t.csv");
  const Preprocess p = fit(t, Standardize::on);
  Archive archive;
  p.save(archive);
  const Preprocess q = Preprocess::load(Archive::parse(archive.bytes(), "m"));
  EXPECT_EQ(q.features, p.features);
  EXPECT_EQ(q.target, p.target);
  EXPECT_EQ(q.columns, p.columns);
  EXPECT_EQ(encode(q, t), encode(p, t));
}

TEST(Preprocess, LearnsFromTheTrainingRowsOnly) {
  const Table t = read_csv("a,y\n1,1.5\n3,2.5\n1000,3.5\n", "t.csv");
  const std::vector<std::uint32_t> rows{0, 1};
  const Preprocess p = Preprocess::fit(t, understand_target(t, "y", Wanted::automatic), rows, {Standardize::on, {}});
  EXPECT_EQ(p.features[0].mean, 2);
  EXPECT_EQ(p.features[0].factor, 1);
}

TEST(Describe, TellsKindsMissingAndClasses) {
  const Table t = read_csv("a,colour,y\n1,red,u\n,blue,v\n3,red,u\n", "t.csv");
  const Description d = describe(t, fit(t));
  EXPECT_EQ(d.rows, 3u);
  EXPECT_EQ(d.columns[0].missing, 1u);
  EXPECT_EQ(d.columns[0].high, 3);
  EXPECT_EQ(d.columns[1].distinct, 2u);
  EXPECT_EQ(d.columns[2].role, "target");
  ASSERT_EQ(d.classes.size(), 2u);
  EXPECT_EQ(d.classes[0].rows, 2u);
}

}  // namespace
}  // namespace talweg::data
