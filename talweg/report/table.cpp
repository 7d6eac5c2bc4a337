#include "talweg/report/table.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>

#include <nlohmann/json.hpp>

#include "talweg/base/text.hpp"

namespace talweg::report {

namespace {

using text::cat;

std::string fixed(double value, int decimals) {
  char buffer[400];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals).ptr};
}

/// Characters on the screen: UTF-8 continuation bytes take no place.
std::size_t width(const std::string& s) {
  return static_cast<std::size_t>(
      std::count_if(s.begin(), s.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

bool is_word(const Cell& cell) { return std::holds_alternative<std::string>(cell); }

/// One column as people read it: the digits of each cell, and how they are aligned.
struct ReadableColumn {
  std::vector<std::string> cells;
  bool words = false;
};

/// How many decimals suit a whole column; nullopt when its numbers are too far apart for a common number.
std::optional<int> common_decimals(const Table& table, std::size_t column) {
  bool whole = true;
  for (const auto& row : table.rows) {
    const double* v = std::get_if<double>(&row[column]);
    if (!v || !std::isfinite(*v)) continue;
    const double size = std::abs(*v);
    if (size >= 1e7 || (size != 0 && size < 1e-3)) return std::nullopt;
    whole = whole && *v == std::trunc(*v);
  }
  return whole ? 0 : 6;
}

std::string readable(const Cell& cell, std::optional<int> decimals) {
  if (const auto* count = std::get_if<std::int64_t>(&cell)) return std::to_string(*count);
  if (const auto* word = std::get_if<std::string>(&cell)) return *word;
  const auto* v = std::get_if<double>(&cell);
  if (!v) return "";
  return decimals && std::isfinite(*v) ? fixed(*v, *decimals) : text::brief(*v, 8);
}

/// The place of the decimal point, or where it would be.
std::size_t point(const std::string& number) { return std::min(number.find_first_of(".e"), number.size()); }

/// Pads the numbers of a column so that their decimal points stand below each other.
void align_points(std::vector<std::string>& cells) {
  std::size_t before = 0, after = 0;
  for (const auto& cell : cells) {
    before = std::max(before, point(cell));
    after = std::max(after, cell.size() - point(cell));
  }
  for (auto& cell : cells) {
    if (cell.empty()) continue;
    const std::size_t left = before - point(cell), right = after - (cell.size() - point(cell));
    cell = std::string(left, ' ') + cell + std::string(right, ' ');
  }
}

ReadableColumn readable_column(const Table& table, std::size_t column) {
  ReadableColumn out;
  const auto decimals = common_decimals(table, column);
  for (const auto& row : table.rows) {
    assert(row.size() == table.columns.size());
    out.cells.push_back(readable(row[column], decimals));
    out.words = out.words || is_word(row[column]);
  }
  return out;
}

/// All cells padded to the width of their columns, header first.
std::vector<std::vector<std::string>> aligned(const Table& table) {
  std::vector<std::vector<std::string>> lines(table.rows.size() + 1);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    ReadableColumn column = readable_column(table, c);
    if (!column.words) align_points(column.cells);
    std::size_t widest = width(table.columns[c]);
    for (const auto& cell : column.cells) widest = std::max(widest, width(cell));
    const auto put = [&](std::size_t line, const std::string& cell) {
      const std::string pad(widest - width(cell), ' ');
      lines[line].push_back(column.words ? cell + pad : pad + cell);
    };
    put(0, table.columns[c]);
    for (std::size_t r = 0; r < column.cells.size(); ++r) put(r + 1, column.cells[r]);
  }
  return lines;
}

std::string join(const std::vector<std::string>& cells, std::string_view between) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += between;
    out += cells[i];
  }
  return out;
}

std::string csv_cell(const Cell& cell) {
  if (const auto* v = std::get_if<double>(&cell)) return text::number(*v);
  return csv_field(readable(cell, std::nullopt));
}

std::string latex_number(const std::string& digits) {
  const std::string trimmed(text::trim(digits));
  if (trimmed.empty()) return "";
  if (trimmed == "nan") return "NaN";
  if (trimmed == "inf" || trimmed == "-inf") return trimmed == "inf" ? "$\\infty$" : "$-\\infty$";
  const auto e = trimmed.find('e');
  if (e == std::string::npos) return cat("$", trimmed, "$");
  const auto exponent = text::parse_integer(trimmed.substr(e + 1)).value_or(0);
  return cat("$", trimmed.substr(0, e), "\\times 10^{", exponent, "}$");
}

}  // namespace

std::string text(const Table& table) {
  std::string out;
  for (const auto& line : aligned(table)) {
    std::string joined = join(line, "  ");
    joined.erase(joined.find_last_not_of(' ') + 1);
    out += joined + "\n";
  }
  return out;
}

std::string markdown(const Table& table) {
  const auto escape = [](const std::string& cell) {
    std::string escaped;
    for (const char c : cell) {
      if (c == '|') escaped += '\\';
      escaped += c;
    }
    return escaped;
  };
  std::string out;
  const auto lines = aligned(table);
  for (std::size_t r = 0; r < lines.size(); ++r) {
    std::vector<std::string> cells = lines[r];
    std::transform(cells.begin(), cells.end(), cells.begin(), escape);
    out += cat("| ", join(cells, " | "), " |\n");
    if (r > 0) continue;
    out += "|";
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const bool words =
          std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) { return is_word(row[c]); });
      out += words ? cat(":", std::string(width(cells[c]) + 1, '-'), "|")
                   : cat(std::string(width(cells[c]) + 1, '-'), ":|");
    }
    out += "\n";
  }
  return out;
}

std::string latex(const Table& table) {
  std::string spec;
  std::vector<ReadableColumn> columns;
  std::vector<std::string> header;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    columns.push_back(readable_column(table, c));
    const bool last = c + 1 == table.columns.size();
    spec += !columns.back().words ? "r" : last && c > 0 ? "p{0.65\\textwidth}" : "l";
    header.push_back(latex_escape(table.columns[c]));
  }
  std::string out =
      cat("\\begin{longtable}{", spec, "}\n\\hline\n", join(header, " & "), " \\\\\n\\hline\n\\endhead\n");
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    std::vector<std::string> cells;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::string& cell = columns[c].cells[r];
      cells.push_back(is_word(table.rows[r][c]) ? latex_escape(cell) : latex_number(cell));
    }
    out += join(cells, " & ") + " \\\\\n";
  }
  return out + "\\hline\n\\end{longtable}\n";
}

std::string latex_document(const std::string& body) {
  return cat("\\documentclass{article}\n\\usepackage{longtable}\n\\begin{document}\n", body, "\\end{document}\n");
}

std::string latex_escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '<':
        out += "$<$";
        break;
      case '>':
        out += "$>$";
        break;
      case '|':
        out += "$|$";
        break;
      case '"':
        out += "''";
        break;
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        out += '\\';
        [[fallthrough]];
      default:
        out += c;
    }
  }
  return out;
}

std::string csv_field(const std::string& s) {
  if (s.find_first_of(",\"\r\n") == std::string::npos) return s;
  std::string out = "\"";
  for (const char c : s) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv(const Table& table) {
  std::vector<std::string> header;
  std::transform(table.columns.begin(), table.columns.end(), std::back_inserter(header), csv_field);
  std::string out = join(header, ",") + "\n";
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    std::transform(row.begin(), row.end(), std::back_inserter(cells), csv_cell);
    out += join(cells, ",") + "\n";
  }
  return out;
}

std::string json(const Table& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& row : table.rows) {
    auto object = nlohmann::ordered_json::object();
    for (std::size_t c = 0; c < row.size(); ++c)
      std::visit(
          [&](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
              object[table.columns[c]] = nullptr;
            else
              object[table.columns[c]] = value;
          },
          row[c]);
    rows.push_back(std::move(object));
  }
  return rows.dump(2) + "\n";
}

}  // namespace talweg::report
