#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "talweg/data/input.hpp"

namespace talweg::data {

/// An id that was not there when the list was made.
inline constexpr std::uint32_t unknown_id = 0xffffffff;

/// The ids of users or items as the file writes them, numbered in the order of their first appearance.
/// "1" and "01" are two ids: ids are texts, also where they look like numbers.
class Ids {
 public:
  Ids() = default;
  explicit Ids(const std::vector<std::string>& names);
  std::uint32_t add(std::string_view name);
  std::uint32_t find(std::string_view name) const;  ///< `unknown_id` when it is not known
  const std::vector<std::string>& names() const { return names_; }
  std::size_t size() const { return names_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

/// What happens to a pair of user and item that is rated more than once.
enum class Duplicates { error, first, last, mean };
/// Throws Error with the names.
Duplicates parse_duplicates(std::string_view text);

/// Where user, item and rating stand. With a header the names are those of the columns. Without one, names of the form
/// c1, c2, … point at columns, and any other names are given to the first columns in their order.
struct RatingColumns {
  std::string user, item, rating;
  bool operator==(const RatingColumns&) const = default;
  bool empty() const { return user.empty(); }
};
/// Reads "user,item,rating"; with `pairs` the rating may be left out.
RatingColumns parse_rating_columns(std::string_view text, bool pairs = false);

/// Ratings, or pairs without ratings, in the order of the file.
struct Ratings {
  std::string origin;
  char delimiter = ',';
  bool header = false;
  std::vector<std::string> columns;       ///< all names
  RatingColumns used;                     ///< those that were read, as the file calls them
  std::size_t lines = 0;                  ///< ratings in the file, before duplicates were joined
  std::size_t repeated = 0;               ///< ratings that the rule for duplicates took away
  std::vector<std::uint32_t> user, item;  ///< (rows), numbers of ids, or `unknown_id`
  std::vector<double> value;              ///< (rows); empty for pairs

  std::size_t rows() const { return user.size(); }
};

struct RatingOptions {
  RatingColumns columns = {};  ///< empty: by name where the header tells, otherwise the first three columns
  bool with_rating = true;
  bool learn_ids = true;  ///< false: ids that the lists do not hold become `unknown_id`
  Duplicates duplicates = Duplicates::error;
};

/// Reads delimited text (comma, tab, semicolon, bar, blanks or ::; .gz too; with or without header), and the entries of
/// MatrixMarket coordinates. A missing id, and a
/// rating that is missing, text, nan or infinite is an error with file:line:column. Duplicates are looked for when ids
/// are learnt.
Ratings read_ratings(const Input& input, Ids& users, Ids& items, const RatingOptions& options = {});

/// Reads a list of ids: the column `column` where there is a header with it, otherwise the first column.
std::vector<std::string> read_id_list(const Input& input, const std::string& column);

}  // namespace talweg::data
