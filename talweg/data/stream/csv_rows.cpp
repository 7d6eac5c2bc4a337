#include "talweg/data/stream/csv_rows.hpp"

#include <cmath>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/csv_dialect.hpp"
#include "talweg/data/csv_scanner.hpp"
#include "talweg/data/separated.hpp"
#include "talweg/data/stream/row_builder.hpp"

namespace talweg::data::stream {

namespace {

/// A cell that is no plain number for the scanner may be one for tables: quoted, or with a plus sign.
std::optional<double> odd_number(std::string_view cell) {
  const auto value = text::parse_number(cell);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

template <class T> class CsvParser final : public RowParser<T> {
 public:
  CsvParser(const RowOptions& options, const std::string& origin)
      : options_(options),
        origin_(origin),
        labels_(options.target),
        bits_(options.features.hash_bits),
        crosser_(options.features),
        names_(options) {
    for (const auto& name : options.features.columns) {
      plain_.push_back(Hash{}.add(name));
      with_equals_.push_back(Hash{}.add(name).add("="));
      target_.push_back(name == options.target.name);
      weight_.push_back(!options.weights.empty() && name == options.weights);
    }
  }

  void parse(RowBlock<T>& rows) override {
    rows.clear();
    rows.index.clear();
    rows.value.clear();
    CsvScanner scanner(rows.block.text, options_.features.delimiter, origin_, rows.block.line);
    if (options_.features.header && rows.block.offset == 0 && scanner.next_row()) {
      do scanner.cell();
      while (scanner.more());
    }
    while (scanner.next_row()) read_row(scanner, rows);
  }

 private:
  void read_row(CsvScanner& scanner, RowBlock<T>& rows) {
    double truth = std::nan("");
    std::size_t column = 0;
    crosser_.begin();
    kept_.clear();
    do {
      const std::size_t at = scanner.offset();
      if (column == plain_.size())
        throw Error(text::cat(scanner.where(at), ": the row has more cells than the ", plain_.size(),
                              " columns of the file; quote cells that contain the delimiter"));
      if (target_[column])
        truth = read_target(scanner, at);
      else if (weight_[column])
        rows.weight.push_back(read_weight(scanner, at));
      else
        read_cell(scanner, column, at, rows);
      ++column;
    } while (scanner.more());
    if (column < plain_.size())
      throw Error(text::cat(origin_, ":", scanner.row_line(), ": the row has ", column, " cells where the file has ",
                            plain_.size(), " columns; complete it"));
    crosser_.finish(bits_, rows, names_);
    end_row(rows, repeats_, truth);
  }

  double read_target(CsvScanner& scanner, std::size_t at) {
    double value = 0;
    if (options_.target.numeric && scanner.number(value)) return label(value, scanner, at);
    const std::string_view cell = scanner.cell();
    if (!options_.needs_label) return std::nan("");
    if (is_missing_token(cell))
      throw Error(text::cat(scanner.where(at), ": the target '", options_.target.name,
                            "' is missing; fill it in, or remove the row"));
    if (options_.target.numeric)
      if (const auto number = odd_number(cell)) return label(*number, scanner, at);
    const double truth = options_.target.numeric ? std::nan("") : labels_(cell);
    if (std::isnan(truth))
      throw Error(text::cat(scanner.where(at), ": the label '", cell.substr(0, 40), "' ",
                            options_.target.numeric ? "is no finite number" : labels_.complaint()));
    return truth;
  }

  double read_weight(CsvScanner& scanner, std::size_t at) {
    double value = 0;
    if (!scanner.number(value)) {
      const std::string_view cell = scanner.cell();
      if (is_missing_token(cell))
        throw Error(text::cat(scanner.where(at), ": the weight '", options_.weights,
                              "' is missing; fill it in, or remove the row"));
      const auto number = odd_number(cell);
      if (!number)
        throw Error(text::cat(scanner.where(at), ": the weight '", cell.substr(0, 40), "' is no finite number"));
      value = *number;
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
    if (kind == Column::Kind::numeric && scanner.number(value)) {
      if (value != 0) add(plain_[column], name, name, value, rows);
      return;
    }
    const std::string_view cell = scanner.cell();
    if (kind == Column::Kind::ignored) return;
    if (is_missing_token(cell)) {
      ++rows.odd.missing_cells;
      return;
    }
    if (kind == Column::Kind::numeric) {
      const auto number = odd_number(cell);
      if (!number) refuse_number(scanner, at, cell, name);
      if (*number != 0) add(plain_[column], name, name, *number, rows);
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

  [[noreturn]] static void refuse_number(const CsvScanner& scanner, std::size_t at, std::string_view cell,
                                         const std::string& column) {
    const std::string separated = separated_complaint(cell);
    throw Error(text::cat(
        scanner.where(at), ": '", cell.substr(0, 40), "' ", separated.empty() ? "is no finite number, " : "",
        "in the numeric column '", column, "'",
        separated.empty() ? "; correct it, or leave it empty where it is missing" : text::cat(" ", separated)));
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
  Labels labels_;
  int bits_;
  std::vector<Hash> plain_, with_equals_;  ///< (columns)
  std::vector<char> target_, weight_;      ///< (columns)
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
