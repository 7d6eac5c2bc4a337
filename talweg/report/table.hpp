#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "talweg/base/export.hpp"

/// Tables as people read them and as programs read them, from one plain struct.
namespace talweg::report {

/// Nothing, a count, a number or a word.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;  ///< each as long as `columns`
};

/// Where a document goes, piece by piece.
using Sink = std::function<void(std::string_view)>;

/// A table whose rows are made when they are asked for, several times: there may be more of them than memory holds.
struct TALWEG_API LongTable {
  using TakeRow = std::function<void(const std::vector<Cell>&)>;
  std::vector<std::string> columns = {};
  std::function<void(const TakeRow&)> each = {};  ///< calls it for every row

  LongTable() = default;
  explicit LongTable(Table table);
  Table table() const;  ///< with all its rows
};

/// Aligned columns between spaces: a lecture's table. Numbers have about eight digits; a column of moderate numbers
/// shows six decimals throughout, any other is aligned at the decimal point.
TALWEG_API std::string text(const Table& table);
TALWEG_API void text(const LongTable& table, const Sink& sink);
/// The same digits between pipes.
TALWEG_API std::string markdown(const Table& table);
TALWEG_API void markdown(const LongTable& table, const Sink& sink);
/// A longtable, which breaks over pages; powers of ten are set as such.
TALWEG_API std::string latex(const Table& table);
TALWEG_API void latex(const LongTable& table, const Sink& sink);
/// A complete document around `body`, which pdflatex compiles as it is.
TALWEG_API std::string latex_document(const std::string& body);
/// What stands before and behind the body of such a document.
TALWEG_API std::string latex_begin();
TALWEG_API std::string latex_end();
/// `text` with what LaTeX takes for commands written out.
TALWEG_API std::string latex_escape(const std::string& text);
/// One header line, then the rows; numbers read back to the same double, cells are quoted where needed (RFC 4180).
TALWEG_API std::string csv(const Table& table);
TALWEG_API void csv(const LongTable& table, const Sink& sink);
/// A cell of CSV, quoted where it must be (RFC 4180).
TALWEG_API std::string csv_field(const std::string& text);
/// An array with one object for each row; numbers that are not finite are null.
TALWEG_API std::string json(const Table& table);

}  // namespace talweg::report
