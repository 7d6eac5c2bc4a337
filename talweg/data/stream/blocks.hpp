#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "talweg/data/blanks.hpp"
#include "talweg/data/stream/source.hpp"

namespace talweg::data::stream {

/// Whole lines of a text. `text` ends with a line break, whether the file does or not, and is followed by `padding`
/// zero bytes, so that a parser may look a few bytes beyond.
struct Block {
  static constexpr std::size_t padding = 64;
  std::string bytes;  ///< text, then padding, then room
  std::string_view text;
  std::uint64_t offset = 0;  ///< of `text` in the (decompressed) file
  std::uint64_t line = 1;    ///< number of its first line
  std::uint64_t lines = 0;   ///< how many
  std::uint64_t taken = 0;   ///< bytes of the file itself read when it was cut: for progress
  std::uint64_t end() const { return offset + text.size() - (added_break ? 1 : 0); }
  bool added_break = false;
};

/// Cuts a source into blocks at line ends. A byte-order mark is taken off: the text begins behind it. With a delimiter
/// the text is rows of cells, and a line break inside quotes ends no row (with `blanks`, rows arrive with tabs between
/// their cells, as blanks.hpp makes them); without, every break does, and one that is a CR alone arrives as LF.
class BlockReader {
 public:
  BlockReader(std::unique_ptr<Source> source, std::size_t block_bytes, std::optional<char> delimiter = {});
  /// The rows of an input, behind the lines that stand before them (`lead_of`): places count from there.
  static BlockReader open(const Input& input, std::size_t block_bytes, std::optional<char> delimiter = {});
  /// Goes on at a place where a block ended. To be called before the first `next`.
  void seek(std::uint64_t offset, std::uint64_t line);
  /// The first bytes, up to `size`, which `next` gives again. To be called before the first `next`.
  std::string_view peek(std::size_t size);
  /// The text turned out to be rows of cells. To be called before the first `next`.
  void cut_at_rows(char delimiter);
  /// That of the line sep=; before the rows.
  std::optional<char> told_delimiter() const { return told_; }
  /// The number of the line that comes next.
  std::uint64_t line() const { return line_; }
  /// The next lines into `block`, whose memory is used again; false at the end. Throws Error for a line of more than
  /// `longest_line` bytes.
  bool next(Block& block);
  const Source& source() const { return *source_; }

  static constexpr std::size_t longest_line = std::size_t{1} << 28;

 private:
  void refuse_long(std::string_view line) const;
  void skip_lead(const Reading& reading);
  std::size_t read(char* text, std::size_t from, std::size_t size);

  std::unique_ptr<Source> source_;
  std::size_t block_bytes_;
  std::optional<char> delimiter_;  ///< of the blocks
  std::optional<char> told_;
  std::optional<BlankCutter> blanks_;
  bool ended_ = false;
  std::string rest_;  ///< the beginning of a line whose end was not read yet
  std::uint64_t offset_ = 0, line_ = 1;
};

}  // namespace talweg::data::stream
