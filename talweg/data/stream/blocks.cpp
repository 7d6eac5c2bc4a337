#include "talweg/data/stream/blocks.hpp"

#include <algorithm>
#include <cstring>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/csv_dialect.hpp"
#include "talweg/data/csv_scanner.hpp"

namespace talweg::data::stream {

BlockReader::BlockReader(std::unique_ptr<Source> source, std::size_t block_bytes, std::optional<char> delimiter)
    : source_(std::move(source)), block_bytes_(block_bytes) {
  if (peek(byte_order_mark.size()).starts_with(byte_order_mark)) rest_.erase(0, byte_order_mark.size());
  if (delimiter) cut_at_rows(*delimiter);
}

BlockReader BlockReader::open(const Input& input, std::size_t block_bytes, std::optional<char> delimiter) {
  BlockReader reader(Source::open(input), block_bytes);
  input.reading.check();
  reader.skip_lead(input.reading);
  if (delimiter) reader.cut_at_rows(*delimiter);
  return reader;
}

void BlockReader::skip_lead(const Reading& reading) {
  constexpr std::size_t usual = std::size_t{1} << 12;
  for (std::size_t size = usual;; size *= 2) {
    const bool cut = peek(size).size() >= size;
    const Lead lead = lead_of(rest_, reading, cut);
    if (!lead.complete && size < longest_line) continue;
    check_lead(lead, reading, source_->name());
    told_ = lead.delimiter;
    rest_.erase(0, lead.bytes);
    line_ += lead.lines;
    return;
  }
}

void BlockReader::cut_at_rows(char delimiter) {
  delimiter_ = scanned_as(delimiter);
  if (delimiter != blanks) return;
  blanks_.emplace();
  blanks_->cut(rest_.data(), 0, rest_.size());
}

std::size_t BlockReader::read(char* text, std::size_t from, std::size_t size) {
  const std::size_t n = source_->read(text + from, size - from);
  if (blanks_) blanks_->cut(text, from, from + n);
  return n;
}

void BlockReader::seek(std::uint64_t offset, std::uint64_t line) {
  const std::uint64_t peeked = std::min<std::uint64_t>(offset, rest_.size());
  rest_.erase(0, peeked);
  source_->skip(offset - peeked);
  if (blanks_ && rest_.empty()) blanks_.emplace();
  offset_ = offset;
  line_ = line;
}

std::string_view BlockReader::peek(std::size_t size) {
  const std::size_t had = rest_.size();
  rest_.resize(std::max(had, size));
  rest_.resize(had + read(rest_.data(), had, rest_.size()));
  return rest_;
}

/// A quote that is not closed is told by its place, long before the line is too long.
void BlockReader::refuse_long(std::string_view line) const {
  if (const auto quote = delimiter_ ? rows_end(line, *delimiter_).open_quote : line.npos;
      quote != line.npos && line.size() - quote > CsvScanner::longest_quoted) {
    CsvScanner scanner(line, *delimiter_, source_->name(), line_);
    scanner.seek(quote);
    scanner.cell();
  }
  if (line.size() >= longest_line)
    throw Error(text::cat(source_->name(), ":", line_, ": the line is longer than ", longest_line >> 20,
                          " MB; is this a text file with one row a line?"));
}

bool BlockReader::next(Block& block) {
  std::size_t room = std::max(block_bytes_, 2 * rest_.size()), size = rest_.size(), cut = 0;
  if (block.bytes.size() < room + Block::padding) block.bytes.resize(room + Block::padding);
  std::copy(rest_.begin(), rest_.end(), block.bytes.begin());
  block.added_break = false;
  std::size_t alike = 0;  // lines before it end with LF
  for (;;) {
    const std::size_t n = ended_ ? 0 : read(block.bytes.data(), size, room);
    size += n;
    if (!delimiter_) end_lines_alike(block.bytes.data(), alike, size);
    alike = size - std::min<std::size_t>(size, 1);
    if (n == 0) {  // the end: what is left is the last line
      ended_ = true;
      cut = size;
      if (size == 0) return false;
      if (block.bytes[size - 1] != '\n') {
        block.bytes[size] = '\n';
        block.added_break = true;
        cut = ++size;
      }
      break;
    }
    const auto text = std::string_view(block.bytes).substr(0, size);
    cut = delimiter_ ? rows_end(text, *delimiter_).end : text.rfind('\n') + 1;  // npos + 1 is 0
    if (cut > 0) break;
    if (size < room) continue;
    refuse_long(text);
    room *= 2;
    block.bytes.resize(room + Block::padding);
  }
  rest_.assign(block.bytes, cut, size - cut);
  std::memset(block.bytes.data() + cut, 0, Block::padding);
  block.text = std::string_view(block.bytes).substr(0, cut);
  block.offset = offset_;
  block.line = line_;
  block.lines = count_breaks(block.text);
  block.taken = source_->taken();
  offset_ = block.end();
  line_ += block.lines;
  return true;
}

}  // namespace talweg::data::stream
