#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/archive.hpp"

namespace talweg::data {

struct Table;

/// How a file of rows is to be read, where its content does not tell. What is not said is found out from the content.
/// The members are texts as people write them; `check` says what is wrong with them.
struct Reading {
  // Of the file.
  std::string delimiter = {};  ///< , | ; tab, or space: columns of one or more blanks
  std::string header = {};     ///< yes or no
  std::int64_t skip = 0;       ///< lines before the header, or the rows
  // Of its cells.
  std::string decimal = {};               ///< . or ,
  std::string thousands = {};             ///< , . ' or space
  std::vector<std::string> missing = {};  ///< what stands for no value, beside nothing, NA and ?: "n/a,-999"
  std::vector<std::string> dates = {};    ///< columns of dates: numbers of days since 1970-01-01
  // Of the rows to learn from.
  std::vector<std::string> categories = {}, numbers = {};  ///< columns of one kind, whatever their cells look like
  bool drop_missing_target = false;                        ///< instead of refusing such rows
  std::string id = {};                                     ///< a column that names rows: no input, kept by a model
  std::vector<std::string> keep = {};                      ///< columns whose cells are to stand beside predictions

  /// Throws Error for a value that its option does not take, and for options that exclude each other.
  void check() const;
  std::optional<char> delimiter_char() const;
  std::optional<bool> has_header() const;
  /// The texts for no value, one by one.
  std::vector<std::string> missing_texts() const;

  /// What cells mean: a model keeps it, so that another file of the kind is read in the same way.
  Reading of_cells() const;
  /// The same with what is not said here as it was said there: of cells only.
  Reading or_else(const Reading& remembered) const;
  /// Of tables in memory: their cells are numbers and texts already.
  Reading of_columns() const;

  /// The names of the options that were given, in their order.
  std::vector<std::string_view> given() const;
  /// Throws Error for the first option given that is not among `allowed`: it has no effect on `what`.
  void refuse_except(std::initializer_list<std::string_view> allowed, std::string_view what) const;

  /// Entries of `of_cells`; none where nothing was said.
  void save(Archive& archive) const;
  static Reading load(const Archive& archive);

  bool operator==(const Reading&) const = default;
};

/// Throws Error for a name in `categories`, `numbers` or `dates` that is no column of the table, with near names.
void check_columns(const Reading& reading, const Table& table);

}  // namespace talweg::data
