#include "talweg/data/reading.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/blanks.hpp"
#include "talweg/data/csv.hpp"
#include "talweg/data/dates.hpp"
#include "talweg/data/read.hpp"

namespace talweg::data {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Table read(const std::string& content, Reading reading = {}) {
  CsvOptions options;
  options.reading = std::move(reading);
  return read_csv(content, "t.csv", options);
}
std::string refusal(const std::string& content, Reading reading = {}) {
  return message_of<Error>([&] { read(content, std::move(reading)); });
}
std::string wrong(const Reading& reading) {
  return message_of<Error>([&] { reading.check(); });
}
Names names(const Table& table) {
  Names out;
  for (const auto& c : table.columns) out.push_back(c.name);
  return out;
}

TEST(Reading, BlanksSeparateColumnsWithoutAnOption) {
  const Table t = read("  x    y\n 1.5   2\n\n-3\t 4  \n");
  EXPECT_EQ(t.delimiter, blanks);
  EXPECT_TRUE(t.header);
  EXPECT_EQ(names(t), (Names{"x", "y"}));
  EXPECT_EQ(t.columns[0].numbers, (Numbers{1.5, -3}));
  EXPECT_EQ(t.columns[1].numbers, (Numbers{2, 4}));
  EXPECT_EQ(t.lines, (std::vector<std::uint32_t>{2, 4}));
  const Table quoted = read("\"a b\" 1\n\"c \"\"d\" 2\n");
  EXPECT_EQ(quoted.columns[0].categories, (Names{"a b", "c \"d"}));
  EXPECT_FALSE(quoted.header);
  EXPECT_TRUE(contains(refusal("x y\n1 2\n3 nan\n"), "t.csv:3:3: 'nan' in the numeric column 'y'"));
}

TEST(Reading, TextsWithBlanksAreNoColumns) {
  EXPECT_EQ(read("a name\nof two\nor so\n").columns.size(), 1u);
  EXPECT_EQ(read("12,New York\n13,Los Angeles\n").delimiter, ',');
  EXPECT_EQ(read("a, b\n1, 2\n3, 4\n").delimiter, ',') << "a comma with a blank behind it";
  EXPECT_EQ(read("when,x\n2020-01-01 10:00,5\n2020-01-01 11:00,6\n").delimiter, ',');
  EXPECT_EQ(read("a\tb c\n1\t2\n3\t4\n").delimiter, '\t');
  EXPECT_EQ(read("1,5 2,5\n3,5 4,5\n").delimiter, blanks) << "two decimal commas";
}

TEST(Reading, AGivenDelimiterHeaderAndSkipAreTaken) {
  const Table t =
      read("made by a program\n\"with, a quote\nx;1,2\ny;2,3\n", {.delimiter = ";", .header = "no", .skip = 2});
  EXPECT_EQ(names(t), (Names{"c1", "c2"}));
  EXPECT_EQ(t.lines, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_EQ(read("2010,2011\n1,2\n", {.header = "yes"}).columns[0].name, "2010");
  EXPECT_EQ(read("a b c\n1 2 x y\n", {.delimiter = "tab"}).columns.size(), 1u);
  EXPECT_EQ(read("a b\nc d\n", {.delimiter = "space"}).columns.size(), 2u);
  EXPECT_EQ(refusal("a,b\n1,2\n", {.skip = 9}), "skip=9: t.csv has 2 lines");
}

TEST(Reading, TheLineSepOfSpreadsheetsNamesTheDelimiter) {
  const Table t = read("\xef\xbb\xbfsep=;\r\na,b;c\r\n1;2\r\n");
  EXPECT_EQ(t.delimiter, ';');
  EXPECT_EQ(names(t), (Names{"a,b", "c"}));
  EXPECT_EQ(t.lines, (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(read("\"sep=|\"\na|b\n1|2\n").columns.size(), 2u);
  EXPECT_EQ(read("sep=;\na,b\n1,2\n", {.delimiter = ","}).columns.size(), 2u) << "what is said comes first";
}

TEST(Reading, NumbersAreWrittenAsSaid) {
  const Table t = read("a;b\n1.299,99;-0,5e1\n\"12\";NA\n", {.decimal = ",", .thousands = "."});
  EXPECT_EQ(t.columns[0].numbers, (Numbers{1299.99, 12}));
  EXPECT_EQ(t.columns[1].numbers[0], -5);
  EXPECT_EQ(read("a,b\n\"1,234\",1\n\"12,345.5\",2\n", {.thousands = ","}).columns[0].numbers,
            (Numbers{1234, 12345.5}));
  EXPECT_EQ(read("a;b\n1 234;1\n2;2\n", {.thousands = "space"}).columns[0].numbers, (Numbers{1234, 2}));
  EXPECT_EQ(read("\"1,5\",\"2,5\"\n", {.decimal = ","}).columns[1].numbers, (Numbers{2.5}));
  EXPECT_EQ(read("a,b;c\n1,5;2\n3,5;4\n", {.decimal = ","}).delimiter, ';');
  EXPECT_TRUE(contains(read("a;b\n1.5;1,5\n2.5;2,5\n", {.decimal = ","}).columns[0].complaint,
                       "t.csv:2:1: '1.5' in the column 'a' has a decimal point, where"));
}

TEST(Reading, MoreTextsMayStandForNoValue) {
  const Table t = read("a,b\n-999,x\n1,n/a\n2,-\n", {.missing = {"-999,n/a", "-"}});
  EXPECT_TRUE(std::isnan(t.columns[0].numbers[0]));
  EXPECT_EQ(t.columns[0].missing, 1u);
  EXPECT_EQ(t.columns[1].categories, (Names{"x"}));
  EXPECT_EQ(t.columns[1].missing, 2u);
}

TEST(Reading, ColumnsAreWhatTheyAreSaidToBe) {
  const Table t = read("zip,n\n01234,1\n10115,2\n", {.categories = {"zip"}});
  EXPECT_EQ(t.columns[0].categories, (Names{"01234", "10115"}));
  EXPECT_TRUE(contains(refusal("a,n\n1,x\n1,y\n", {.numbers = {"n"}}), "t.csv:2:3: 'x' in the numeric column 'n'"));
  const Table none = read("a,n\n1,x\n");
  EXPECT_TRUE(contains(message_of<Error>([&] { check_columns({.numbers = {"m"}}, none); }), "no column 'm'"));
}

TEST(Reading, DatesAreToldOrBecomeDays) {
  const std::string text = "day,n\n1970-01-02,1\n1970-01-03 12:00,2\n";
  EXPECT_EQ(read(text).columns[0].complaint,
            "t.csv:2:1: '1970-01-02' in the column 'day' is a date: date=day reads days since 1970-01-01, category=day "
            "takes each for a text, and ignore=day leaves the column out");
  EXPECT_EQ(read(text, {.dates = {"day"}}).columns[0].numbers, (Numbers{1, 2.5}));
  EXPECT_EQ(read(text, {.categories = {"day"}}).columns[0].categories.size(), 2u);
  EXPECT_EQ(read("d,n\n20200101,1\n20200102,2\n", {.dates = {"d"}}).columns[0].numbers, (Numbers{18262, 18263}));
  EXPECT_TRUE(contains(refusal("day,n\n3/4/2020,1\n", {.dates = {"day"}}),
                       "t.csv:2:1: '3/4/2020' in the column of dates 'day' may have the day or the month first"));
  EXPECT_TRUE(contains(refusal("day,n\n2020-02-30,1\n", {.dates = {"day"}}), "is no date"));
}

TEST(Reading, ColumnsThatAreTwoThingsAreTold) {
  EXPECT_TRUE(
      contains(read("d,n\n1/2/2020,1\n3/4/2020,2\n").columns[0].complaint, "may have the day or the month first"));
  EXPECT_TRUE(contains(read("18.0  8  307.\ta b\n15.0  8  350.\tc d e\n").columns[0].complaint,
                       "is several numbers with blanks between them: delimiter=space cuts rows there"));
  EXPECT_EQ(read("t;a;b;c\nx;2,6;1360;150\ny;2,1;1292;112\n").delimiter, ';') << "each row has as many commas";
}

TEST(Dates, FormsThatCanMeanOneThingOnlyAreRead) {
  for (const std::string_view same :
       {"2020-01-31", "2020/1/31", "2020.01.31", "20200131", "31.1.2020", "31-Jan-2020", "2020-01-31T00:00",
        "2020-01-31 00:00:00", "2020-01-31T02:00+02:00", "2020-01-30T22:30:00.0-0130", "2020-01-31T00:00:00Z"})
    EXPECT_EQ(parse_date(same).value_or(-1), 18292) << same;
  EXPECT_EQ(parse_date("2020-02").value_or(-1), 18293);
  EXPECT_EQ(parse_date("1969-12-31").value_or(0), -1);
  for (const std::string_view none : {"", "2020", "3/4/2020", "2020-13-01", "2020-02-30", "10.0.0.1", "2020-01-31x",
                                      "2020-01-31T25:00", "31.1.20", "12:30", "5-5-2020"})
    EXPECT_FALSE(parse_date(none)) << none;
}

TEST(Reading, WrongValuesAndPairsAreRefused) {
  EXPECT_EQ(wrong({.delimiter = ":"}), "delimiter=:: expected one of , | ; tab and space");
  EXPECT_EQ(wrong({.header = "maybe"}), "header=maybe: expected yes or no");
  EXPECT_TRUE(contains(wrong({.skip = -1}), "skip=-1: expected a number of lines"));
  EXPECT_EQ(wrong({.decimal = ";"}), "decimal=;: expected . or ,");
  EXPECT_EQ(wrong({.thousands = "_"}), "thousands=_: expected , or . or ' or space");
  EXPECT_EQ(wrong({.thousands = "."}), "thousands=.: the same character begins the decimals; add decimal=,");
  EXPECT_TRUE(contains(wrong({.delimiter = "space", .thousands = "space"}), "a blank cannot be both"));
  EXPECT_EQ(wrong({.missing = {"NA"}}), "missing names NA: empty, NA and ? are missing without it");
  EXPECT_EQ(wrong({.dates = {"a"}, .numbers = {"a"}}), "number=a and date=a: a column is named once");
}

TEST(Reading, WhatHasNoEffectIsRefused) {
  const Folder folder;
  put(folder / "a.libsvm", "1 1:2\n-1 2:1\n");
  EXPECT_TRUE(contains(message_of<Error>([&] {
                         read_table({folder / "a.libsvm", {.decimal = ","}});
                       }),
                       "decimal has no effect on libsvm rows"));
  Input table = table_of({texts("day", {"1970-01-02", ""}), numbers("n", {1, 2})});
  table.reading.skip = 1;
  EXPECT_TRUE(contains(message_of<Error>([&] { read_table(table); }), "skip has no effect on a table in memory"));
  table.reading = {.dates = {"day"}, .categories = {"n"}};
  const Table made = read_table(table);
  EXPECT_EQ(made.columns[0].numbers[0], 1);
  EXPECT_TRUE(std::isnan(made.columns[0].numbers[1]));
  EXPECT_EQ(made.columns[1].categories, (Names{"1", "2"}));
}

TEST(Reading, TheBlankBeforeACellBecomesATabWhereverPiecesEnd) {
  const std::string text = "  a\t \"b  c\"  d \r\n\"\"\"x\" y\n\n z  1\n";
  const std::string wanted = "  a \t\"b  c\" \td \r\n\"\"\"x\"\ty\n\n z \t1\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    std::string made = text;
    BlankCutter cutter;
    for (std::size_t from = 0; from < made.size(); from += piece)
      cutter.cut(made.data(), from, std::min(made.size(), from + piece));
    EXPECT_EQ(made, wanted) << piece;
  }
}

}  // namespace
}  // namespace talweg::data
