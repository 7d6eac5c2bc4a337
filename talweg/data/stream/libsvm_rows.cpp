#include "talweg/data/stream/libsvm_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/stream/number.hpp"
#include "talweg/data/stream/row_builder.hpp"

namespace talweg::data::stream {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool ends_line(const char* p) { return *p == '\n' || (*p == '\r' && p[1] == '\n'); }
const char* line_end(const char* p, const char* end) {
  return static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
}

/// What both kinds of rows share: labels, blank lines and remarks, and the end of a row.
template <class T> class LibsvmParser : public RowParser<T> {
 public:
  LibsvmParser(const RowOptions& options, const std::string& origin)
      : options_(options), origin_(origin), labels_(options.target) {}

 protected:
  /// Goes to the first word of the next row; `end` when there is none.
  const char* next_row(const char* p, const char* end, Oddities& odd) const {
    for (;;) {
      while (p < end && is_blank(*p)) ++p;
      if (p >= end) return end;
      if (*p == '#') {
        p = line_end(p, end) + 1;
      } else if (ends_line(p)) {
        p = line_end(p, end) + 1;
        ++odd.blank_lines;
      } else {
        return p;
      }
    }
  }

  /// Reads the label at `p` and returns the place behind it.
  const char* read_label(const char* p, const char* end, const Block& block, double& truth, Oddities& odd) const {
    double label = 0;
    const char* after = read_decimal(p, end, label);
    const bool ends = after != nullptr && (is_blank(*after) || ends_line(after) || *after == '#');
    if (!ends) {
      const std::string_view word = word_at(block, p);
      if (word.find(':') == std::string_view::npos)
        fail_at(block, p, origin_, "is no number; a row begins with its label");
      if (options_.needs_label)
        fail_at(block, p, origin_, "stands where the label belongs: the label is missing; begin the row with it");
      truth = std::nan("");
      ++odd.unlabelled_rows;
      return p;
    }
    if (!std::isfinite(label)) fail_at(block, p, origin_, "is no finite number; correct the label or remove the row");
    truth = labels_(label);
    if (options_.needs_label && std::isnan(truth)) fail_at(block, p, origin_, labels_.complaint());
    return after;
  }

  double read_value(const char* p, const char*& after, const char* end, const char* token, const Block& block) const {
    double value = 0;
    after = read_decimal(p, end, value);
    const bool written_out = is_digit(*p) || *p == '.' || ((*p == '-' || *p == '+') && (is_digit(p[1]) || p[1] == '.'));
    if (written_out && (after == nullptr || !std::isfinite(value)))
      fail_at(block, token, origin_, "has a value outside the range of double (at most about 1.8e308)");
    if (after == nullptr || !(is_blank(*after) || ends_line(after) || *after == '#'))
      fail_at(block, token, origin_, "is not feature:value with a finite number");
    if (!std::isfinite(value))
      fail_at(block, token, origin_, "has a value that is no finite number; correct it or leave it out");
    return value;
  }

  RowOptions options_;
  std::string origin_;
  Labels labels_;
};

template <class T> class NumberedParser final : public LibsvmParser<T> {
  using Base = LibsvmParser<T>;
  using Base::options_;
  using Base::origin_;

 public:
  NumberedParser(const RowOptions& options, const std::string& origin)
      : Base(options, origin),
        base_(static_cast<std::uint32_t>(options.features.base)),
        limit_(options.features.limit > 0 ? options.features.limit - 1 + base_ : Features::largest_index) {}

  void parse(RowBlock<T>& rows) override {
    const std::string_view text = rows.block.text;
    // A feature takes four bytes or more ("1:1 "), and each row adds the bias.
    const std::size_t most = text.size() / 4 + rows.block.lines + 2;
    rows.clear();
    if (rows.index.size() < most) rows.index.resize(most), rows.value.resize(most);
    std::size_t count = 0;
    const char *p = text.data(), *const end = p + text.size();
    for (p = this->next_row(p, end, rows.odd); p < end; p = this->next_row(p, end, rows.odd)) {
      double truth;
      p = this->read_label(p, end, rows.block, truth, rows.odd);
      p = read_row(p, end, rows, count);
      rows.index[count] = 0;
      rows.value[count++] = T(1);
      rows.truth.push_back(truth);
      rows.begin.push_back(static_cast<std::uint32_t>(count));
    }
  }

 private:
  /// The features of a row from behind its label; returns the place behind its end.
  const char* read_row(const char* p, const char* end, RowBlock<T>& rows, std::size_t& count) {
    const char* const first = p;
    const std::size_t from = count;
    std::int64_t last = -1;
    bool rises = true;
    std::uint32_t* const index = rows.index.data();
    T* const value = rows.value.data();
    for (;;) {
      while (is_blank(*p)) ++p;
      std::uint32_t number;
      const char* const token = p;
      const unsigned digits = digits_at(p, number);
      if (digits == 0 || p[digits] != ':') {
        if (ends_line(p) || *p == '#') break;
        p = other_token(p, end, rows, number);
        if (p == nullptr) {  // a qid
          p = token + word_at(rows.block, token).size();
          while (!is_blank(*p) && *p != '\n') ++p;
          ++rows.odd.qids;
          continue;
        }
      } else {
        p += digits + 1;
      }
      if (number < base_) refuse_zero(rows, token);
      if (number > limit_) {
        if (!options_.needs_known) refuse_large(rows, token);
        double ignored = this->read_value(p, p, end, token, rows.block);
        (void)ignored;
        continue;
      }
      // Most values of large files are one digit.
      if (is_digit(*p) && (p[1] == ' ' || p[1] == '\n')) {
        value[count] = static_cast<T>(*p - '0');
        ++p;
      } else {
        value[count] = static_cast<T>(this->read_value(p, p, end, token, rows.block));
      }
      rises = rises && number > last;
      last = number;
      index[count++] = number + 1 - base_;
      rows.largest = std::max(rows.largest, number + 1 - base_);
    }
    if (!rises) {
      ++rows.odd.unsorted_rows;
      refuse_repeated(rows, first, {index + from, index + count});
    }
    return line_end(p, end) + 1;
  }

  /// Throws when a place stands twice among `places`, those of the row whose features begin at `p`.
  void refuse_repeated(const RowBlock<T>& rows, const char* p, std::span<const std::uint32_t> places) {
    sorted_.assign(places.begin(), places.end());
    std::sort(sorted_.begin(), sorted_.end());
    const auto twice = std::adjacent_find(sorted_.begin(), sorted_.end());
    if (twice == sorted_.end()) return;
    for (bool seen = false;; ++p) {
      while (is_blank(*p)) ++p;
      std::uint64_t number = 0;
      const char* const token = p;
      while (is_digit(*p)) number = number * 10 + static_cast<std::uint64_t>(*p++ - '0');
      const bool same = *p == ':' && number + 1 - base_ == *twice;
      if (same && seen) fail_at(rows.block, token, origin_, repeated_index_complaint);
      seen = seen || same;
      while (!is_blank(*p) && *p != '\n') ++p;
    }
  }

  /// A token that is not up to eight digits and a colon: an index of more digits, or a qid (null), or an error.
  const char* other_token(const char* p, const char* end, RowBlock<T>& rows, std::uint32_t& number) const {
    const char* const token = p;
    const std::string_view word = word_at(rows.block, p);
    if (word.starts_with("qid:")) return nullptr;
    std::uint64_t index = 0;
    for (; is_digit(*p) && p < end; ++p)
      index = std::min<std::uint64_t>(index * 10 + static_cast<std::uint64_t>(*p - '0'), 1ull << 32);
    if (p > token && *p == ':') {
      number = static_cast<std::uint32_t>(std::min<std::uint64_t>(index, 0xffffffffu));
      return p + 1;
    }
    fail_at(rows.block, token, origin_,
            word.find(':') == std::string_view::npos ? std::string("is not index:value; write for example 7:0.5")
            : word[0] == '-'
                ? std::string("has a negative index; indices are whole numbers from 0 or 1 on")
                : text::cat("is not index:value with a whole number before the colon; features with names need ",
                            text::option("hash_bits", "20")));
  }

  [[noreturn]] void refuse_zero(const RowBlock<T>& rows, const char* token) const {
    fail_at(rows.block, token, origin_,
            options_.needs_known ? std::string(index_zero_complaint)
                                 : text::cat("has index 0 in a file whose indices begin at 1; correct it, or give ",
                                             text::option("index_base", "0")));
  }
  [[noreturn]] void refuse_large(const RowBlock<T>& rows, const char* token) const {
    fail_at(rows.block, token, origin_,
            options_.features.limit > 0
                ? text::cat("has an index above ", limit_, ", the last of the table of ", options_.features.limit,
                            " features; give a larger ", text::option("features"), ", or ", text::option("hash_bits"),
                            " to hash")
                : text::cat("has an index above ", limit_, ", the largest that a table can have; use ",
                            text::option("hash_bits", "22"), " to hash"));
  }

  std::uint32_t base_, limit_;
  std::vector<std::uint32_t> sorted_;
};

template <class T> class HashedParser final : public LibsvmParser<T> {
  using Base = LibsvmParser<T>;
  using Base::origin_;

 public:
  HashedParser(const RowOptions& options, const std::string& origin)
      : Base(options, origin), bits_(options.features.hash_bits), crosser_(options.features), names_(options) {}

  void parse(RowBlock<T>& rows) override {
    rows.clear();
    rows.index.clear();
    rows.value.clear();
    const std::string_view text = rows.block.text;
    const char *p = text.data(), *const end = p + text.size();
    for (p = this->next_row(p, end, rows.odd); p < end; p = this->next_row(p, end, rows.odd)) {
      double truth;
      p = this->read_label(p, end, rows.block, truth, rows.odd);
      crosser_.begin();
      while (!ends_line(p) && *p != '#') {
        if (is_blank(*p))
          ++p;
        else
          p = read_token(p, end, rows);
      }
      crosser_.finish(bits_, rows, names_);
      end_row(rows, repeats_, truth);
      p = line_end(p, end) + 1;
    }
  }

 private:
  const char* read_token(const char* p, const char* end, RowBlock<T>& rows) {
    const char *after = p, *colon = nullptr;
    for (; !is_blank(*after) && !ends_line(after) && *after != '#'; ++after)
      if (*after == ':') colon = after;
    const std::string_view name(p, static_cast<std::size_t>((colon ? colon : after) - p));
    if (name.empty()) fail_at(rows.block, p, origin_, "has no name before the colon");
    if (name == "qid") {
      ++rows.odd.qids;
      return after;
    }
    const char* behind = after;
    const double value = colon ? this->read_value(colon + 1, behind, end, p, rows.block) : 1;
    if (behind != after) fail_at(rows.block, p, origin_, "is not feature:value with a finite number");
    const Hash hash = Hash{}.add(name);
    const std::uint32_t slot = hash.slot(bits_);
    if (names_.wants(slot)) names_.tell(slot, std::string(name), rows.names);
    rows.index.push_back(slot);
    rows.value.push_back(static_cast<T>(value));
    crosser_.add(name.substr(0, name.find('=')), name, hash, value);
    return after;
  }

  int bits_;
  Crosser crosser_;
  NameTeller names_;
  Repeats repeats_;
};

}  // namespace

template <class T>
std::unique_ptr<RowParser<T>> hashed_libsvm_parser(const RowOptions& options, const std::string& origin) {
  return std::make_unique<HashedParser<T>>(options, origin);
}
template std::unique_ptr<RowParser<float>> hashed_libsvm_parser(const RowOptions&, const std::string&);
template std::unique_ptr<RowParser<double>> hashed_libsvm_parser(const RowOptions&, const std::string&);

template <class T> std::unique_ptr<RowParser<T>> libsvm_parser(const RowOptions& options, const std::string& origin) {
  return std::make_unique<NumberedParser<T>>(options, origin);
}
template std::unique_ptr<RowParser<float>> libsvm_parser(const RowOptions&, const std::string&);
template std::unique_ptr<RowParser<double>> libsvm_parser(const RowOptions&, const std::string&);

}  // namespace talweg::data::stream
