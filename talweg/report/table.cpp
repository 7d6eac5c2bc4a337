#include "talweg/report/table.hpp"
#include "talweg/report/pieces.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "talweg/base/columns.hpp"
#include "talweg/base/text.hpp"

namespace talweg::report {

namespace {

using text::cat;

std::string fixed(double value, int decimals) {
  char buffer[400];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals).ptr};
}

bool is_word(const Cell& cell) { return std::holds_alternative<std::string>(cell); }

std::string readable(const Cell& cell, std::optional<int> decimals) {
  if (const auto* count = std::get_if<std::int64_t>(&cell)) return std::to_string(*count);
  if (const auto* word = std::get_if<std::string>(&cell)) return text::visible(*word);
  const auto* v = std::get_if<double>(&cell);
  if (!v) return "";
  return decimals && std::isfinite(*v) ? fixed(*v, *decimals) : text::brief(*v, 8);
}

/// The place of the decimal point, or where it would be.
std::size_t point(const std::string& number) { return std::min(number.find_first_of(".e"), number.size()); }

/// How the cells of one column are written, found from all of them.
struct ColumnLayout {
  bool words = false;
  std::optional<int> decimals;        ///< nullopt: the numbers are too far apart for a common number
  std::size_t before = 0, after = 0;  ///< of numbers: the room on both sides of the decimal point
  std::size_t widest = 0;             ///< characters on the screen, header included
};

/// What decides about decimals.
struct Spread {
  bool whole = true, wide = false;
  void see(const Cell& cell) {
    const double* v = std::get_if<double>(&cell);
    if (!v || !std::isfinite(*v)) return;
    const double size = std::abs(*v);
    wide = wide || size >= 1e7 || (size != 0 && size < 1e-3);
    whole = whole && *v == std::trunc(*v);
  }
  std::optional<int> decimals() const { return wide ? std::nullopt : std::optional(whole ? 0 : 6); }
};

/// Pads a number so that the decimal points of its column stand below each other.
std::string at_point(const std::string& cell, const ColumnLayout& layout) {
  if (layout.words || cell.empty()) return cell;
  const std::size_t left = layout.before - point(cell), right = layout.after - (cell.size() - point(cell));
  return std::string(left, ' ') + cell + std::string(right, ' ');
}

/// Two passes over the rows: what the numbers are, then how long they are.
std::vector<ColumnLayout> layouts(const LongTable& table) {
  const std::size_t columns = table.columns.size();
  std::vector<ColumnLayout> out(columns);
  std::vector<Spread> spreads(columns);
  table.each([&](const std::vector<Cell>& row) {
    assert(row.size() == columns);
    for (std::size_t c = 0; c < columns; ++c) {
      spreads[c].see(row[c]);
      out[c].words = out[c].words || is_word(row[c]);
    }
  });
  for (std::size_t c = 0; c < columns; ++c) {
    out[c].decimals = spreads[c].decimals();
    out[c].widest = text::columns(text::visible(table.columns[c]));
  }
  table.each([&](const std::vector<Cell>& row) {
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string cell = readable(row[c], out[c].decimals);
      out[c].before = std::max(out[c].before, point(cell));
      out[c].after = std::max(out[c].after, cell.size() - point(cell));
      if (out[c].words) out[c].widest = std::max(out[c].widest, text::columns(cell));
    }
  });
  for (auto& l : out)
    if (!l.words) l.widest = std::max(l.widest, l.before + l.after);
  return out;
}

/// Padded to the width of its column.
std::string padded(const std::string& cell, const ColumnLayout& layout) {
  const std::string pad(layout.widest - text::columns(cell), ' ');
  return layout.words ? cell + pad : pad + cell;
}

/// The header, and then each row, as cells of the width of their columns.
template <class F> void each_line(const LongTable& table, const std::vector<ColumnLayout>& layout, const F& f) {
  std::vector<std::string> line(table.columns.size());
  for (std::size_t c = 0; c < line.size(); ++c) line[c] = padded(text::visible(table.columns[c]), layout[c]);
  f(line);
  table.each([&](const std::vector<Cell>& row) {
    for (std::size_t c = 0; c < line.size(); ++c)
      line[c] = padded(at_point(readable(row[c], layout[c].decimals), layout[c]), layout[c]);
    f(line);
  });
}

template <class F> std::string collected(const F& write) {
  std::string out;
  write([&](std::string_view piece) { out += piece; });
  return out;
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
  if (const auto* word = std::get_if<std::string>(&cell)) return csv_field(*word);  // as it is: a program reads it
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

LongTable::LongTable(Table table) : columns(table.columns) {
  each = [kept = std::make_shared<const Table>(std::move(table))](const TakeRow& take) {
    for (const auto& row : kept->rows) take(row);
  };
}

Table LongTable::table() const {
  Table out{columns, {}};
  each([&](const std::vector<Cell>& row) { out.rows.push_back(row); });
  return out;
}

void text(const LongTable& table, const Sink& sink) {
  each_line(table, layouts(table), [&](const std::vector<std::string>& line) {
    std::string joined = join(line, "  ");
    joined.erase(joined.find_last_not_of(' ') + 1);
    sink(joined + "\n");
  });
}

std::vector<std::vector<std::string>> cells(const LongTable& table) {
  std::vector<std::vector<std::string>> out;
  each_line(table, layouts(table), [&](const std::vector<std::string>& line) { out.push_back(line); });
  return out;
}

std::string text(const Table& table) {
  return collected([&](const Sink& sink) { text(LongTable(table), sink); });
}

void markdown(const LongTable& table, const Sink& sink) {
  const auto escape = [](const std::string& cell) {
    std::string escaped;
    for (const char c : cell) {
      if (c == '|') escaped += '\\';
      escaped += c;
    }
    return escaped;
  };
  const auto layout = layouts(table);
  bool header = true;
  each_line(table, layout, [&](std::vector<std::string> cells) {
    std::transform(cells.begin(), cells.end(), cells.begin(), escape);
    sink(cat("| ", join(cells, " | "), " |\n"));
    if (!std::exchange(header, false)) return;
    std::string rule = "|";
    for (std::size_t c = 0; c < cells.size(); ++c)
      rule += layout[c].words ? cat(":", std::string(text::columns(cells[c]) + 1, '-'), "|")
                              : cat(std::string(text::columns(cells[c]) + 1, '-'), ":|");
    sink(rule + "\n");
  });
}

std::string markdown_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("*_<|`[\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown(const Table& table) {
  return collected([&](const Sink& sink) { markdown(LongTable(table), sink); });
}

void latex(const LongTable& table, const Sink& sink) {
  const auto layout = layouts(table);
  std::string spec;
  std::vector<std::string> header;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const bool last = c + 1 == table.columns.size();
    spec += !layout[c].words ? "r" : last && c > 0 ? "p{0.65\\textwidth}" : "l";
    header.push_back(latex_escape(text::visible(table.columns[c])));
  }
  sink(cat("\\begin{longtable}{", spec, "}\n\\hline\n", join(header, " & "), " \\\\\n\\hline\n\\endhead\n"));
  table.each([&](const std::vector<Cell>& row) {
    std::vector<std::string> cells;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string cell = readable(row[c], layout[c].decimals);
      cells.push_back(is_word(row[c]) ? latex_escape(cell) : latex_number(cell));
    }
    sink(join(cells, " & ") + " \\\\\n");
  });
  sink("\\hline\n\\end{longtable}\n");
}

std::string latex(const Table& table) {
  return collected([&](const Sink& sink) { latex(LongTable(table), sink); });
}

std::string latex_begin() { return "\\documentclass{article}\n\\usepackage{longtable}\n\\begin{document}\n"; }
std::string latex_end() { return "\\end{document}\n"; }
std::string latex_document(const std::string& body) { return cat(latex_begin(), body, latex_end()); }

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

void csv(const LongTable& table, const Sink& sink) {
  std::vector<std::string> header;
  std::transform(table.columns.begin(), table.columns.end(), std::back_inserter(header), csv_field);
  sink(join(header, ",") + "\n");
  table.each([&](const std::vector<Cell>& row) {
    std::vector<std::string> cells;
    std::transform(row.begin(), row.end(), std::back_inserter(cells), csv_cell);
    sink(join(cells, ",") + "\n");
  });
}

std::string csv(const Table& table) {
  return collected([&](const Sink& sink) { csv(LongTable(table), sink); });
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
  return rows.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace talweg::report
