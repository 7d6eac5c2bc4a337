#include "talweg/data/stream/csv_head.hpp"

#include "talweg/data/csv_dialect.hpp"
#include "talweg/data/csv_scanner.hpp"

namespace talweg::data::stream {

namespace {

constexpr std::size_t usual_head = std::size_t{1} << 20;

bool has_rows(std::string_view text, char delimiter, const std::string& name, int count) {
  CsvScanner scanner(text.substr(0, rows_end(text, delimiter).end), delimiter, name);
  for (; count > 0 && scanner.next_row(); --count) {
    do scanner.cell();
    while (scanner.more());
  }
  return count == 0;
}

}  // namespace

Table read_csv_head(BlockReader& reader, const std::string& name, CsvOptions options) {
  options.every_column = true;  // rows are read cell by cell
  for (std::size_t size = usual_head;; size *= 2) {
    const std::string_view head = reader.peek(size);
    options.cut = head.size() >= size;
    const char delimiter = detect_dialect(head, name, options).delimiter;
    if (options.cut && size < BlockReader::longest_line && !has_rows(head, delimiter, name, 2)) continue;
    reader.cut_at_rows(delimiter);
    return read_csv(std::string(head), name, options);
  }
}

}  // namespace talweg::data::stream
