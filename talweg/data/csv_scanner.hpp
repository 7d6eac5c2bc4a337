#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/lines.hpp"

namespace talweg::data {

/// Walks over the cells of delimited text. Used as
///   while (scanner.next_row()) do { scanner.number(v) or scanner.cell() } while (scanner.more());
/// Quoted cells follow RFC 4180: a doubled quote is a quote, line breaks may stand inside. A quote within a cell that
/// did not begin with one is a character like others.
class CsvScanner {
 public:
  static constexpr std::size_t longest_quoted = std::size_t{1} << 24;

  /// `first_line` is the number of the line that `content` begins with.
  CsvScanner(std::string_view content, char delimiter, const std::string& origin, std::uint64_t first_line = 1)
      : begin_(content.data()),
        at_(begin_),
        end_(begin_ + content.size()),
        delimiter_(delimiter),
        origin_(origin),
        first_line_(first_line),
        line_(static_cast<std::uint32_t>(first_line)) {}

  /// Goes to the next row that is not blank; false at the end.
  bool next_row() {
    while (at_ < end_) {
      const char* p = at_;
      while (p < end_ && is_space(*p)) ++p;
      if (p < end_ && !is_break(*p)) {
        row_line_ = line_;
        return true;
      }
      at_ = p < end_ ? behind_break(p, end_) : p;
      ++line_;
    }
    return false;
  }

  /// Reads the cell as a finite number and goes behind it; on false nothing is consumed.
  bool number(double& value) {
    const char* p = at_;
    while (p < end_ && is_space(*p)) ++p;
    p = text::read_number(p, end_, value);
    if (p == nullptr || !std::isfinite(value)) return false;
    while (p < end_ && is_space(*p)) ++p;
    if (p < end_ && *p != delimiter_ && !is_break(*p)) return false;
    at_ = p;
    return true;
  }

  /// The text of the cell without surrounding blanks or quotes. Valid until the next call.
  std::string_view cell() {
    while (at_ < end_ && is_space(*at_)) ++at_;
    cell_ = at_;
    if (at_ < end_ && *at_ == '"') return quoted();
    while (at_ < end_ && *at_ != delimiter_ && !is_break(*at_)) ++at_;
    return text::trim(std::string_view(cell_, static_cast<std::size_t>(at_ - cell_)));
  }

  /// Behind a cell: true when another follows in the row; otherwise the row's end is consumed.
  bool more() {
    if (at_ < end_ && *at_ == delimiter_) {
      ++at_;
      return true;
    }
    if (at_ < end_) {
      at_ = behind_break(at_, end_);
      ++line_;
    }
    return false;
  }

  std::uint32_t row_line() const { return row_line_; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  std::size_t cell_offset() const { return static_cast<std::size_t>(cell_ - begin_); }
  void seek(std::size_t offset) { at_ = begin_ + offset; }
  /// "file:line:column" of an offset, both counted from 1, columns in characters.
  std::string where(std::size_t offset) const {
    std::size_t line = first_line_, column = 1;
    for (const char* p = begin_; p < begin_ + offset; ++p) {
      if (*p == '\n' || (*p == '\r' && p + 1 < end_ && p[1] != '\n'))
        ++line, column = 1;
      else if ((static_cast<unsigned char>(*p) & 0xc0) != 0x80)
        ++column;
    }
    return text::cat(origin_, ":", line, ":", column);
  }

 private:
  bool is_space(char c) const { return c == ' ' || (c == '\t' && delimiter_ != '\t'); }

  static bool is_break(char c) { return c == '\n' || c == '\r'; }

  std::string_view quoted() {
    const char* const opening = at_++;
    const char* const limit =
        static_cast<std::size_t>(end_ - opening) > longest_quoted ? opening + longest_quoted : end_;
    unescaped_.clear();
    for (const char* from = at_;; ++at_) {
      if (at_ == limit)
        throw Error(text::cat(where(static_cast<std::size_t>(opening - begin_)), ": the quote opened here is ",
                              limit == end_ ? "never closed" : "not closed within 16 MB",
                              "; close it, or double it if it belongs to the text"));
      if (*at_ == '\n' || (*at_ == '\r' && at_ + 1 < end_ && at_[1] != '\n')) ++line_;
      if (*at_ != '"') continue;
      unescaped_.append(from, at_);
      if (at_ + 1 == end_ || at_[1] != '"') break;
      from = ++at_;
    }
    ++at_;
    while (at_ < end_ && is_space(*at_)) ++at_;
    if (at_ < end_ && *at_ != delimiter_ && !is_break(*at_))
      throw Error(text::cat(where(offset()), ": '", std::string_view(at_, 1),
                            "' follows a closing quote; double the quotes that belong to the text"));
    return unescaped_;
  }

  const char *begin_, *at_, *end_, *cell_ = nullptr;
  char delimiter_;
  std::string origin_;
  std::uint64_t first_line_;
  std::uint32_t line_, row_line_ = 1;
  std::string unescaped_;
};

}  // namespace talweg::data
