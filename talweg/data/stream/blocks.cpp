#include "talweg/data/stream/blocks.hpp"

#include <algorithm>
#include <cstring>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data::stream {

namespace {

/// Behind the last line break that ends a line; 0 when there is none.
std::size_t last_line_end(std::string_view text, bool quotes) {
  const auto last = text.rfind('\n');
  if (last == std::string_view::npos) return 0;
  if (!quotes) return last + 1;
  std::size_t end = 0;
  bool inside = false;
  for (std::size_t i = 0; i <= last; ++i) {
    if (text[i] == '"') inside = !inside;
    if (text[i] == '\n' && !inside) end = i + 1;
  }
  return end;
}

/// Rows are long, so that finding each end is faster than comparing each byte.
std::uint64_t count_lines(std::string_view text) {
  std::uint64_t lines = 0;
  const char *p = text.data(), *const end = p + text.size();
  while (p < end && (p = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)))))
    ++lines, ++p;
  return lines;
}

}  // namespace

BlockReader::BlockReader(std::unique_ptr<Source> source, std::size_t block_bytes, bool quotes)
    : source_(std::move(source)), block_bytes_(block_bytes), quotes_(quotes) {}

void BlockReader::seek(std::uint64_t offset, std::uint64_t line) {
  source_->skip(offset);
  offset_ = offset;
  line_ = line;
}

std::string_view BlockReader::peek(std::size_t size) {
  const std::size_t had = rest_.size();
  rest_.resize(std::max(had, size));
  rest_.resize(had + source_->read(rest_.data() + had, rest_.size() - had));
  return rest_;
}

bool BlockReader::next(Block& block) {
  std::size_t room = std::max(block_bytes_, 2 * rest_.size()), size = rest_.size(), cut = 0;
  if (block.bytes.size() < room + Block::padding) block.bytes.resize(room + Block::padding);
  std::copy(rest_.begin(), rest_.end(), block.bytes.begin());
  block.added_break = false;
  for (;;) {
    const std::size_t n = ended_ ? 0 : source_->read(block.bytes.data() + size, room - size);
    size += n;
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
    cut = last_line_end(std::string_view(block.bytes).substr(0, size), quotes_);
    if (cut > 0) break;
    if (size < room) continue;
    if (size >= longest_line)
      throw Error(text::cat(source_->name(), ":", line_, ": the line is longer than ", longest_line >> 20,
                            " MB; is this a text file with one row a line?"));
    room *= 2;
    block.bytes.resize(room + Block::padding);
  }
  rest_.assign(block.bytes, cut, size - cut);
  std::memset(block.bytes.data() + cut, 0, Block::padding);
  block.text = std::string_view(block.bytes).substr(0, cut);
  block.offset = offset_;
  block.line = line_;
  block.lines = count_lines(block.text);
  block.taken = source_->taken();
  offset_ = block.end();
  line_ += block.lines;
  return true;
}

}  // namespace talweg::data::stream
