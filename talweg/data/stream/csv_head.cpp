#include "talweg/data/stream/csv_head.hpp"

#include "talweg/data/csv_dialect.hpp"
#include "talweg/data/csv_scanner.hpp"

namespace talweg::data::stream {

namespace {

constexpr std::size_t usual_head = std::size_t{1} << 20;

bool has_rows(std::string text, char delimiter, const std::string& name, int count) {
  if (delimiter == blanks) BlankCutter().cut(text.data(), 0, text.size());
  delimiter = scanned_as(delimiter);
  const std::string_view rows = std::string_view(text).substr(0, rows_end(text, delimiter).end);
  CsvScanner scanner(rows, delimiter, name);
  for (; count > 0 && scanner.next_row(); --count) {
    do scanner.cell();
    while (scanner.more());
  }
  return count == 0;
}

}  // namespace

Table read_csv_head(BlockReader& reader, const std::string& name, CsvOptions options) {
  options.every_column = true;  // rows are read cell by cell
  options.reading.skip = 0;     // the reader stands behind them
  if (!options.delimiter) options.delimiter = reader.told_delimiter();
  const std::string lines_before(reader.line() - 1, '\n');  // so that places are those of the file
  for (std::size_t size = usual_head;; size *= 2) {
    const std::string_view head = reader.peek(size);
    options.cut = head.size() >= size;
    const char delimiter = detect_dialect(head, name, options).delimiter;
    if (options.cut && size < BlockReader::longest_line && !has_rows(std::string(head), delimiter, name, 2)) continue;
    Table table = read_csv(lines_before + std::string(head), name, options);
    if (table.delimiter != delimiter)
      throw Error(
          text::cat(name, ": has :: between its cells, which is read as a table, not row by row; put commas there"));
    reader.cut_at_rows(delimiter);
    return table;
  }
}

}  // namespace talweg::data::stream
