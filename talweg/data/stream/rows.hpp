#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "talweg/data/stream/blocks.hpp"
#include "talweg/data/stream/features.hpp"
#include "talweg/data/target.hpp"

namespace talweg::data::stream {

/// What was odd about rows, counted.
struct Oddities {
  std::int64_t blank_lines = 0;
  std::int64_t unsorted_rows = 0;  ///< indices do not rise
  std::int64_t qids = 0;           ///< qid:… tokens left out
  std::int64_t unlabelled_rows = 0;
  std::int64_t missing_cells = 0;
  Oddities& operator+=(const Oddities& o);
  bool operator==(const Oddities&) const = default;
};

/// The rows of one block of text. Each ends with the bias: place 0, value 1.
template <class T> struct RowBlock {
  Block block;
  std::vector<double> truth;         ///< (rows) the target: a number, or the index of the class; NaN without a label
  std::vector<double> weight;        ///< (rows) what each counts; empty: 1
  std::vector<std::uint32_t> begin;  ///< (rows + 1)
  std::vector<std::uint32_t> index;  ///< (begin.back() or more) places in the table; none stands twice in a row
  std::vector<T> value;              ///< (begin.back() or more)
  std::uint32_t largest = 0;         ///< place
  Oddities odd;
  Names names;                   ///< of hashed features that stand here for the first time
  std::vector<KeptColumn> kept;  ///< of RowOptions::kept

  std::size_t rows() const { return truth.size(); }
  std::span<const std::uint32_t> indices(std::size_t row) const {
    return {index.data() + begin[row], begin[row + 1] - begin[row]};
  }
  std::span<const T> values(std::size_t row) const { return {value.data() + begin[row], begin[row + 1] - begin[row]}; }
  /// Forgets the rows; index and value keep their length, so that a parser may write into them.
  void clear();
};

/// How rows are read.
struct RowOptions {
  Features features;
  Target target;
  std::string weights = {};          ///< delimited text: the column with what each row counts; empty: none
  bool needs_label = true;           ///< training and evaluation; otherwise a row may begin with its first feature
  bool drops_unlabelled = false;     ///< delimited text: rows without a target are left out instead of refused
  bool needs_known = false;          ///< numbered features beyond `features.limit` are left out instead of refused
  std::vector<std::string> kept;     ///< delimited text: columns whose cells are kept
  std::size_t most_names = 0;        ///< tell the names of so many hashed features
  std::vector<std::uint32_t> named;  ///< places whose names were told before
};

/// Makes rows of a block.
template <class T> class RowParser {
 public:
  virtual ~RowParser() = default;
  /// Appends nothing: `rows` is overwritten, except for `rows.block`, which is the text. Throws Error with
  /// file:line:column.
  virtual void parse(RowBlock<T>& rows) = 0;
};

template <class T> std::unique_ptr<RowParser<T>> make_parser(const RowOptions& options, const std::string& origin);

/// Rows of a text in their order. With two threads or more, a worker reads and parses ahead.
template <class T> class RowStream {
 public:
  /// `reader` stands where rows begin.
  RowStream(BlockReader reader, std::unique_ptr<RowParser<T>> parser, int threads);
  ~RowStream();
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;

  /// The next block of rows, valid until the next call; null at the end. What reading or parsing throws is thrown here,
  /// after the rows before it.
  RowBlock<T>* next();

 private:
  struct Worker;
  BlockReader reader_;
  std::unique_ptr<RowParser<T>> parser_;
  RowBlock<T> own_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace talweg::data::stream
