#pragma once
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/data/stream/rows.hpp"

namespace talweg::data::stream {

/// "file:line:column" of a place in a block.
std::string where(const Block& block, const char* at, const std::string& origin);
/// The word at `at`, cut when it is long: what messages quote.
std::string_view word_at(const Block& block, const char* at);
/// Throws Error: "file:3:7: '2:nan' …".
[[noreturn]] void fail_at(const Block& block, const char* at, const std::string& origin, std::string_view what);

/// Maps a label in a file to the target: a number to itself or to its class.
class Labels {
 public:
  explicit Labels(const Target& target) : target_(target) {}
  /// NaN when it is not among the classes, or too large for a regression.
  double operator()(double label) const {
    if (target_.task == Task::regression) return is_usable(label) ? label : std::nan("");
    const auto& v = target_.class_values;
    if (v.size() == 2) return label == v[1] ? 1 : label == v[0] ? 0 : std::nan("");
    return of_many(label);
  }
  double operator()(std::string_view word) const;
  /// "is not among the classes '-1' and '1' …", or what is said of large numbers.
  std::string complaint() const;

 private:
  static bool is_usable(double label) { return std::abs(label) <= 1 || size_complaint(label).empty(); }
  double of_many(double label) const;
  Target target_;
};

/// Ends a row of hashed features: values of a place that two names share are summed into its first occurrence.
class Repeats {
 public:
  /// Looks at [from, end) of index and value; returns the new end.
  template <class T>
  std::size_t merge(std::vector<std::uint32_t>& index, std::vector<T>& value, std::size_t from, std::size_t end);

 private:
  struct Cell {
    std::uint32_t place, position;  ///< position 0: free
  };
  std::vector<Cell> cells_;
};

/// Tells the name of each hashed place once, up to a number of names.
class NameTeller {
 public:
  NameTeller(const RowOptions& options);
  bool wants(std::uint32_t slot) const { return left_ > 0 && (told_[slot / 64] >> (slot % 64) & 1) == 0; }
  void tell(std::uint32_t slot, std::string name, Names& out);

 private:
  std::size_t left_ = 0;
  std::vector<std::uint64_t> told_;
};

/// The features that are combinations of two columns: for each pair of values in a row, one hashed feature whose value
/// is the product.
class Crosser {
 public:
  explicit Crosser(const Features& features);
  bool idle() const { return fields_.empty(); }
  void begin() { seen_.clear(); }
  /// A feature of the row: its column, its name ("city=Rome", or the column's), its hash and value.
  void add(std::string_view field, std::string_view name, Hash hash, double value);
  template <class T> void finish(int bits, RowBlock<T>& rows, NameTeller& names);

 private:
  struct Seen {
    std::size_t field;
    std::string_view name;
    Hash hash;
    double value;
  };
  std::vector<std::string> fields_;
  std::vector<std::pair<std::size_t, std::size_t>> pairs_;  ///< of fields
  std::vector<Seen> seen_;
};

/// Ends a row of hashed features: merges places that stand twice, adds the bias.
template <class T> void end_row(RowBlock<T>& rows, Repeats& repeats, double truth);

}  // namespace talweg::data::stream
