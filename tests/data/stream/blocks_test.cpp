#include "talweg/data/stream/blocks.hpp"

#include <gtest/gtest.h>

#include <random>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/data/csv_scanner.hpp"

namespace talweg::data::stream {
namespace {

using testing::contains;
using testing::Folder;
using testing::message_of;
using testing::put;

/// What a scanner finds: the cells of each row with its line, and how it ended.
struct Found {
  std::vector<std::pair<std::uint32_t, std::vector<std::string>>> rows;
  std::string error;
  bool operator==(const Found&) const = default;

  bool add(std::string_view text, std::uint64_t line) {
    try {
      for (CsvScanner scanner(text, ',', "t", line); scanner.next_row();) {
        std::vector<std::string> cells;
        do {
          double number;
          cells.push_back(scanner.number(number) ? text::number(number) : std::string(scanner.cell()));
        } while (scanner.more());
        rows.emplace_back(scanner.row_line(), std::move(cells));
      }
      return true;
    } catch (const Error& e) {
      error = e.what();
      return false;
    }
  }
};

Found in_blocks(const std::string& path, std::size_t block_bytes) {
  Found found;
  BlockReader reader(Source::open(path), block_bytes, ',');
  for (Block block; reader.next(block) && found.add(block.text, block.line);) {
  }
  return found;
}

std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : std::string(1, c);
  return out;
}

TEST(Blocks, CutAnywhereTextHasTheSameRows) {
  const Folder folder;
  std::mt19937 random(7);
  const std::string letters = "\"\"\"\"\n\n\r\r,,,a1 \t";
  for (int i = 0; i < 400; ++i) {
    std::string text;
    const std::size_t length = 1 + random() % 40;
    while (text.size() < length) text += letters[random() % letters.size()];
    Found whole;
    whole.add(text, 1);
    const std::string path = put(folder / "t", (i % 5 == 0 ? std::string(byte_order_mark) : "") + text);
    for (std::size_t block = 1; block <= text.size() + 4; ++block)
      ASSERT_TRUE(in_blocks(path, block) == whole) << printable(text) << " in blocks of " << block;
  }
}

TEST(Blocks, AQuoteInsideACellHoldsNothingTogether) {
  const Folder folder;
  std::string text = "a,5\" pipe\n";
  for (int i = 0; i < 10000; ++i) text += "b,2\n";
  const std::string path = put(folder / "t", text);
  BlockReader reader(Source::open(path), 256, ',');
  for (Block block; reader.next(block);) EXPECT_LE(block.bytes.size(), 1024u);
}

TEST(Blocks, AnOpenQuoteIsToldAtItsPlaceLongBeforeTheEndOfTheFile) {
  const Folder folder;
  std::string text = "a,b\n1,\"x\n";
  while (text.size() < 2 * CsvScanner::longest_quoted + 100) text += std::string(1 << 16, 'x') + "\n";
  BlockReader reader(Source::open(put(folder / "t", text)), 1 << 20, ',');
  Block block;
  ASSERT_TRUE(reader.next(block));  // the row before
  const std::string message = message_of<Error>([&] { reader.next(block); });
  EXPECT_TRUE(contains(message, ":2:3: the quote opened here is not closed within 16 MB"));
  EXPECT_LE(block.bytes.size(), 4 * CsvScanner::longest_quoted);
}

TEST(Blocks, LinesOfOtherTextEndWithAnyBreak) {
  const Folder folder;
  const std::string path = put(folder / "t", std::string(byte_order_mark) + "a\rb\r\nc\n\rd\r");
  for (std::size_t size = 1; size < 16; ++size) {
    std::string lines;
    std::uint64_t count = 0;
    BlockReader reader(Source::open(path), size);
    for (Block block; reader.next(block);) {
      EXPECT_EQ(block.line, count + 1);
      count += block.lines;
      lines += block.text;
    }
    EXPECT_EQ(printable(lines), "a\\nb\\r\\nc\\n\\nd\\r\\n") << size;
    EXPECT_EQ(count, 5u);
  }
}

TEST(Blocks, ASoughtPlaceIsCountedBehindTheByteOrderMark) {
  const Folder folder;
  const std::string path = put(folder / "t", std::string(byte_order_mark) + "a,b\nc,d\n");
  BlockReader first(Source::open(path), 4, ',');
  Block block;
  ASSERT_TRUE(first.next(block));
  EXPECT_EQ(block.text, "a,b\n");
  BlockReader again(Source::open(path), 4, ',');
  again.seek(block.end(), 2);
  ASSERT_TRUE(again.next(block));
  EXPECT_EQ(block.text, "c,d\n");
}

}  // namespace
}  // namespace talweg::data::stream
