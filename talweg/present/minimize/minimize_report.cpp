#include "talweg/present/minimize/minimize_report.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::Cell;
using report::Table;
using text::cat;
using Json = nlohmann::ordered_json;

bool has_rows(const MinimizeOutcome& outcome) { return outcome.problem && outcome.problem->over_rows(); }

/// One number a step, or one for each of n variables: a rate that all of them share is repeated.
Json state_value(const Observation& o, std::size_t n) {
  if (o.per == Per::step) return o.values.at(0);
  if (o.per == Per::variable && o.values.size() == 1) return std::vector<double>(n, o.values[0]);
  return o.values;
}

Json by_name(const std::vector<std::string>& names, const std::vector<double>& x) {
  auto object = Json::object();
  for (std::size_t i = 0; i < names.size(); ++i) object[names[i]] = x[i];
  return object;
}

/// What each row of data adds: one entry for each of them and each mean(…) or sum(…).
Json terms_json(const MinimizeOutcome& outcome, const TraceRow& row) {
  auto all = Json::array();
  const std::size_t n = row.x.size(), rows = row.rows.size();
  const auto& totals = outcome.problem->over_rows()->terms();
  for (std::size_t i = 0; i < row.terms.size(); ++i) {
    const auto begin = row.term_gradients.begin() + static_cast<std::ptrdiff_t>(i * n);
    Json entry{{"row", row.rows[i % rows]}};
    if (totals.size() > 1) entry["of"] = totals[i / rows].text;
    if (i < row.predictions.size()) entry["prediction"] = row.predictions[i];
    entry["value"] = row.terms[i];
    entry["gradient"] = std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(n));
    all.push_back(std::move(entry));
  }
  return all;
}

Json trace_json(const MinimizeOutcome& outcome, const TraceRow& row) {
  auto state = Json::object();
  for (const auto& o : row.state) state[o.name] = state_value(o, row.x.size());
  Json out{{"iteration", row.iteration}, {"x", row.x}, {"value", row.value}, {"gradient", row.gradient}};
  if (has_rows(outcome)) out["rows"] = row.rows.empty() ? Json("all") : Json(row.rows);
  if (!row.terms.empty()) out["terms"] = terms_json(outcome, row);
  out["state"] = std::move(state);
  return out;
}

/// As `dump` writes it, every line but the first moved to the right.
std::string indented(const Json& json, std::string_view by) {
  std::string out;
  for (const char c : json.dump(2, ' ', false, Json::error_handler_t::replace)) {
    out += c;
    if (c == '\n') out += by;
  }
  return out;
}

void json(const MinimizeOutcome& outcome, const report::Sink& sink) {
  const Result& r = outcome.result;
  Json document{
      {"formula", outcome.formula},
      {"optimizer", r.optimizer},
      {"status", name(r.status)},
      {"success", r.success()},
      {"message", r.message},
      {"x", by_name(outcome.variables, r.x)},
      {"value", r.value},
      {"gradient_norm", r.gradient_norm},
      {"iterations", r.iterations},
      {"evaluations",
       {{"function", r.evaluations.function}, {"gradient", r.evaluations.gradient}, {"check", r.evaluations.check}}},
      {"trace_hash", outcome.trace_hash},
      {"certificate",
       {{"kind", name(r.certificate.kind)},
        {"smallest_curvature", r.certificate.smallest_curvature},
        {"checked", r.certificate.checked}}},
      {"constraint_violation", r.constraint_violation},
      {"multipliers", r.multipliers}};
  if (!r.last_x.empty() && r.last_x != r.x)
    document["last"] = {{"x", by_name(outcome.variables, r.last_x)}, {"value", r.last_value}};
  for (const auto& o : r.details)
    document["details"][o.name] =
        o.per == Per::variable ? by_name(outcome.variables, o.values) : state_value(o, outcome.variables.size());
  std::string text = indented(document, "");
  if (!outcome.traced) return sink(text + "\n");
  text.resize(text.size() - 2);  // without "\n}": the rows follow one by one, as there may be millions
  sink(text + ",\n  \"trace\": [");
  bool first = true;
  outcome.each_row([&](const TraceRow& row) {
    sink(cat(first ? "\n    " : ",\n    ", indented(trace_json(outcome, row), "    ")));
    first = false;
  });
  sink(first ? "]\n}\n" : "\n  ]\n}\n");
}

/// A quantity of the trace, how many numbers it has, and what for.
struct Quantity {
  std::string name;
  std::size_t count;
  Per per;
};

/// The method's quantities over the whole trace, in the order of their first appearance.
std::vector<Quantity> quantities(const MinimizeOutcome& outcome) {
  std::vector<Quantity> found;
  outcome.each_row([&](const TraceRow& row) {
    for (const auto& o : row.state) {
      const auto it = std::find_if(found.begin(), found.end(), [&](const auto& q) { return q.name == o.name; });
      if (it == found.end())
        found.push_back({o.name, o.values.size(), o.per});
      else
        it->count = std::max(it->count, o.values.size());
    }
  });
  return found;
}

const std::vector<double>* find(const Observations& state, std::string_view wanted) {
  const auto it = std::find_if(state.begin(), state.end(), [&](const auto& o) { return o.name == wanted; });
  return it == state.end() ? nullptr : &it->values;
}

/// Whether the quantity is one and the same number everywhere: a fixed learning rate makes no column.
bool is_constant(const MinimizeOutcome& outcome, std::string_view quantity) {
  std::optional<double> first;
  bool constant = true;
  outcome.each_row([&](const TraceRow& row) {
    if (const auto* values = find(row.state, quantity))
      for (const double v : *values) {
        if (!first) first = v;
        constant = constant && v == *first;
      }
  });
  return constant;
}

/// The columns of a lecture's table: the velocity; the effective rate of AdaGrad and RMSProp in place of their
/// accumulator; m and v of Adam and its kin without what follows from them.
bool is_lecture_column(const MinimizeOutcome& outcome, const std::vector<Quantity>& all, const std::string& quantity) {
  const auto has = [&](std::string_view wanted) {
    return std::any_of(all.begin(), all.end(), [&](const auto& q) { return q.name == wanted; });
  };
  if (quantity.starts_with("corrected_")) return false;
  if (quantity == "accumulator") return !has("learning_rate");
  if (quantity == "learning_rate") return !has("first_moment") && !is_constant(outcome, quantity);
  return true;
}

std::string objective_name(const MinimizeOutcome& outcome) {
  const std::vector<std::string_view> names(outcome.variables.begin(), outcome.variables.end());
  std::string inside;
  for (const auto& n : names) inside += cat(inside.empty() ? "" : ", ", n);
  return inside.size() <= 20 ? cat("f(", inside, ")") : "f";
}

/// "3 4", or "2-6" where lines follow each other.
std::string lines_text(const std::vector<std::uint32_t>& lines) {
  std::string out;
  for (std::size_t i = 0, last = 0; i < lines.size(); i = last + 1) {
    last = i;
    while (last + 1 < lines.size() && lines[last + 1] == lines[last] + 1) ++last;
    if (last < i + 2) last = i;
    out += cat(out.empty() ? "" : " ", lines[i], last > i ? cat("-", lines[last]) : "");
  }
  return out.empty() ? "all" : out;
}

/// The terms between blanks, and of programs their gradients, a term after the other.
std::string numbers_text(const std::vector<double>& numbers, std::size_t together, bool everything) {
  std::string out;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    out += cat(i == 0                              ? ""
               : i % together == 0 && together > 1 ? "; "
                                                   : " ",
               everything ? text::number(numbers[i]) : text::brief(numbers[i], 6));
  return out;
}

void add_rows(const MinimizeOutcome& outcome, const TraceRow& row, bool everything, std::vector<Cell>& cells) {
  if (!has_rows(outcome)) return;
  cells.emplace_back(lines_text(row.rows));
  cells.emplace_back(numbers_text(row.terms, 1, everything));
  if (!everything) return;
  cells.emplace_back(numbers_text(row.term_gradients, row.x.size(), true));
  cells.emplace_back(numbers_text(row.predictions, 1, true));
}

std::vector<Cell> cells_of(const MinimizeOutcome& outcome, const TraceRow& row, const std::vector<Quantity>& shown,
                           bool everything) {
  std::vector<Cell> cells{row.iteration};
  cells.insert(cells.end(), row.x.begin(), row.x.end());
  cells.emplace_back(row.value);
  for (const auto& q : shown) {
    const auto* values = find(row.state, q.name);
    for (std::size_t i = 0; i < q.count; ++i) {
      cells.emplace_back();
      if (values && i < values->size()) cells.back() = (*values)[i];
    }
  }
  if (everything || has_rows(outcome)) cells.insert(cells.end(), row.gradient.begin(), row.gradient.end());
  add_rows(outcome, row, everything, cells);
  return cells;
}

/// `everything`: for programs, with gradients and derived numbers; otherwise as a lecture shows it.
report::LongTable trace_table(const MinimizeOutcome& outcome, bool everything) {
  report::LongTable table;
  table.columns = {"iteration"};
  const auto& names = outcome.variables;
  table.columns.insert(table.columns.end(), names.begin(), names.end());
  table.columns.push_back(everything ? "f" : objective_name(outcome));
  const auto all = quantities(outcome);
  auto shown = all;
  if (!everything) std::erase_if(shown, [&](const auto& q) { return !is_lecture_column(outcome, all, q.name); });
  const auto add_columns = [&](const Quantity& q) {
    for (std::size_t i = 0; i < q.count; ++i)
      if (q.count == 1)
        table.columns.push_back(q.name);
      else
        table.columns.push_back(cat(q.name, "[", q.per == Per::variable ? names[i] : cat(i + 1), "]"));
  };
  for (const auto& q : shown) add_columns(q);
  if (everything || has_rows(outcome)) add_columns({"gradient", names.size(), Per::variable});
  if (has_rows(outcome)) {
    table.columns.insert(table.columns.end(), {"rows", "terms"});
    if (everything) table.columns.insert(table.columns.end(), {"term_gradients", "predictions"});
  }

  table.each = [&outcome, shown, everything](const report::LongTable::TakeRow& take) {
    outcome.each_row([&](const TraceRow& row) { take(cells_of(outcome, row, shown, everything)); });
  };
  return table;
}

/// The summary, one quantity a row.
Table summary_table(const MinimizeOutcome& outcome) {
  const Result& r = outcome.result;
  Table table{{"quantity", "value"}, {}};
  const auto add = [&](std::string what, std::string value) {
    table.rows.push_back({std::move(what), std::move(value)});
  };
  const auto number = [](double v) { return text::brief(v, 10); };
  add("formula", outcome.formula);
  add("optimizer", r.optimizer);
  add("status", std::string(name(r.status)));
  for (std::size_t i = 0; i < r.x.size(); ++i) add(outcome.variables[i], number(r.x[i]));
  add(objective_name(outcome), number(r.value));
  add("gradient norm", text::brief(r.gradient_norm, 3));
  add("iterations", cat(r.iterations));
  add("evaluations", cat(r.evaluations.function, " of f, ", r.evaluations.gradient, " of its gradient",
                         r.evaluations.check > 0 ? cat("; ", r.evaluations.check, " more by checks") : ""));
  if (r.certificate.kind != Certificate::Kind::unchecked)
    add("certificate",
        std::isfinite(r.certificate.smallest_curvature)
            ? cat(name(r.certificate.kind), ", smallest curvature ", text::brief(r.certificate.smallest_curvature, 3))
            : std::string(name(r.certificate.kind)));
  if (!r.last_x.empty() && r.last_x != r.x) {
    std::string last;
    for (std::size_t i = 0; i < r.last_x.size(); ++i)
      last += cat(last.empty() ? "" : ", ", outcome.variables[i], " = ", number(r.last_x[i]));
    add("last point", cat(last, ", value ", number(r.last_value)));
  }
  for (const auto& o : r.details) {
    std::string values;
    for (const double v : o.values) values += cat(values.empty() ? "" : ", ", number(v));
    add(o.name, values);
  }
  return table;
}

/// The summary as one row, every number in full.
Table summary_row(const MinimizeOutcome& outcome) {
  const Result& r = outcome.result;
  Table table;
  std::vector<Cell> row;
  const auto add = [&](std::string column, Cell cell) {
    table.columns.push_back(std::move(column));
    row.push_back(std::move(cell));
  };
  add("status", std::string(name(r.status)));
  add("success", std::string(r.success() ? "true" : "false"));
  for (std::size_t i = 0; i < r.x.size(); ++i) add(outcome.variables[i], r.x[i]);
  add("value", r.value);
  add("gradient_norm", r.gradient_norm);
  add("iterations", r.iterations);
  add("function_evaluations", r.evaluations.function);
  add("gradient_evaluations", r.evaluations.gradient);
  add("optimizer", r.optimizer);
  add("message", r.message);
  table.rows.push_back(std::move(row));
  return table;
}

}  // namespace

Format parse_format(std::string_view wanted) {
  static constexpr std::array<std::string_view, 5> names{"table", "json", "csv", "markdown", "latex"};
  const auto it = std::find(names.begin(), names.end(), wanted);
  if (it != names.end()) return static_cast<Format>(it - names.begin());
  const std::string near = text::did_you_mean(wanted, names);
  throw Error(
      cat("unknown format '", wanted, "': the formats are ", text::list(names), near.empty() ? "" : cat("; ", near)));
}

void render(const MinimizeOutcome& outcome, Format format, const report::Sink& sink) {
  const std::string message = outcome_sentence(outcome);
  const auto shown = [&] {
    return outcome.traced ? trace_table(outcome, false) : report::LongTable(summary_table(outcome));
  };
  switch (format) {
    case Format::json:
      return json(outcome, sink);
    case Format::csv:
      return report::csv(outcome.traced ? trace_table(outcome, true) : report::LongTable(summary_row(outcome)), sink);
    case Format::markdown:
      report::markdown(shown(), sink);
      return sink(cat("\n", message, "\n"));
    case Format::latex:
      sink(report::latex_begin());
      report::latex(shown(), sink);
      return sink(cat("\n\\noindent\n", report::latex_escape(message), "\n", report::latex_end()));
    case Format::table:
      break;
  }
  if (outcome.traced) {
    report::text(trace_table(outcome, false), sink);
    return sink(cat("\n", message, "\n"));
  }
  const std::string lines = report::text(summary_table(outcome));
  sink(cat(message, "\n\n", lines.substr(lines.find('\n') + 1)));
}

std::string render(const MinimizeOutcome& outcome, Format format) {
  std::string out;
  render(outcome, format, [&](std::string_view piece) { out += piece; });
  return out;
}

report::LongTable lecture_table(const MinimizeOutcome& outcome) { return trace_table(outcome, false); }

report::Table full_trace(const MinimizeOutcome& outcome) {
  MinimizeOutcome kept = outcome;  // of a long run what is kept for pictures
  kept.long_trace = nullptr;
  return trace_table(kept, true).table();
}

// What begins with a piece of the formula or a variable keeps its letters.
std::string outcome_sentence(const MinimizeOutcome& outcome) {
  std::string out = outcome.result.message;
  const std::string first = out.substr(0, out.find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
  const auto& names = outcome.variables;
  const bool word = first.size() > 1 && out.compare(first.size(), 1, " ") == 0;
  if (word && std::find(names.begin(), names.end(), first) == names.end())
    out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out + ".";
}

}  // namespace talweg::present
