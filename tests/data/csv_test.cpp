#include "talweg/data/csv.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg::data {
namespace {

using talweg::testing::contains;
using talweg::testing::message_of;

Table read(const std::string& content) { return read_csv(content, "t.csv"); }
std::string refusal(const std::string& content) {
  return message_of<Error>([&] { read(content); });
}
std::vector<std::string> names(const Table& table) {
  std::vector<std::string> out;
  for (const auto& c : table.columns) out.push_back(c.name);
  return out;
}
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

TEST(Csv, EveryDelimiterLineEndingAndByteOrderMarkReadsAlike) {
  for (const std::string d : {",", "\t", ";", "|"})
    for (const std::string end : {"\n", "\r\n", "\r"})
      for (const std::string mark : {"", "\xef\xbb\xbf"}) {
        const Table t = read(mark + "a" + d + "b" + end + "1" + d + "2.5" + end + "-3e2" + d + "+4" + end);
        EXPECT_EQ(names(t), (Names{"a", "b"}));
        EXPECT_EQ(t.columns[0].numbers, (Numbers{1, -300}));
        EXPECT_EQ(t.columns[1].numbers, (Numbers{2.5, 4}));
      }
}

TEST(Csv, WithoutAHeaderColumnsAreNumbered) {
  const Table t = read("5.1,3.5,setosa\n4.9,3.0,setosa\n6.0,2.2,virginica");
  EXPECT_FALSE(t.header);
  EXPECT_EQ(names(t), (Names{"c1", "c2", "c3"}));
  EXPECT_EQ(t.rows, 3u);
}

TEST(Csv, AHeaderIsToldFromDataByWhatStandsBelow) {
  EXPECT_TRUE(read("id,2010,2011\n1,5,6\n2,7,8\n").header);
  EXPECT_TRUE(read("colour,shape\nred,round\nred,square\n").header);
  EXPECT_FALSE(read("p,x\nn,x\np,s\n").header) << "mushroom-like: the first row's values come back below";
  EXPECT_FALSE(read("1,2\n3,4\n").header);
  EXPECT_TRUE(read("x\n1\n2\n").header);
}

TEST(Csv, QuotedCellsHoldDelimitersQuotesAndLineBreaks) {
  const Table t = read("name,x\n\"a, \"\"b\"\"\nc\",1\n  \"d\"  , 2 \n");
  EXPECT_EQ(t.columns[0].categories, (Names{"a, \"b\"\nc", "d"}));
  EXPECT_EQ(t.columns[1].numbers, (Numbers{1, 2}));
  EXPECT_EQ(t.lines, (std::vector<std::uint32_t>{2, 4}));
}

TEST(Csv, BlankLinesAreSkippedAndLinesStillCounted) {
  const Table t = read("a,b\n\n1,2\n   \n3,4\n\n");
  EXPECT_EQ(t.rows, 2u);
  EXPECT_EQ(t.lines, (std::vector<std::uint32_t>{3, 5}));
}

TEST(Csv, EmptyNaAndQuestionMarkAreMissing) {
  const Table t = read("a,b\n1,x\n,NA\nNA,\n?,?\n\"\",y\n");
  EXPECT_EQ(t.columns[0].missing, 4u);
  EXPECT_TRUE(std::isnan(t.columns[0].numbers[1]));
  EXPECT_EQ(t.columns[1].codes, (std::vector<std::int32_t>{0, -1, -1, -1, 1}));
}

TEST(Csv, AColumnIsNumericFromNinetyPerCentOn) {
  std::string ten = "a,b\n";
  for (int i = 0; i < 9; ++i) ten += "1,1\n";
  EXPECT_TRUE(contains(refusal(ten + "1,oops\n"), "t.csv:11:3: 'oops' in the numeric column 'b' is not a number"));
  const Table t = read("a,b\n1,1\n1,2\n1,x\n");
  EXPECT_EQ(t.columns[1].kind, Column::Kind::text);
  EXPECT_EQ(t.columns[1].categories, (Names{"1", "2", "x"}));
  EXPECT_TRUE(contains(t.notes.at(0), "'b' is read as text"));
}

TEST(Csv, NanAndInfinityAreRefusedWithTheirPlace) {
  EXPECT_TRUE(
      contains(refusal("a,b\n1,2\n2,nan\n3,4\n"), "t.csv:3:3: 'nan' in the numeric column 'b' is not a finite number"));
  EXPECT_TRUE(contains(refusal("a,b\n1,2\n-inf,2\n3,4\n"), "t.csv:3:1: '-inf'"));
  EXPECT_TRUE(contains(refusal("a,b\n1,2\n2,1e999\n3,4\n"), "t.csv:3:3: '1e999'"));
}

TEST(Csv, RaggedRowsAreReportedWithTheirLine) {
  EXPECT_TRUE(contains(refusal("a,b\n1,2\n\n3\n"), "t.csv:4: this row has 1 cell where line 1 has 2"));
  EXPECT_TRUE(contains(refusal("a,b\n1,2\n3,4,5,6\n"), "t.csv:3: this row has 4 cells where line 1 has 2"));
}

TEST(Csv, AnUnclosedQuoteIsReportedWhereItOpens) {
  EXPECT_TRUE(contains(refusal("a,b\n1,2\n3,\"x\n5,6\n7,8\n"), "t.csv:3:3: the quote opened here is never closed"));
  EXPECT_TRUE(contains(refusal("a,b\n1,\"x\"y\n"), "follows a closing quote"));
}

TEST(Csv, EmptyAndHeaderOnlyFilesAreRefused) {
  EXPECT_TRUE(contains(refusal(""), "t.csv: is empty"));
  EXPECT_TRUE(contains(refusal("\n \n"), "t.csv: is empty"));
  EXPECT_TRUE(contains(refusal("a,b,c\n"), "t.csv: has a header and no rows"));
}

TEST(Csv, WhatIsNoTextIsNamed) {
  EXPECT_TRUE(contains(refusal(std::string("PK\x03\x04", 4)), "spreadsheet"));
  EXPECT_TRUE(contains(refusal(std::string("\xff\xfe\x61\0", 4)), "UTF-16"));
  EXPECT_TRUE(contains(refusal(std::string("ab\0cd", 5)), "binary"));
}

TEST(Csv, DuplicateNamesAndDecimalCommasAreRefused) {
  EXPECT_TRUE(contains(refusal("a,b,a\n1,2,3\n"), "t.csv:1:5: the column name 'a' stands twice"));
  EXPECT_TRUE(contains(refusal("a;b\n1,5;2\n2,5;3\n"), "decimal commas"));
}

TEST(Csv, KnownKindsOverrideTheContent) {
  CsvOptions options;
  options.kind_of = [](std::string_view name) -> std::optional<Column::Kind> {
    if (name == "a") return Column::Kind::text;
    if (name == "b") return Column::Kind::ignored;
    return std::nullopt;
  };
  const Table t = read_csv("a,b,c\n1,nan,3\n2,x,4\n", "t.csv", options);
  EXPECT_EQ(t.columns[0].categories, (Names{"1", "2"}));
  EXPECT_EQ(t.columns[2].numbers, (Numbers{3, 4}));
}

}  // namespace
}  // namespace talweg::data
