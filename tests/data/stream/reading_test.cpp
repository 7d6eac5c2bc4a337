#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/stream/csv_head.hpp"
#include "talweg/data/stream/rows.hpp"

namespace talweg::data::stream {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

constexpr int bits = 20;

/// The values of the numeric columns in each row, and the target; as a table says them, without zeros and missing ones.
struct Rows {
  std::vector<double> truth;
  std::vector<std::map<std::uint32_t, double>> values;
  bool operator==(const Rows&) const = default;
};

Rows of_table(const Table& table, const std::string& target) {
  Rows out;
  for (std::size_t r = 0; r < table.rows; ++r) {
    auto& row = out.values.emplace_back();
    for (const Column& c : table.columns) {
      if (c.name == target)
        out.truth.push_back(c.numbers[r]);
      else if (c.kind == Column::Kind::text && c.codes[r] >= 0)
        row[Hash{}.add(c.name).add("=").add(c.categories[static_cast<std::size_t>(c.codes[r])]).slot(bits)] = 1;
      else if (c.kind == Column::Kind::numeric && !std::isnan(c.numbers[r]) && c.numbers[r] != 0)
        row[Hash{}.add(c.name).slot(bits)] = c.numbers[r];
    }
  }
  return out;
}

Rows of_stream(const Input& input, const std::string& target, std::size_t block) {
  BlockReader reader = BlockReader::open(input, block);
  const Table head = read_csv_head(reader, "t", reading_of(input));
  RowOptions options;
  options.drops_unlabelled = input.reading.drop_missing_target;
  options.target.name = target;
  Features& f = options.features;
  f.format = Format::csv, f.hash_bits = bits, f.delimiter = head.delimiter, f.header = head.header;
  f.reading = input.reading.of_cells();
  for (const Column& c : head.columns) f.columns.push_back(c.name), f.kinds.push_back(c.kind);
  RowStream<double> rows(std::move(reader), make_parser<double>(options, "t"), 1);
  Rows out;
  while (RowBlock<double>* b = rows.next())
    for (std::size_t r = 0; r < b->rows(); ++r) {
      out.truth.push_back(b->truth[r]);
      auto& row = out.values.emplace_back();
      for (std::size_t k = 0; k + 1 < b->indices(r).size(); ++k) row[b->indices(r)[k]] = b->values(r)[k];
    }
  return out;
}

/// The same rows from a table and from blocks of every size.
void expect_alike(const std::string& text, const Reading& reading, std::size_t rows) {
  const Folder folder;
  const Input input(put(folder / "t.txt", text), reading);
  Table table = read_table(input);
  const Rows wanted = of_table(table, "y");
  ASSERT_EQ(wanted.truth.size(), rows) << text;
  for (const std::size_t block : {1, 2, 3, 5, 8, 13, 21, 34, 55, 1000})
    EXPECT_EQ(of_stream(input, "y", block), wanted) << text << " in blocks of " << block;
}

TEST(StreamReading, TableAndStreamReadTheSameWhereverABlockEnds) {
  expect_alike("\xef\xbb\xbfsep=;\r\nx;t;y\r\n1;\"a\"\"\r\nb\";1\r\n\"+2\";;0\r\n", {}, 2);
  expect_alike("x   y  t\n 1.5  2   \"two words\"\n\n-3 4\tred\n0 1 NA \n", {}, 3);
  expect_alike("x\ty\n\n1\t2\r3\t4\r\r\n5\t6", {}, 3);
  expect_alike("a remark, with \"quotes\nand another\nx;y\n1.299,5;2,5\n-1;3\n",
               {.skip = 2, .decimal = ",", .thousands = "."}, 2);
  expect_alike("x,y\n-999,1\nn/a,2\n3,3\n", {.missing = {"-999,n/a"}}, 3);
  expect_alike("day,y\n2020-01-02,1\n,2\n3.1.2020,4\n", {.dates = {"day"}}, 3);
  expect_alike("zip,y\n01234,1\n10115,2\n", {.categories = {"zip"}}, 2);
}

TEST(StreamReading, RowsWithoutTheTargetCanBeLeftOut) {
  const Folder folder;
  Input input(put(folder / "t.csv", "x,y\n1,2\n3,\n5,NA\n7,8\n"));
  EXPECT_TRUE(
      contains(message_of<Error>([&] { of_stream(input, "y", 4); }),
               "t:3:3: the target 'y' is missing; fill it in, or leave such rows out with drop_missing_target"));
  input.reading.drop_missing_target = true;
  for (const std::size_t block : {1, 7, 100}) {
    const Rows rows = of_stream(input, "y", block);
    EXPECT_EQ(rows.truth, (std::vector<double>{2, 8}));
    EXPECT_EQ(rows.values[1].begin()->second, 7);
  }
}

TEST(StreamReading, PlacesAreThoseOfTheFile) {
  const Folder folder;
  Input input(put(folder / "t.csv", "remark\nsep=;\nx;day;y\n1;2020-01-01;1\n2;2020-01-02;3\noops;3/4/2020;4\n"));
  input.reading = {.skip = 1, .dates = {"day"}, .numbers = {"x"}};
  EXPECT_TRUE(
      contains(message_of<Error>([&] { of_stream(input, "y", 4); }), "t:6:1: 'oops' in the numeric column 'x'"));
  input.reading.numbers = {};
  input.reading.categories = {"x"};
  EXPECT_TRUE(contains(message_of<Error>([&] { of_stream(input, "y", 4); }),
                       "t:6:6: '3/4/2020' in the column of dates 'day' may have the day or the month first"));
}

}  // namespace
}  // namespace talweg::data::stream
