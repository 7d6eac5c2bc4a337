#include "talweg/data/stream/csv_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/blanks.hpp"
#include "talweg/data/cells.hpp"
#include "talweg/data/csv_scanner.hpp"
#include "talweg/data/dates.hpp"
#include "talweg/data/separated.hpp"
#include "talweg/data/stream/row_builder.hpp"

namespace talweg::data::stream {

namespace {

template <class T> class CsvParser final : public RowParser<T> {
 public:
  CsvParser(const RowOptions& options, const std::string& origin)
      : options_(options),
        origin_(origin),
        cells_(options.features.reading),
        labels_(options.target),
        bits_(options.features.hash_bits),
        crosser_(options.features),
        names_(options) {
    for (const auto& name : options.features.columns) {
      plain_.push_back(Hash{}.add(name));
      with_equals_.push_back(Hash{}.add(name).add("="));
      target_.push_back(name == options.target.name);
      weight_.push_back(!options.weights.empty() && name == options.weights);
      dates_.push_back(cells_.is_date(name));
      scanned_.push_back(cells_.plain() && !dates_.back() &&
                         (target_.back()
                              ? options.target.numeric
                              : weight_.back() || options.features.kinds[dates_.size() - 1] == Column::Kind::numeric));
    }
    for (const auto& name : options.kept)
      kept_columns_.push_back(
          static_cast<std::size_t>(std::find(options.features.columns.begin(), options.features.columns.end(), name) -
                                   options.features.columns.begin()));
  }

  void parse(RowBlock<T>& rows) override {
    rows.clear();
    rows.index.clear();
    rows.value.clear();
    for (const auto& name : options_.kept) rows.kept.push_back({name, {}});
    CsvScanner scanner(rows.block.text, scanned_as(options_.features.delimiter), origin_, rows.block.line);
    if (options_.features.header && rows.block.offset == 0 && scanner.next_row()) {
      do scanner.cell();
      while (scanner.more());
    }
    while (scanner.next_row()) read_row(scanner, rows);
  }

 private:
  void read_row(CsvScanner& scanner, RowBlock<T>& rows) {
    std::optional<double> truth = std::nan("");
    std::size_t column = 0;
    crosser_.begin();
    kept_.clear();
    do {
      const std::size_t at = scanner.offset();
      if (column == plain_.size())
        throw Error(text::cat(scanner.where(at), ": the row has more cells than the ", plain_.size(),
                              " columns of the file; quote cells that contain the delimiter"));
      if (!kept_columns_.empty()) keep(scanner, column, rows);
      if (target_[column])
        truth = read_target(scanner, column, at);
      else if (weight_[column])
        rows.weight.push_back(read_weight(scanner, column, at));
      else
        read_cell(scanner, column, at, rows);
      ++column;
    } while (scanner.more());
    if (column < plain_.size())
      throw Error(text::cat(origin_, ":", scanner.row_line(), ": the row has ", column, " cells where the file has ",
                            plain_.size(), " columns; complete it"));
    if (!truth) return drop_row(rows);
    crosser_.finish(bits_, rows, names_);
    end_row(rows, repeats_, *truth);
  }

  /// The text of the cell before it is read.
  void keep(CsvScanner scanner, std::size_t column, RowBlock<T>& rows) const {
    for (std::size_t k = 0; k < kept_columns_.size(); ++k)
      if (kept_columns_[k] == column) rows.kept[k].cells.emplace_back(scanner.cell());
  }

  static void drop_row(RowBlock<T>& rows) {
    rows.index.resize(rows.begin.back());
    rows.value.resize(rows.begin.back());
    if (!rows.weight.empty()) rows.weight.resize(rows.truth.size());
    ++rows.odd.unlabelled_rows;
  }

  /// The number that the cell is in that column, where it is a finite one.
  std::optional<double> number(std::string_view cell, std::size_t column) const {
    const auto value = dates_[column] ? parse_date(cell) : cells_.number(cell);
    return value && std::isfinite(*value) ? value : std::nullopt;
  }

  /// Nothing: the row is to be left out.
  std::optional<double> read_target(CsvScanner& scanner, std::size_t column, std::size_t at) {
    double value = 0;
    if (scanned_[column] && scanner.number(value)) return label(value, scanner, at);
    const std::string_view cell = scanner.cell();
    if (!options_.needs_label) return std::nan("");
    if (cells_.is_missing(cell)) {
      if (options_.drops_unlabelled) return std::nullopt;
      throw Error(text::cat(scanner.where(at), ": the target '", options_.target.name,
                            "' is missing; fill it in, or leave such rows out with ",
                            text::option("drop_missing_target")));
    }
    if (options_.target.numeric)
      if (const auto known = number(cell, column)) return label(*known, scanner, at);
    const double truth = options_.target.numeric ? std::nan("") : labels_(cell);
    if (std::isnan(truth))
      throw Error(text::cat(scanner.where(at), ": the label '", cell.substr(0, 40), "' ",
                            options_.target.numeric ? "is no finite number" : labels_.complaint()));
    return truth;
  }

  double read_weight(CsvScanner& scanner, std::size_t column, std::size_t at) {
    double value = 0;
    if (!(scanned_[column] && scanner.number(value))) {
      const std::string_view cell = scanner.cell();
      if (cells_.is_missing(cell))
        throw Error(text::cat(scanner.where(at), ": the weight '", options_.weights,
                              "' is missing; fill it in, or remove the row"));
      const auto known = number(cell, column);
      if (!known)
        throw Error(text::cat(scanner.where(at), ": the weight '", cell.substr(0, 40), "' is no finite number"));
      value = *known;
    }
    if (value < 0)
      throw Error(text::cat(scanner.where(at), ": the weight '", options_.weights, "' is ", value,
                            ", and a row counts at least 0; correct it, or remove the row"));
    return value;
  }

  double label(double value, const CsvScanner& scanner, std::size_t at) const {
    const double truth = labels_(value);
    if (std::isnan(truth) && options_.needs_label)
      throw Error(text::cat(scanner.where(at), ": the label ", value, " ", labels_.complaint()));
    return truth;
  }

  void read_cell(CsvScanner& scanner, std::size_t column, std::size_t at, RowBlock<T>& rows) {
    const auto kind = options_.features.kinds[column];
    const std::string& name = options_.features.columns[column];
    double value = 0;
    if (scanned_[column] && scanner.number(value)) {
      if (value != 0) add(plain_[column], name, name, value, rows);
      return;
    }
    const std::string_view cell = scanner.cell();
    if (kind == Column::Kind::ignored) return;
    if (cells_.is_missing(cell)) {
      ++rows.odd.missing_cells;
      return;
    }
    if (kind == Column::Kind::numeric) {
      const auto known = number(cell, column);
      if (!known) refuse_number(scanner, at, cell, column);
      if (*known != 0) add(plain_[column], name, name, *known, rows);
      return;
    }
    Hash hash = with_equals_[column];
    hash.add(cell);
    if (crosser_.idle()) {
      add_text(hash, column, cell, rows);
    } else {  // the scanner's text is gone with the next cell
      kept_.push_back(std::make_unique<std::string>(text::cat(name, "=", cell)));
      add(hash, name, *kept_.back(), 1, rows);
    }
  }

  [[noreturn]] void refuse_number(const CsvScanner& scanner, std::size_t at, std::string_view cell,
                                  std::size_t column) const {
    const std::string name = text::shown(options_.features.columns[column]), where = scanner.where(at);
    if (dates_[column])
      throw Error(text::cat(where, ": '", cell.substr(0, 40), "' in the column of dates '", name, "' ",
                            no_date_complaint(cell)));
    const std::string separated = separated_complaint(cell, name);
    throw Error(text::cat(where, ": '", cell.substr(0, 40), "' ", separated.empty() ? "is no finite number, " : "",
                          "in the numeric column '", name, "'",
                          separated.empty()
                              ? text::cat("; correct it, leave it empty where it is missing, or say so with ",
                                          text::option("missing", cell.substr(0, 40)))
                              : text::cat(" ", separated)));
  }

  void add_text(Hash hash, std::size_t column, std::string_view cell, RowBlock<T>& rows) {
    const std::uint32_t slot = hash.slot(bits_);
    if (names_.wants(slot)) names_.tell(slot, text::cat(options_.features.columns[column], "=", cell), rows.names);
    rows.index.push_back(slot);
    rows.value.push_back(T(1));
  }

  void add(Hash hash, std::string_view field, std::string_view name, double value, RowBlock<T>& rows) {
    const std::uint32_t slot = hash.slot(bits_);
    if (names_.wants(slot)) names_.tell(slot, std::string(name), rows.names);
    rows.index.push_back(slot);
    rows.value.push_back(static_cast<T>(value));
    crosser_.add(field, name, hash, value);
  }

  RowOptions options_;
  std::string origin_;
  Cells cells_;
  Labels labels_;
  int bits_;
  std::vector<Hash> plain_, with_equals_;  ///< (columns)
  std::vector<char> target_, weight_;      ///< (columns)
  std::vector<char> dates_, scanned_;      ///< (columns) scanned: the scanner may read its numbers
  std::vector<std::size_t> kept_columns_;  ///< of RowOptions::kept
  std::vector<std::unique_ptr<std::string>> kept_;
  Crosser crosser_;
  NameTeller names_;
  Repeats repeats_;
};

}  // namespace

template <class T> std::unique_ptr<RowParser<T>> csv_parser(const RowOptions& options, const std::string& origin) {
  return std::make_unique<CsvParser<T>>(options, origin);
}
template std::unique_ptr<RowParser<float>> csv_parser(const RowOptions&, const std::string&);
template std::unique_ptr<RowParser<double>> csv_parser(const RowOptions&, const std::string&);

}  // namespace talweg::data::stream
