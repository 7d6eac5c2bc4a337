#include "talweg/present/explain/explain_report.hpp"
#include "talweg/explain/graph.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/pieces.hpp"

namespace talweg::present {

using namespace api;

namespace {

using explain::Block;
using explain::Equation;
using explain::Section;
using explain::Table;
using text::cat;
using Json = nlohmann::ordered_json;

/// Columns that a terminal gives to the text: characters, without accents that stand above others.
std::size_t width(std::string_view s) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto byte = static_cast<unsigned char>(s[i]);
    if ((byte & 0xC0) == 0x80) continue;
    const bool accent = byte == 0xCC && i + 1 < s.size();  // U+0300 to U+033F
    n += !accent;
  }
  return n;
}

std::string padded(const std::string& s, std::size_t to) { return s + std::string(to - std::min(to, width(s)), ' '); }

/// The right-hand sides of an equation from symbols to the result, each once.
std::vector<std::string> steps(const Equation& e, bool latex) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& s) {
    if (!s.empty() && (out.empty() || out.back() != s)) out.push_back(s);
  };
  add(latex ? e.symbols.latex : e.symbols.plain);
  add(latex ? e.numbers.latex : e.numbers.plain);
  const explain::Text value = explain::number(e.value);
  add(latex ? value.latex : value.plain);
  return out;
}

void text_table(const Table& t, std::string& out) {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < t.columns.size(); ++c) {
    widths.push_back(width(t.columns[c]));
    for (const auto& row : t.rows) widths[c] = std::max(widths[c], width(row[c]));
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = " ";
    for (std::size_t c = 0; c < cells.size(); ++c) text += " " + padded(cells[c], widths[c] + 1);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line(t.columns);
  for (const auto& row : t.rows) line(row);
}

void text_equation(const Equation& e, std::string& out) {
  const std::string name = e.name.plain;
  const auto right = steps(e, false);
  for (std::size_t i = 0; i < right.size(); ++i) {
    out += cat("  ", i == 0 ? name : std::string(width(name), ' '), " = ", right[i]);
    if (i == 0 && !e.note.empty()) out += cat("   (", e.note, ")");
    out += '\n';
  }
}

std::string as_text(const ExplainDocument& d) {
  std::string out = d.title + "\n";
  for (const auto& s : d.sentences) out += s + "\n";
  for (const Section& section : d.sections) {
    out += cat("\n", section.title, "\n");
    for (const Block& block : section.blocks) {
      if (const auto* sentence = std::get_if<std::string>(&block))
        out += cat("  ", *sentence, "\n");
      else if (const auto* e = std::get_if<Equation>(&block))
        text_equation(*e, out);
      else
        text_table(std::get<Table>(block), out);
    }
  }
  return out;
}

std::string cell(std::string s) {
  for (std::size_t at = 0; (at = s.find('|', at)) != std::string::npos; at += 2) s.insert(at, "\\");
  return s;
}

void markdown_row(const std::vector<std::string>& cells, std::string& out) {
  out += '|';
  for (const auto& c : cells) out += cat(" ", c, " |");
  out += '\n';
}

std::string code(const std::string& s) { return s.empty() ? "" : cat("`", cell(s), "`"); }

/// Equations that follow each other share one table.
std::string as_markdown(const ExplainDocument& d) {
  std::string out = cat("# ", report::markdown_escape(d.title), "\n");
  for (const auto& s : d.sentences) out += cat("\n", report::markdown_escape(s), "\n");
  for (const Section& section : d.sections) {
    out += cat("\n## ", report::markdown_escape(section.title), "\n");
    bool in_table = false;
    for (const Block& block : section.blocks) {
      if (const auto* sentence = std::get_if<std::string>(&block)) {
        out += cat("\n", report::markdown_escape(*sentence), "\n");
        in_table = false;
      } else if (const auto* e = std::get_if<Equation>(&block)) {
        if (!in_table) out += "\n| | in symbols | in numbers | value | |\n|---|---|---|---|---|\n";
        in_table = true;
        const std::string value = explain::number(e->value).plain;
        markdown_row({code(e->name.plain), code(e->symbols.plain), code(e->numbers.plain), code(value),
                      report::markdown_escape(e->note)},
                     out);
      } else {
        const Table& t = std::get<Table>(block);
        out += '\n';
        std::vector<std::string> cells;
        for (const auto& c : t.columns) cells.push_back(report::markdown_escape(c));
        markdown_row(cells, out);
        markdown_row(std::vector<std::string>(t.columns.size(), "---"), out);
        for (const auto& row : t.rows) {
          cells.clear();
          for (const auto& c : row) cells.push_back(report::markdown_escape(c));
          markdown_row(cells, out);
        }
        in_table = false;
      }
    }
  }
  return out;
}

/// Whether LaTeX sets the word as text: ASCII, and Latin letters with accents (C3 80 to C3 BF but × and ÷).
bool is_plain_word(const std::string& word) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (static_cast<signed char>(word[i]) >= 0) continue;
    const auto next = static_cast<unsigned char>(i + 1 < word.size() ? word[i + 1] : 0);
    if (static_cast<unsigned char>(word[i]) != 0xC3 || next == 0x97 || next == 0xB7) return false;
    ++i;
  }
  return true;
}

/// Words with symbols in them become mathematics. Long words may break after a comma or a slash.
std::string latex_prose(const std::string& s) {
  std::string out, word;
  const auto flush = [&](std::string_view after) {
    if (is_plain_word(word)) {
      for (const char c : report::latex_escape(word))
        out += c == ',' || c == '/' ? cat(c, "\\allowbreak{}") : std::string(1, c);
    } else {
      out += cat("$", explain::latex_symbol(word), "$");
    }
    out += after;
    word.clear();
  };
  for (const char c : s) {
    if (c == ' ')
      flush(" ");
    else
      word += c;
  }
  flush("");
  return out;
}

void latex_equation(const Equation& e, std::string& out) {
  const auto right = steps(e, true);
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (i == 0)
      out += cat(e.name.latex, " &= ", right[i]);
    else
      out += cat(" \\\\*\n &= ", right[i]);
    if (i == 0 && !e.note.empty()) out += cat(" \\qquad\\text{(", latex_prose(e.note), ")}");
  }
}

void latex_table(const Table& t, std::string& out) {
  out += cat("{\\footnotesize\\setlength{\\tabcolsep}{3pt}\n\\begin{longtable}{", std::string(t.columns.size(), 'l'),
             "}\n");
  const auto line = [&](const std::vector<std::string>& cells) {
    for (std::size_t c = 0; c < cells.size(); ++c) out += cat(c ? " & " : "", latex_prose(cells[c]));
    out += " \\\\\n";
  };
  line(t.columns);
  out += "\\hline\\endhead\n";
  for (const auto& row : t.rows) line(row);
  out += "\\end{longtable}}\n";
}

std::string as_latex(const ExplainDocument& d) {
  std::string out =
      "\\documentclass[fleqn]{article}\n\\usepackage{amsmath}\n\\usepackage{longtable}\n"
      "\\usepackage[a4paper,landscape,margin=15mm]{geometry}\n\\allowdisplaybreaks\n\\sloppy\n\\setlength{\\parindent}{"
      "0pt}\n"
      "\\begin{document}\n";
  out += cat("\\section*{", latex_prose(d.title), "}\n");
  for (const auto& s : d.sentences) out += cat(latex_prose(s), "\n\n");
  for (const Section& section : d.sections) {
    out += cat("\\subsection*{", latex_prose(section.title), "}\n");
    bool open = false;
    const auto close = [&] {
      if (open) out += "\n\\end{align*}\n";
      open = false;
    };
    for (const Block& block : section.blocks) {
      if (const auto* e = std::get_if<Equation>(&block)) {
        out += open ? " \\\\\n" : "\\begin{align*}\n";
        open = true;
        latex_equation(*e, out);
        continue;
      }
      close();
      if (const auto* sentence = std::get_if<std::string>(&block))
        out += latex_prose(*sentence) + "\n\n";
      else
        latex_table(std::get<Table>(block), out);
    }
    close();
  }
  return out + "\\end{document}\n";
}

Json json_block(const Block& block) {
  if (const auto* sentence = std::get_if<std::string>(&block)) return {{"text", *sentence}};
  if (const auto* e = std::get_if<Equation>(&block)) {
    Json out{{"name", e->name.plain}};
    if (!e->symbols.plain.empty()) out["symbols"] = e->symbols.plain;
    if (!e->numbers.plain.empty()) out["numbers"] = e->numbers.plain;
    out["value"] = e->value;
    if (!e->note.empty()) out["note"] = e->note;
    out["latex"] =
        cat(e->name.latex, " = ", e->symbols.latex.empty() ? explain::number(e->value).latex : e->symbols.latex);
    return out;
  }
  const Table& t = std::get<Table>(block);
  return {{"columns", t.columns}, {"rows", t.rows}};
}

std::string as_json(const ExplainDocument& d) {
  Json out = Json::parse(d.json_head);
  auto sections = Json::array();
  for (const Section& section : d.sections) {
    auto blocks = Json::array();
    for (const Block& block : section.blocks) blocks.push_back(json_block(block));
    sections.push_back({{"title", section.title}, {"blocks", blocks}});
  }
  out["sections"] = sections;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

ExplainFormat parse_explain_format(std::string_view wanted) {
  static constexpr std::array<std::string_view, 7> names{"text", "markdown", "latex", "json", "tree", "dot", "svg"};
  if (wanted == "table") return ExplainFormat::text;
  const auto it = std::find(names.begin(), names.end(), wanted);
  if (it != names.end()) return static_cast<ExplainFormat>(it - names.begin());
  const std::string near = text::did_you_mean(wanted, names);
  throw Error(
      cat("unknown format '", wanted, "': the formats are ", text::list(names), near.empty() ? "" : cat("; ", near)));
}

std::string render(const ExplainOutcome& outcome, ExplainFormat format, const std::string& title) {
  if (const auto* graph = std::get_if<explain::Graph>(&outcome.shown)) {
    explain::Graph titled = *graph;
    if (!title.empty()) titled.title = title;
    return format == ExplainFormat::svg   ? explain::svg(titled)
           : format == ExplainFormat::dot ? explain::dot(titled)
                                          : explain::tree(titled);
  }
  const ExplainDocument& document = std::get<ExplainDocument>(outcome.shown);
  switch (format) {
    case ExplainFormat::markdown:
      return as_markdown(document);
    case ExplainFormat::latex:
      return as_latex(document);
    case ExplainFormat::json:
      return as_json(document);
    default:
      return as_text(document);
  }
}

}  // namespace talweg::present
