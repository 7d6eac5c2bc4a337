#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/json_rows.hpp"
#include "talweg/data/ratings.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;
using namespace std::string_literals;

Table read(const std::string& bytes, const CsvOptions& options = {}, Reading reading = {}) {
  const Folder folder;
  Table table = read_table({put(folder / "t", bytes), std::move(reading)}, options);
  return table;
}
std::string refusal(const std::string& bytes, Reading reading = {}) {
  return message_of<Error>([&] { read(bytes, {}, std::move(reading)); });
}

TEST(JsonRows, ObjectsAreRows) {
  const Table t = read("{\"a\":1,\"b\":\"x\",\"in\":{\"c\":true}}\n\n{\"b\":null,\"a\":2.5,\"d\":\"7\"}\n");
  ASSERT_EQ(t.columns.size(), 4u);
  EXPECT_EQ(t.columns[0].numbers, (Numbers{1, 2.5}));
  EXPECT_EQ(t.columns[1].categories, (Names{"x"}));
  EXPECT_EQ(t.columns[1].codes, (std::vector<std::int32_t>{0, -1}));
  EXPECT_EQ(t.columns[2].name, "in.c");
  EXPECT_EQ(t.columns[2].numbers[0], 1);
  EXPECT_EQ(t.columns[3].numbers[1], 7);
  EXPECT_EQ(t.columns[3].missing, 1u);
  EXPECT_EQ(t.lines, (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(read("\xef\xbb\xbf [\n {\"a\": 1},\n {\"a\": 2}\n]\n").columns[0].numbers, (Numbers{1, 2}));
}

TEST(JsonRows, OptionsReadTheTextsInIt) {
  const std::string text = "{\"d\":\"1970-01-02\",\"p\":\"1,5\",\"n\":-9}\n{\"d\":null,\"p\":\"2,5\",\"n\":3}\n";
  const Table t = read(text, {}, {.decimal = ",", .missing = {"-9"}, .dates = {"d"}});
  EXPECT_EQ(t.columns[0].numbers[0], 1);
  EXPECT_EQ(t.columns[1].numbers, (Numbers{1.5, 2.5}));
  EXPECT_EQ(t.columns[2].missing, 1u);
  EXPECT_TRUE(contains(read(text).columns[0].complaint, "t:1: '1970-01-02' in 'd' is a date: date=d reads days"));
  EXPECT_TRUE(contains(read(text).columns[1].complaint, "t:1: '1,5' in 'p' is 1.5 with a decimal comma (decimal=,)"));
  EXPECT_EQ(read(text, {}, {.categories = {"n"}}).columns[2].categories, (Names{"-9", "3"}));
}

TEST(JsonRows, WhatIsNoTableIsTold) {
  EXPECT_TRUE(contains(refusal("{\"a\":1}\n{\"a\":2\n"), "t:2:"));
  EXPECT_TRUE(contains(refusal("{\"a\":\n1}\n"), "JSON is read as one object a line"));
  EXPECT_TRUE(contains(refusal("{\"a\":1}\n[2]\n"), "t:2: is no object"));
  EXPECT_TRUE(contains(read("{\"a\":[1],\"b\":1}\n{\"a\":[2],\"b\":1}\n").columns[0].complaint, "'a' holds a list"));
  EXPECT_TRUE(contains(read("{\"a\":9007199254740993,\"b\":1}\n").columns[0].merged, "beyond 2^53"));
  EXPECT_TRUE(contains(refusal("{\"a\":1}\n{\"a\":2}\n", {.skip = 1}), "skip has no effect on JSON"));
  EXPECT_FALSE(is_json("[a],{b}\n1,2\n"));
  EXPECT_FALSE(is_json("{curly},x\n1,2\n"));
}

std::string npy(const std::string& type, bool by_columns, const std::string& shape, const std::string& cells) {
  std::string dict =
      "{'descr': " + type + ", 'fortran_order': " + (by_columns ? "True" : "False") + ", 'shape': " + shape + ", }";
  dict.resize(118, ' ');
  return "\x93NUMPY\x01\0\x76\0"s + dict + cells;
}
template <class T> std::string bytes(std::initializer_list<T> values, bool swapped = false) {
  std::string out;
  for (const T v : values) {
    std::string one(reinterpret_cast<const char*>(&v), sizeof v);
    if (swapped) one = {one.rbegin(), one.rend()};
    out += one;
  }
  return out;
}

TEST(Npy, EveryTypeAndOrderIsRead) {
  const Table t = read(npy("'<f8'", false, "(2, 3)", bytes<double>({1, 2, 3, 4, 5, NAN})));
  ASSERT_EQ(t.columns.size(), 3u);
  EXPECT_EQ(t.columns[0].name, "c1");
  EXPECT_EQ(t.columns[0].numbers, (Numbers{1, 4}));
  EXPECT_EQ(t.columns[2].missing, 1u);
  EXPECT_TRUE(t.labels_apart);
  EXPECT_EQ(read(npy("'>f4'", false, "(2,)", bytes<float>({1.5f, -2}, true))).columns[0].numbers, (Numbers{1.5, -2}));
  EXPECT_EQ(read(npy("'<f2'", false, "(3,)", bytes<std::uint16_t>({0x3c00, 0xc100, 1}))).columns[0].numbers,
            (Numbers{1, -2.5, 0x1p-24}));
  EXPECT_EQ(read(npy("'|i1'", false, "(2,)", "\xff\x05"s)).columns[0].numbers, (Numbers{-1, 5}));
  EXPECT_EQ(read(npy("'|b1'", false, "(2,)", "\0\1"s)).columns[0].numbers, (Numbers{0, 1}));
  EXPECT_EQ(read(npy("'<i8'", true, "(2, 2)", bytes<std::int64_t>({1, 2, 3, 4}))).columns[1].numbers, (Numbers{3, 4}));
  EXPECT_EQ(read(npy("'<u2'", true, "(1, 2, 2)", bytes<std::uint16_t>({1, 2, 3, 4}))).columns[1].numbers, (Numbers{3}))
      << "flattened as C does: (0,0), (0,1), (1,0), (1,1)";
  EXPECT_EQ(read(npy("'<U3'", false, "(2,)", bytes<char32_t>({U'a', U'é', 0, U'b', 0, 0}))).columns[0].categories,
            (Names{"aé", "b"}));
  EXPECT_EQ(read(npy("'|S2'", false, "(2,)", "a\0bc"s)).columns[0].categories, (Names{"a", "bc"}));
}

TEST(Npy, WhatIsNoTableIsTold) {
  EXPECT_TRUE(contains(refusal(npy("'|O'", false, "(2,)", "")), "holds '|O'"));
  EXPECT_TRUE(contains(refusal(npy("[('a', '<f8')]", false, "(2,)", "")), "records of several fields"));
  EXPECT_TRUE(contains(refusal(npy("'<f8'", false, "(2, 3)", bytes<double>({1}))), "ends too early"));
  EXPECT_TRUE(contains(refusal(npy("'<f8'", false, "()", bytes<double>({1}))), "holds no rows"));
  EXPECT_TRUE(contains(refusal(npy("'<f8'", false, "(2,)", bytes<double>({1, INFINITY}))), "row 2 holds inf"));
  EXPECT_TRUE(contains(refusal("\x93NUMPY"s), "ends too early"));
  EXPECT_TRUE(
      contains(refusal(npy("'<f8'", false, "(1,)", bytes<double>({1})), {.decimal = ","}), "decimal has no effect"));
}

TEST(Npy, LabelsOfAnotherFileComeBeside) {
  const Folder folder;
  Table x = read_table(put(folder / "x.npy", npy("'<f8'", false, "(2, 1)", bytes<double>({1, 2}))));
  append_labels(x, put(folder / "y.npy", npy("'<i4'", false, "(2,)", bytes<std::int32_t>({3, 4}))));
  EXPECT_EQ(x.column("label").numbers, (Numbers{3, 4}));
}

constexpr auto coordinates =
    "%%MatrixMarket matrix coordinate real general\n% a remark\n\n3 4 4\n1 1 1.5\n3 4 -2\n3 2 1e3\n2 1 0\n";

TEST(MatrixMarket, CoordinatesAreSparseRows) {
  const Table t = read(coordinates, {.sparse_libsvm = true});
  ASSERT_TRUE(t.sparse);
  EXPECT_EQ(t.rows, 3u);
  EXPECT_EQ(t.sparse->starts, (std::vector<std::size_t>{0, 1, 1, 3}));
  EXPECT_EQ(t.sparse->columns, (std::vector<std::uint32_t>{1, 2, 4}));
  EXPECT_EQ(t.sparse->values, (Numbers{1.5, 1000, -2}));
  EXPECT_TRUE(t.columns.empty() && t.labels_apart);
  const Table dense = read(coordinates);
  ASSERT_EQ(dense.columns.size(), 3u);
  EXPECT_EQ(dense.columns[2].name, "f4");
  EXPECT_EQ(dense.columns[2].numbers, (Numbers{0, 0, -2}));
  const Table pattern = read("%%MatrixMarket matrix coordinate pattern symmetric\n2 2 2\n1 1\n2 1\n");
  EXPECT_EQ(pattern.columns[1].numbers, (Numbers{1, 0}));
}

TEST(MatrixMarket, ArraysAreColumns) {
  const Table t = read("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n");
  EXPECT_EQ(t.columns[1].name, "c2");
  EXPECT_EQ(t.columns[1].numbers, (Numbers{3, 4}));
  EXPECT_EQ(read("%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n4\n").columns[1].numbers, (Numbers{2, 4}));
}

TEST(MatrixMarket, ErrorsNameTheLine) {
  const std::string head = "%%MatrixMarket matrix coordinate real general\n";
  EXPECT_TRUE(contains(refusal(head + "2 2 2\n1 1 1\n"), "the file ends before its 2 entries"));
  EXPECT_TRUE(contains(refusal(head + "2 2 1\n3 1 1\n"), "t:3: '3' is no index from 1 to 2"));
  EXPECT_TRUE(contains(refusal(head + "2 2 1\n1 1 x\n"), "t:3: 'x' is no finite number"));
  EXPECT_TRUE(contains(refusal(head + "2 2 2\n1 1 1\n1 1 2\n"), "t:4: the place 1 1 stood in line 3 before"));
  EXPECT_TRUE(contains(refusal(head + "2 2 1\n1 1 1\n1 2 1\n"), "t:4: stands behind the 1 entries"));
  EXPECT_TRUE(contains(refusal("%%MatrixMarket matrix coordinate complex general\n"), "that are 'complex'"));
  EXPECT_TRUE(contains(refusal(head + "2 2 1\n1 1 1\n", {.header = "no"}), "header has no effect on sparse rows"));
}

Ratings ratings(const std::string& text) {
  const Folder folder;
  Ids users, items;
  return read_ratings(put(folder / "r", text), users, items);
}

TEST(RatingForms, MovieLensLibmfAndMatrixMarketAreRead) {
  const Ratings lens = ratings("1::1193::5::978300760\n1::661::3::978302109\n2::1193::4::978300761\n");
  EXPECT_EQ(lens.value, (Numbers{5, 3, 4}));
  EXPECT_EQ(lens.item[2], lens.item[0]);
  EXPECT_EQ(ratings("0 0 3.5\n0 7 4\n12 0 1\n").value, (Numbers{3.5, 4, 1}));
  const Ratings market = ratings("%%MatrixMarket matrix coordinate integer general\n%\n2 2 2\n1 2 5\n2 1 3\n");
  EXPECT_EQ(market.value, (Numbers{5, 3}));
  EXPECT_EQ(market.used.user, "c1");
}

TEST(DoubleColons, SeparateCellsOfTablesToo) {
  const Table t = read("1::Toy Story (1995)::3\n2::Jumanji: a game::4\n3::Heat::5\n");
  ASSERT_EQ(t.columns.size(), 3u);
  EXPECT_EQ(t.columns[1].categories[1], "Jumanji: a game");
  EXPECT_EQ(t.columns[2].numbers, (Numbers{3, 4, 5}));
}

TEST(KeptCells, StandAsInTheFile) {
  CsvOptions options;
  options.keep_cells = true;
  const Table t = read("id,x,day\n007,1.50,2020-01-01\n\"a,b\",2.0,\n", options,
                       {.dates = {"day"}, .id = "id", .keep = {"day", "x"}});
  ASSERT_EQ(t.kept.size(), 3u);
  EXPECT_EQ(t.kept[0].cells, (Names{"007", "a,b"}));
  EXPECT_EQ(t.kept[1].cells, (Names{"2020-01-01", ""}));
  EXPECT_EQ(t.kept[2].cells, (Names{"1.50", "2.0"}));
}

}  // namespace
}  // namespace talweg::data
