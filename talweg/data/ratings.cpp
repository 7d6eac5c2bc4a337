#include "talweg/data/ratings.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "talweg/base/archive.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/data/cells.hpp"
#include "talweg/data/csv.hpp"
#include "talweg/data/csv_dialect.hpp"
#include "talweg/data/csv_scanner.hpp"
#include "talweg/data/matrix_market.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/target.hpp"

namespace talweg::data {

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
constexpr std::array<std::string_view, 4> duplicate_rules{"error", "first", "last", "mean"};
constexpr std::array<std::string_view, 3> roles{"user", "item", "rating"};

/// What headers call the three columns, beside the roles themselves.
constexpr std::array<std::array<std::string_view, 6>, 3> usual_names{{
    {"user", "userid", "user_id", "uid", "customer", "customer_id"},
    {"item", "itemid", "item_id", "movieid", "movie_id", "iid"},
    {"rating", "ratings", "stars", "score", "value", "count"},
}};

/// c3 -> 2; nowhere for other names.
std::size_t numbered(std::string_view name) {
  if (!name.starts_with('c')) return nowhere;
  const auto number = text::parse_integer(name.substr(1));
  return number && *number >= 1 && *number <= 1'000'000 ? static_cast<std::size_t>(*number - 1) : nowhere;
}

CsvText read_text(const Input& input) {
  input.reading.refuse_except({"delimiter", "header", "skip", "decimal", "thousands", "missing"}, "ratings");
  CsvOptions options = reading_of(input);
  if (input.table()) return understand_csv(text_of(input.table()), input.name(), options);
  std::string content = file::read(input.path());
  if (Archive::recognises(content))
    throw Error(text::cat(input.path(), ": is a model file of talweg, where data was expected"));
  if (is_matrix_market(content)) {  // its entries are user, item and rating
    input.reading.refuse_except({}, "MatrixMarket");
    options.reading = {.delimiter = "space", .header = "no"};
    options.reading.skip = static_cast<std::int64_t>(lines_before_entries(content, input.path()));
  }
  return understand_csv(std::move(content), input.path(), options);
}

class Reader {
 public:
  Reader(const CsvText& text, const Input& input, Ids& users, Ids& items, const RatingOptions& options)
      : content_(text.content),
        delimiter_(text.scanned()),
        cells_(input.reading),
        users_(users),
        items_(items),
        options_(options) {
    out_.origin = input.name();
    out_.delimiter = text.dialect.delimiter;
    out_.header = text.dialect.header;
  }

  Ratings read() {
    CsvScanner scanner(content_, delimiter_, out_.origin);
    if (!scanner.next_row()) throw Error(text::cat(out_.origin, ": is empty; ", wanted()));
    const std::size_t first_row = scanner.offset();
    header_line_ = scanner.row_line();
    do out_.columns.emplace_back(scanner.cell());
    while (scanner.more());
    if (!out_.header) {
      for (std::size_t c = 0; c < out_.columns.size(); ++c) out_.columns[c] = text::cat("c", c + 1);
      scanner = CsvScanner(content_, delimiter_, out_.origin);
      scanner.seek(first_row);
    }
    choose_columns();
    scanner = CsvScanner(content_, delimiter_, out_.origin);
    if (out_.header) skip_row(scanner);
    while (scanner.next_row()) read_row(scanner);
    out_.lines = out_.rows();
    if (out_.lines == 0) throw Error(text::cat(out_.origin, ": has a header and no rows; ", wanted()));
    if (options_.learn_ids && options_.with_rating) join_duplicates();
    return std::move(out_);
  }

 private:
  std::size_t wanted_columns() const { return options_.with_rating ? 3 : 2; }
  std::string wanted() const {
    return text::cat("expected rows of user, item", options_.with_rating ? " and rating" : "");
  }

  void choose_columns() {
    const RatingColumns& given = options_.columns;
    const std::array<std::string, 3> names{given.user, given.item, given.rating};
    const std::size_t count = wanted_columns();
    if (out_.columns.size() < count)
      throw Error(text::cat(out_.origin, ":", header_line_, ": ",
                            out_.columns.size() == 1 ? "has one column" : "has two columns", " where ", count,
                            " are needed; ", wanted(), ", separated by commas, tabs, semicolons, bars or blanks"));
    bool by_number = true;
    for (std::size_t r = 0; r < count; ++r) by_number = by_number && numbered(names[r]) != nowhere;
    for (std::size_t r = 0; r < count; ++r)
      place_[r] = given.empty() ? usual_place(r)
                  : out_.header ? named_place(names[r], r)
                  : by_number   ? numbered_place(names[r])
                                : r;
    if (given.empty() && out_.header) fill_usual(count);
    if (!given.empty() && !out_.header && !by_number)
      for (std::size_t r = 0; r < count; ++r) out_.columns[place_[r]] = names[r];
    for (std::size_t r = 0; r < count; ++r)
      for (std::size_t s = 0; s < r; ++s)
        if (place_[r] == place_[s])
          throw Error(text::cat(out_.origin, ": the column '", out_.columns[place_[r]], "' cannot be both ", roles[s],
                                " and ", roles[r], "; name them with ", text::option("columns", "USER,ITEM,RATING")));
    out_.used = {out_.columns[place_[0]], out_.columns[place_[1]], count == 3 ? out_.columns[place_[2]] : ""};
  }

  std::size_t usual_place(std::size_t role) const {
    if (!out_.header) return role;
    for (std::size_t c = 0; c < out_.columns.size(); ++c)
      for (const auto name : usual_names[role])
        if (text::lower(out_.columns[c]) == name) return c;
    return nowhere;
  }
  /// A header that says nothing usual: the columns in their order.
  void fill_usual(std::size_t count) {
    for (std::size_t r = 0; r < count; ++r)
      if (place_[r] == nowhere) place_ = {0, 1, 2};
  }
  std::size_t named_place(const std::string& name, std::size_t role) const {
    const auto at = std::find(out_.columns.begin(), out_.columns.end(), name);
    if (at != out_.columns.end()) return static_cast<std::size_t>(at - out_.columns.begin());
    const std::vector<std::string_view> names(out_.columns.begin(), out_.columns.end());
    const std::string near = text::did_you_mean(name, names);
    throw Error(text::cat(out_.origin, ":", header_line_, ": there is no column '", name, "' for the ", roles[role],
                          "; ", near.empty() ? text::cat("the columns are ", text::list(names)) : near,
                          "; name them with ", text::option("columns")));
  }
  std::size_t numbered_place(const std::string& name) const {
    const std::size_t place = numbered(name);
    if (place >= out_.columns.size())
      throw Error(text::cat(out_.origin, ":", header_line_, ": there is no column ", name, "; the rows have ",
                            out_.columns.size(), " columns; name them with ", text::option("columns")));
    return place;
  }

  static void skip_row(CsvScanner& scanner) {
    scanner.next_row();
    do scanner.cell();
    while (scanner.more());
  }

  void read_row(CsvScanner& scanner) {
    std::size_t c = 0;
    double value = 0;
    do {
      if (c == place_[0])
        out_.user.push_back(read_id(scanner, users_, "user"));
      else if (c == place_[1])
        out_.item.push_back(read_id(scanner, items_, "item"));
      else if (options_.with_rating && c == place_[2])
        value = read_rating(scanner);
      else
        scanner.cell();
      ++c;
    } while (scanner.more());
    if (c != out_.columns.size())
      throw Error(text::cat(out_.origin, ":", scanner.row_line(), ": this row has ", c, c == 1 ? " cell" : " cells",
                            " where line ", header_line_, " has ", out_.columns.size(),
                            "; complete it, or quote a cell that contains the delimiter"));
    if (options_.with_rating) out_.value.push_back(value);
    if (out_.user.size() >= unknown_id)
      throw Error(text::cat(out_.origin, ": has more than ", unknown_id - 1, " ratings; split the file"));
  }

  std::uint32_t read_id(CsvScanner& scanner, Ids& ids, std::string_view role) {
    const std::string_view cell = scanner.cell();
    if (cells_.is_missing(cell))
      throw Error(text::cat(scanner.where(scanner.cell_offset()), ": ",
                            cell.empty() ? "an empty cell" : text::cat("'", cell, "'"), " where the id of the ", role,
                            " is needed; fill it in, or delete the row"));
    return options_.learn_ids ? ids.add(cell) : ids.find(cell);
  }

  double read_rating(CsvScanner& scanner) {
    double value;
    const std::size_t at = scanner.offset();
    if (cells_.plain() && scanner.number(value)) return of_usable_size(value, scanner, at);
    const std::string cell(scanner.cell());
    const std::string where = scanner.where(scanner.cell_offset());
    const auto number = cells_.number(cell);
    if (cells_.is_missing(cell))
      throw Error(text::cat(where, ": the rating is missing; fill it in, or delete the row"));
    if (number && std::isfinite(*number)) return of_usable_size(*number, scanner, at);  // quoted
    throw Error(text::cat(where, ": the rating '", cell, "' is not a ", number ? "finite " : "",
                          "number; correct it, or name the column of the ratings with ", text::option("columns")));
  }

  static double of_usable_size(double rating, const CsvScanner& scanner, std::size_t at) {
    const std::string complaint = std::abs(rating) > 1 ? size_complaint(rating) : "";
    if (complaint.empty()) return rating;
    throw Error(text::cat(scanner.where(at), ": the rating is ", rating, ", ", complaint));
  }

  /// Finds pairs that come twice: ratings grouped by user, items of one user marked with the row that had them first.
  void join_duplicates() {
    const std::size_t rows = out_.rows();
    std::vector<std::size_t> begin(users_.size() + 1);
    for (const auto u : out_.user) ++begin[u + 1];
    for (std::size_t u = 0; u < users_.size(); ++u) begin[u + 1] += begin[u];
    std::vector<std::uint32_t> order(rows), mark(items_.size(), unknown_id), kept(rows);
    auto at = begin;
    for (std::size_t r = 0; r < rows; ++r) order[at[out_.user[r]]++] = static_cast<std::uint32_t>(r);
    std::vector<std::uint32_t> count(rows, 1);
    std::uint32_t first_error = unknown_id, earlier = 0;
    for (std::size_t u = 0; u < users_.size(); ++u) {
      for (std::size_t i = begin[u]; i < begin[u + 1]; ++i) {
        const std::uint32_t row = order[i], first = mark[out_.item[row]];
        kept[row] = first == unknown_id ? row : first;
        if (first == unknown_id) {
          mark[out_.item[row]] = row;
        } else {
          if (row < first_error) first_error = row, earlier = first;
          count[row] = 0;
          ++out_.repeated;
        }
      }
      for (std::size_t i = begin[u]; i < begin[u + 1]; ++i) mark[out_.item[order[i]]] = unknown_id;
    }
    if (first_error == unknown_id) return;
    if (options_.duplicates == Duplicates::error) refuse_duplicate(first_error, earlier);
    join(kept, count);
  }

  [[noreturn]] void refuse_duplicate(std::size_t row, std::size_t earlier) const {
    CsvScanner scanner(content_, delimiter_, out_.origin);
    if (out_.header) skip_row(scanner);
    std::uint32_t first_line = 0;
    for (std::size_t r = 0; scanner.next_row(); ++r) {
      if (r == earlier) first_line = scanner.row_line();
      if (r == row) break;
      do scanner.cell();
      while (scanner.more());
    }
    throw Error(text::cat(scanner.where(scanner.offset()), ": user '", users_.names()[out_.user[row]],
                          "' has rated item '", items_.names()[out_.item[row]], "' before, in line ", first_line,
                          "; delete one of them, or say what counts with ", text::option("duplicates", "first"),
                          ", last or mean"));
  }

  /// kept[row] is the row that stands for the pair; count is 0 for rows that go.
  void join(const std::vector<std::uint32_t>& kept, std::vector<std::uint32_t>& count) {
    for (std::size_t r = 0; r < out_.rows(); ++r) {
      if (kept[r] == r) continue;
      if (options_.duplicates == Duplicates::last) out_.value[kept[r]] = out_.value[r];
      if (options_.duplicates == Duplicates::mean)
        out_.value[kept[r]] += (out_.value[r] - out_.value[kept[r]]) / static_cast<double>(++count[kept[r]]);
    }
    std::size_t n = 0;
    for (std::size_t r = 0; r < out_.rows(); ++r) {
      if (kept[r] != r) continue;
      out_.user[n] = out_.user[r], out_.item[n] = out_.item[r], out_.value[n] = out_.value[r];
      ++n;
    }
    out_.user.resize(n), out_.item.resize(n), out_.value.resize(n);
  }

  std::string_view content_;
  char delimiter_;
  Cells cells_;
  Ids &users_, &items_;
  const RatingOptions& options_;
  Ratings out_;
  std::array<std::size_t, 3> place_{0, 1, 2};
  std::uint32_t header_line_ = 1;
};

}  // namespace

Ids::Ids(const std::vector<std::string>& names) {
  for (const auto& name : names) add(name);
}

std::uint32_t Ids::add(std::string_view name) {
  const auto found = numbers_.find(name);
  if (found != numbers_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(names_.size());
  names_.emplace_back(name);
  numbers_.emplace(names_.back(), number);
  return number;
}

std::uint32_t Ids::find(std::string_view name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? unknown_id : found->second;
}

Duplicates parse_duplicates(std::string_view given) {
  const auto at = std::find(duplicate_rules.begin(), duplicate_rules.end(), given);
  if (at == duplicate_rules.end())
    throw Error("duplicates",
                text::cat(text::option("duplicates"), " '", given, "': expected ", text::list(duplicate_rules)));
  return static_cast<Duplicates>(at - duplicate_rules.begin());
}

RatingColumns parse_rating_columns(std::string_view given, bool pairs) {
  const auto names = text::split(given, ',');
  const bool right = names.size() == 3 || (pairs && names.size() == 2);
  if (!right || std::any_of(names.begin(), names.end(), [](std::string_view n) { return n.empty(); }))
    throw Error("columns", text::cat(text::option("columns"), " '", given, "': expected ", pairs ? "two or " : "",
                                     "three names, as in user,item", pairs ? " or user,item,rating" : ",rating",
                                     "; columns without a header are c1, c2, …"));
  return {std::string(names[0]), std::string(names[1]), names.size() == 3 ? std::string(names[2]) : ""};
}

Ratings read_ratings(const Input& input, Ids& users, Ids& items, const RatingOptions& options) {
  const CsvText text = read_text(input);
  return Reader(text, input, users, items, options).read();
}

std::vector<std::string> read_id_list(const Input& input, const std::string& column) {
  const CsvText read = read_text(input);
  const std::string name = input.name();
  const Cells cells(input.reading);
  CsvScanner scanner(read.content, read.scanned(), name);
  std::vector<std::string> ids;
  std::size_t place = 0;
  for (bool first = true; scanner.next_row(); first = false) {
    std::size_t c = 0;
    bool names = false;
    do {
      const std::string_view cell = scanner.cell();
      if (first && cell == column) names = true, place = c;
      if (!first && c == place && cells.is_missing(cell))
        throw Error(
            text::cat(scanner.where(scanner.cell_offset()), ": the id is missing; fill it in, or delete the row"));
      if (c == place && !names) ids.emplace_back(cell);
      ++c;
    } while (scanner.more());
    if (names) ids.clear();
    if (!names && c <= place)
      throw Error(text::cat(name, ":", scanner.row_line(), ": this row has ", c, c == 1 ? " cell" : " cells",
                            "; the ids are in column ", place + 1));
  }
  if (ids.empty()) throw Error(text::cat(name, ": is empty; expected ids, one a line"));
  return ids;
}

}  // namespace talweg::data
