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
  EXPECT_TRUE(contains(refusal(std::string("\xff\xfe\x61\0", 4)), "UTF-16"));
  EXPECT_TRUE(contains(refusal(std::string("ab\0cd", 5)), "binary"));
}

TEST(Csv, DuplicateNamesAreRefused) {
  EXPECT_TRUE(contains(refusal("a,b,a\n1,2,3\n"), "t.csv:1:5: the column name 'a' stands twice"));
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

/// What is told of a column that can be read and not be used.
std::string complaint(const std::string& text, std::size_t column = 0) {
  return read_csv(text, "t.csv").columns[column].complaint;
}

TEST(Csv, NumbersWithSeparatorsAreNeitherNumbersNorTexts) {
  EXPECT_EQ(complaint("a;b\n1,5;2\n2,5;3\n"),
            "t.csv:2:1: '1,5' in the column 'a' is 1.5 with a decimal comma (decimal=,); say so, or leave the column "
            "out with ignore=a, or take it for texts with category=a");
  EXPECT_TRUE(contains(complaint("a,b\n5,\"1,234\"\n6,\"1,234\"\n", 1),
                       "t.csv:2:3: '1,234' in the column 'b' is 1.234 with a decimal comma (decimal=,), or "
                       "1234 with commas between thousands (thousands=,); say which"));
  EXPECT_TRUE(contains(complaint("a;b\n899,00;3\n\"1.299,99\";2\n"), "is 899 with a decimal comma"));
  EXPECT_TRUE(contains(complaint("a;b\n\"1.299,99\";2\n"), "is 1299.99 with points between thousands"));
  EXPECT_TRUE(contains(complaint("a;b\n12;0,5\n13;1\n14;NA\n15;0,5\n", 1), "t.csv:2:4: '0,5' in the column 'b'"));
  EXPECT_TRUE(contains(complaint("a,b\n1 299,2\n"),
                       "'1 299' in the column 'a' is 1299 with blanks between thousands (thousands=space);"));
  EXPECT_TRUE(contains(complaint("a;b\n1\u202f299,5;2\n"), "is 1299.5 with blanks between thousands and a decimal"));
  EXPECT_TRUE(contains(complaint("a,b\n1'299.5,2\n1\u2019299,3\n"),
                       "is 1299.5 with apostrophes between thousands (thousands=');"));
  // One in a column of numbers, where ten cells are.
  std::string text = "a,b\n\"1,234\",1\n";
  for (int i = 0; i < 20; ++i) text += "1,2\n";
  EXPECT_TRUE(contains(refusal(text), "t.csv:2:1: '1,234' in the numeric column 'a' is 1.234 with a decimal comma"));
}

TEST(Csv, WhatOnlyLooksLikeSeparatorsStaysText) {
  for (const std::string cells :
       {"10.0.0.1;2\n10.0.0.2", "1.2.20;2\n2.2.20", "1,2,3;2\n4,5,6", "a,5;2\nb,5", "12,34,5;2\n1,234,56",
        "110 00;2\n120 00", "030 1234;2\n030 4321", "1,5;2\nred;2\nblue;2\ngreen"})
    EXPECT_EQ(complaint("a;b\n" + cells + ";3\n"), "") << cells;
}

TEST(Csv, ATieOfDelimitersGoesToTheComma) {
  EXPECT_EQ(read_csv("x,a;b\ny,c;d\n", "t").delimiter, ',');
  EXPECT_EQ(read_csv("x,a|b\ny,c|d\n", "t").delimiter, ',');
  EXPECT_EQ(read_csv("x,a\tb\ny,c\td\n", "t").delimiter, ',');
  EXPECT_EQ(read_csv("a,1;2\nb,3;4\n", "t").delimiter, ',');
  EXPECT_TRUE(contains(complaint("1,5;2,5\n2,5;3,5\n"), "'1,5' in the column 'c1' is 1.5 with a decimal comma"));
}

TEST(Csv, WhatOnlyLooksLikeATableIsToldWhatItIs) {
  EXPECT_TRUE(
      contains(refusal("1 |f a:1 b:2\n-1 |f a:1\n"), "t.csv: looks like rows of Vowpal Wabbit ('1 |f a:1 b:2')"));
  EXPECT_TRUE(contains(refusal("1 2.0 'first |words the quick\n-1 'x |words brown fox\n"), "Vowpal Wabbit"));
  EXPECT_TRUE(contains(refusal("1 1.0 tag|f a b |other d:2\n-1 'x| a b\n"), "Vowpal Wabbit"));
  EXPECT_TRUE(contains(refusal("{\"a\":1,\"y\":2}\n{\"a\":2,\"y\":3}\n"), "t.csv: is JSON"));
  EXPECT_TRUE(contains(refusal("[\n  {\"a\": 1},\n  {\"a\": 2}\n]\n"), "t.csv: is JSON"));
  EXPECT_EQ(read_csv("a name\nof two\nor so\n", "t").rows, 2u);
  EXPECT_EQ(read_csv("[a],{b}\n1,2\n", "t").rows, 1u);
  EXPECT_EQ(read_csv("12 Main|at 3\n13 Elm|at 4\n", "t").delimiter, '|');
  EXPECT_EQ(read_csv("1|2|3\n4|5|6\n", "t").delimiter, '|');
  EXPECT_EQ(read_csv("1 | 2 | 3\n4 | 5 | 6\n", "t").delimiter, '|');
  EXPECT_TRUE(contains(refusal("spam 1:0.5 3:1\nham 2:1 3:1\n"), "t.csv:1:1: 'spam' is not a number"));
  EXPECT_TRUE(contains(refusal("spam 1:0.5 3:1\n"), "; the file looks like libsvm, whose rows read label index:value"));
  EXPECT_TRUE(contains(refusal("1 a:0.5 b:1\n0 b:1 c:1\n"), "t.csv:1:3: 'a:0.5' is not index:value"));
  EXPECT_TRUE(contains(refusal("1:0.5 3:1\n2:1 3:1\n"), "t.csv:1:1: '1:0.5' is not a number"));
  EXPECT_EQ(read_csv("t,x\n12:30,5\n12:45,6\n", "t").columns.size(), 2u);
}

TEST(Csv, EmptyCellsOfTheHeaderAreTold) {
  const Table index = read_csv(",a,y\n0,1,2\n1,2,3\n", "t");
  EXPECT_EQ(index.columns[0].name, "c1");
  EXPECT_EQ(index.notes,
            (std::vector<std::string>{
                "column 1 has no name in the header and is called c1; if it numbers the rows, ignore it"}));
  const Table trailing = read_csv("a,y,\n1,2,\n2,3,\n", "t");
  EXPECT_EQ(trailing.columns.size(), 2u);
  EXPECT_EQ(trailing.notes,
            (std::vector<std::string>{"every row ends with a delimiter: the empty column 3 behind it is left out"}));
  EXPECT_TRUE(contains(refusal("a,y\n1,2,\n2,3,\n"),
                       "t.csv:2: this row has 3 cells where line 1 has 2; it ends with a delimiter: remove that"));
}

}  // namespace
}  // namespace talweg::data
