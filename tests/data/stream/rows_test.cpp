#include "talweg/data/stream/rows.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <limits>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/stream/number.hpp"

namespace talweg::data::stream {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

/// All rows of a text, one after another.
struct Rows {
  std::vector<double> truth;
  std::vector<std::vector<std::uint32_t>> index;
  std::vector<std::vector<double>> value;
  Oddities odd;
  std::vector<std::string> names;
  bool operator==(const Rows&) const = default;
};

RowOptions binary(double low = -1, double high = 1) {
  RowOptions options;
  options.target.name = "label";
  options.target.task = Task::binary;
  options.target.class_values = {low, high};
  options.target.classes = {text::number(low), text::number(high)};
  return options;
}

Rows read(const std::string& path, const RowOptions& options, std::size_t block = 1 << 17, int threads = 1) {
  const auto& f = options.features;
  RowStream<double> stream(
      BlockReader(Source::open(path), block, f.format == Format::csv ? std::optional(f.delimiter) : std::nullopt),
      make_parser<double>(options, "t"), threads);
  Rows out;
  while (RowBlock<double>* b = stream.next()) {
    for (std::size_t r = 0; r < b->rows(); ++r) {
      out.truth.push_back(b->truth[r]);
      out.index.emplace_back(b->indices(r).begin(), b->indices(r).end());
      out.value.emplace_back(b->values(r).begin(), b->values(r).end());
    }
    out.odd += b->odd;
    out.names.insert(out.names.end(), b->names.names.begin(), b->names.names.end());
  }
  return out;
}

Rows read_text(const std::string& content, const RowOptions& options) {
  const Folder folder;
  return read(put(folder / "t", content), options);
}
std::string error_of(const std::string& content, const RowOptions& options = binary()) {
  return message_of<Error>([&] { read_text(content, options); });
}

std::string gzipped(const std::string& content) {
  const Folder folder;
  const std::string path = folder / "z";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Number, DigitsOfEveryLength) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const int length = 1 + static_cast<int>(random.below(8));
    std::string text;
    for (int k = 0; k < length; ++k) text += static_cast<char>('0' + random.below(10));
    const char after = "x: -/\xff\n."[random.below(8)];
    std::uint32_t value = 0;
    ASSERT_EQ(digits_at((text + after + "9999999999999999").c_str(), value), static_cast<unsigned>(length)) << text;
    ASSERT_EQ(value, std::stoul(text));
  }
  std::uint32_t value = 0;
  EXPECT_EQ(digits_at("123456789", value), 8u);
  EXPECT_EQ(digits_at(":1234567", value), 0u);
}

TEST(Number, DecimalsAreThoseOfTheExactReader) {
  Random random(2);
  for (int i = 0; i < 20000; ++i) {
    std::string text = random.below(3) == 0 ? "-" : "";
    for (std::uint64_t k = random.below(12) + 1; k > 0; --k) text += static_cast<char>('0' + random.below(10));
    if (random.below(2)) {
      text += '.';
      for (std::uint64_t k = random.below(12); k > 0; --k) text += static_cast<char>('0' + random.below(10));
    }
    if (random.below(4) == 0) text += text::cat("e", static_cast<int>(random.below(40)) - 20);
    double value = 0;
    const std::string padded = text + " 00000000";
    const char* after = read_decimal(padded.c_str(), padded.c_str() + padded.size(), value);
    ASSERT_EQ(after, padded.c_str() + text.size()) << text;
    ASSERT_EQ(value, *text::parse_number(text)) << text;
  }
}

TEST(LibsvmRows, WhatARowIs) {
  const Rows rows = read_text("# head\r\n-1 1:0.5 7:-2e-1 # tail\r\n\n+1 qid:4 2:1\t3:1.25\n1", binary());
  EXPECT_EQ(rows.truth, (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(rows.index, (std::vector<std::vector<std::uint32_t>>{{1, 7, 0}, {2, 3, 0}, {0}}));
  EXPECT_EQ(rows.value, (std::vector<std::vector<double>>{{0.5, -0.2, 1}, {1, 1.25, 1}, {1}}));
  EXPECT_EQ(rows.odd.blank_lines, 1);
  EXPECT_EQ(rows.odd.qids, 1);
}

TEST(LibsvmRows, LabelsOfEveryKind) {
  EXPECT_EQ(read_text("0 1:1\n1 1:1\n", binary(0, 1)).truth, (std::vector<double>{0, 1}));
  EXPECT_EQ(read_text("2 1:1\n1.0 1:1\n", binary(1, 2)).truth, (std::vector<double>{1, 0}));
  RowOptions real;
  real.target.task = Task::regression;
  EXPECT_EQ(read_text("0.25 1:1\n-3e2 1:1\n", real).truth, (std::vector<double>{0.25, -300}));
  EXPECT_TRUE(contains(error_of("1 1:1\n3 1:1\n"), "t:2:1: '3' is not among the classes -1 and 1"));
}

TEST(LibsvmRows, UnsortedIndicesAreTakenAndRepeatedOnesRefusedAsInTables) {
  const Rows rows = read_text("1 3:1 1:2\n1 1:1 2:1\n", binary());
  EXPECT_EQ(rows.index[0], (std::vector<std::uint32_t>{3, 1, 0}));
  EXPECT_EQ(rows.value[0], (std::vector<double>{1, 2, 1}));
  EXPECT_EQ(rows.odd.unsorted_rows, 1);
  for (const char* twice :
       {"1 1:1\n1 1:1 1:2\n", "1 1:1\n1 3:1 qid:1 1:2 03:4 4:1\n", "1 1:1\n1 123456789:1\t123456789:2\n"}) {
    const std::string table = message_of<Error>([&] { read_libsvm(twice, "t"); });
    EXPECT_TRUE(contains(table, "has an index that stood in the row before; keep one of them")) << table;
    EXPECT_EQ(error_of(twice), table);
  }
}

TEST(LibsvmRows, IndicesFromZero) {
  RowOptions options = binary();
  options.features.base = 0;
  EXPECT_EQ(read_text("1 0:5 2:1\n", options).index[0], (std::vector<std::uint32_t>{1, 3, 0}));
}

TEST(LibsvmRows, ErrorsNameThePlaceTheTokenAndTheFix) {
  struct Case {
    const char *content, *expected;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"1 1:1\n3:1 4:1\n", "t:2:1: '3:1' stands where the label belongs"},
           {"1 1:1\nyes 4:1\n", "t:2:1: 'yes' is no number; a row begins with its label"},
           {"1 1:1 0:2\n",
            "t:1:7: '0:2' has index 0 in a file whose indices begin at 1; correct it, or give index_base=0"},
           {"1 1:1e400\n", "t:1:3: '1:1e400' has a value outside the range of double"},
           {"1 1:1\n1 2:nan\n", "t:2:3: '2:nan' has a value that is no finite number"},
           {"1 2:-inf\n", "no finite number"},
           {"inf 2:1\n", "t:1:1: 'inf' is no finite number"},
           {"1 2:1x\n", "t:1:3: '2:1x' is not feature:value with a finite number"},
           {"1 2:\n", "is not feature:value"},
           {"1 2\n", "t:1:3: '2' is not index:value; write for example 7:0.5"},
           {"1 -2:1\n", "negative index"},
           {"1 2.5:1\n", "whole number before the colon"},
           {"1 age:1\n", "features with names need hash_bits=20"},
           {"1 268435456:1\n", "t:1:3: '268435456:1' has an index above 268435455"},
           {"1 99999999999999999999:1\n", "has an index above"}})
    EXPECT_TRUE(contains(error_of(c.content), c.expected)) << c.content;
  RowOptions small = binary();
  small.features.limit = 3;
  EXPECT_EQ(read_text("1 3:1\n", small).index[0][0], 3u);
  EXPECT_TRUE(contains(error_of("1 4:1\n", small), "above 3, the last of the table of 3 features"));
}

TEST(LibsvmRows, ForAPredictionALabelAndUnknownIndicesDoNotMatter) {
  RowOptions options = binary();
  options.needs_label = false;
  options.needs_known = true;
  options.features.limit = 3;
  const Rows rows = read_text("2:1 3:4\n7 1:1 9:3 123456789012:1\n", options);
  EXPECT_EQ(rows.index, (std::vector<std::vector<std::uint32_t>>{{2, 3, 0}, {1, 0}}));
  EXPECT_EQ(rows.odd.unlabelled_rows, 1);
}

/// Rows of all lengths, some of them odd.
std::string random_text(Random& random, int rows) {
  std::string out;
  for (int r = 0; r < rows; ++r) {
    out += random.below(2) ? "1" : "-1";
    std::uint64_t index = 0;
    for (std::uint64_t k = random.below(30); k > 0; --k)
      out += text::cat(" ", index += 1 + random.below(1000), ":", random.below(2) ? 1.0 : random.uniform(-5, 5));
    if (random.below(20) == 0) out += " 7:1";
    out += random.below(10) ? "\n" : "\r\n";
    if (random.below(30) == 0) out += "\n";
  }
  return out;
}

TEST(RowStream, RowsDoNotDependOnBlocksThreadsOrCompression) {
  Random random(4);
  const Folder folder;
  std::string content = random_text(random, 500);
  content.pop_back();  // no line break at the end
  const std::string plain = put(folder / "plain", content),
                    gz = put(folder / "gz", gzipped(content.substr(0, 3000)) + gzipped(content.substr(3000)));
  const Rows expected = read(plain, binary());
  ASSERT_EQ(expected.truth.size(), 500u);
  for (const std::size_t block : {1u, 100u, 4096u, 1u << 20})
    for (const int threads : {1, 2, 4})
      for (const auto& path : {plain, gz}) EXPECT_EQ(read(path, binary(), block, threads), expected) << block;
}

TEST(RowStream, AnErrorComesAfterTheRowsBeforeIt) {
  const Folder folder;
  std::string content;
  for (int i = 0; i < 1000; ++i) content += "1 1:1\n";
  const std::string path = put(folder / "t", content + "1 2:nan\n");
  for (const int threads : {1, 2}) {
    RowStream<float> stream(BlockReader(Source::open(path), 256), make_parser<float>(binary(), "t"), threads);
    std::size_t rows = 0;
    const std::string message = message_of<Error>([&] {
      while (RowBlock<float>* block = stream.next()) rows += block->rows();
    });
    EXPECT_TRUE(contains(message, "t:1001:3: '2:nan'"));
    EXPECT_GT(rows, 900u);
  }
}

TEST(RowStream, MayBeLeftBeforeItsEnd) {
  const Folder folder;
  Random random(5);
  const std::string path = put(folder / "t", random_text(random, 2000));
  RowStream<float> stream(BlockReader(Source::open(path), 512), make_parser<float>(binary(), "t"), 2);
  ASSERT_NE(stream.next(), nullptr);
}

TEST(RowStream, GoesOnWhereABlockEnded) {
  Random random(6);
  const Folder folder;
  const std::string content = random_text(random, 300);
  for (const auto& path : {put(folder / "t", content), put(folder / "z", gzipped(content))}) {
    const Rows all = read(path, binary());
    BlockReader first(Source::open(path), 2000);
    Block block;
    ASSERT_TRUE(first.next(block));
    const auto rows_before = read_text(std::string(block.text), binary()).truth.size();
    BlockReader second(Source::open(path), 2000);
    second.peek(100);  // as whoever looks at the format does
    second.seek(block.end(), block.line + block.lines);
    RowStream<double> stream(std::move(second), make_parser<double>(binary(), "t"), 1);
    std::size_t rest = 0;
    while (RowBlock<double>* b = stream.next()) rest += b->rows();
    EXPECT_EQ(rows_before + rest, all.truth.size());
  }
}

TEST(Source, TruncatedGzipIsNamed) {
  const Folder folder;
  Random random(8);
  const std::string whole = gzipped(random_text(random, 2000)),
                    path = put(folder / "t.gz", whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(contains(message_of<Error>([&] { read(path, binary()); }), "truncated at byte"));
  put(folder / "t.gz", whole + "not gzip");
  EXPECT_TRUE(contains(message_of<Error>([&] { read(path, binary()); }), "not gzip"));
}

TEST(BlockReader, ALineOfTenMegabytesIsARow) {
  std::string content = "1";
  for (int i = 1; content.size() < 10'000'000; ++i) content += text::cat(" ", i, ":1");
  const Rows rows = read_text(content + "\n-1 1:1\n", binary());
  ASSERT_EQ(rows.truth.size(), 2u);
  EXPECT_GT(rows.index[0].size(), 900'000u);
}

TEST(HashedRows, NamesValuesAndCrosses) {
  RowOptions options = binary();
  options.features.hash_bits = 18;
  options.features.crosses = {{"city", "device"}};
  options.most_names = 10;
  const Rows rows = read_text("1 city=Rome device=phone:1 age:0.5\n-1 age:2 city=Oslo\n", options);
  EXPECT_EQ(rows.names,
            (std::vector<std::string>{"city=Rome", "device=phone", "age", "city=Rome × device=phone", "city=Oslo"}));
  ASSERT_EQ(rows.index[0].size(), 5u);  // three, their cross, the bias
  EXPECT_EQ(rows.index[0][0], Hash{}.add("city=Rome").slot(18));
  EXPECT_EQ(rows.value[0], (std::vector<double>{1, 1, 0.5, 1, 1}));
  EXPECT_EQ(rows.index[1][0], rows.index[0][2]);  // the same name, the same place
}

TEST(HashedRows, NamesOfOnePlaceAreSummed) {
  RowOptions options = binary();
  options.features.hash_bits = 1;
  const Rows rows = read_text("1 a:1 b:1 c:1 d:1\n", options);
  double sum = -1;  // the bias
  for (const double v : rows.value[0]) sum += v;
  EXPECT_EQ(sum, 4);
  EXPECT_LE(rows.index[0].size(), 3u);
}

RowOptions table_options() {
  RowOptions options;
  options.features.format = Format::csv;
  options.features.hash_bits = 18;
  options.features.header = true;
  options.features.columns = {"city", "age", "click"};
  options.features.kinds = {Column::Kind::text, Column::Kind::numeric, Column::Kind::text};
  options.target.name = "click";
  options.target.task = Task::binary;
  options.target.numeric = false;
  options.target.classes = {"no", "yes"};
  return options;
}

TEST(CsvRows, NumbersTextsQuotesAndMissingCells) {
  const Rows rows = read_text("city,age,click\n\"Rome, \"\"IT\"\"\nx\",3.5,yes\nOslo,,no\n?,0,no\n", table_options());
  EXPECT_EQ(rows.truth, (std::vector<double>{1, 0, 0}));
  EXPECT_EQ(rows.index[0],
            (std::vector<std::uint32_t>{Hash{}.add("city=Rome, \"IT\"\nx").slot(18), Hash{}.add("age").slot(18), 0}));
  EXPECT_EQ(rows.value[0], (std::vector<double>{1, 3.5, 1}));
  EXPECT_EQ(rows.index[1].size(), 2u);
  EXPECT_EQ(rows.index[2].size(), 1u);  // missing, zero: no feature but the bias
  EXPECT_EQ(rows.odd.missing_cells, 2);
}

TEST(CsvRows, ErrorsNameThePlace) {
  const auto error = [](const std::string& rows) { return error_of("city,age,click\n" + rows, table_options()); };
  EXPECT_TRUE(
      contains(error("Rome,1,yes\nRome,old,yes\n"), "t:3:6: 'old' is no finite number, in the numeric column 'age'"));
  EXPECT_TRUE(contains(error("Rome,1,maybe\n"), "t:2:8: the label 'maybe' is not among the classes no and yes"));
  EXPECT_TRUE(contains(error("Rome,1,\n"), "the target 'click' is missing"));
  EXPECT_TRUE(contains(error("Rome,1\n"), "t:2: the row has 2 cells where the file has 3"));
  EXPECT_TRUE(contains(error("Rome,1,no,7\n"), "more cells"));
  EXPECT_TRUE(contains(error("\"Rome,1,no\n"), "t:2:1: the quote opened here"));
}

}  // namespace
}  // namespace talweg::data::stream
