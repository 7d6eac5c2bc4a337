#include "talweg/present/train/train_report.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/train/post_mortem.hpp"

namespace talweg::present {

using namespace api;

namespace {

std::string pad(std::string text, std::size_t width) {
  // Bytes that continue a character take no room on the screen.
  std::size_t seen = 0;
  for (const char c : text) seen += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return seen < width ? text.append(width - seen, ' ') : text;
}

std::string right(std::string text, std::size_t width) {
  const std::size_t bare = text.size();
  std::string padded = pad(std::move(text), width);
  std::rotate(padded.begin(), padded.begin() + static_cast<std::ptrdiff_t>(bare), padded.end());
  return padded;
}

/// "train" and "validation" (or "test") side by side, one figure a line.
std::string table_of(const std::vector<std::pair<std::string, const train::Metrics*>>& columns) {
  std::size_t width = 10;
  for (const auto& [name, ignored] : columns[0].second->values) width = std::max(width, name.size() + 1);
  std::string out = pad("", width);
  for (const auto& [title, metrics] : columns) out += right(title, 14);
  out += '\n';
  for (const auto& [name, ignored] : columns[0].second->values) {
    out += pad(name, width);
    for (const auto& [title, metrics] : columns) out += right(text::brief(metrics->get(name), 6), 14);
    out += '\n';
  }
  return out;
}

/// Cut to about a dozen characters, or as many as tell them apart.
std::vector<std::string> short_names(const std::vector<std::string>& classes) {
  for (std::size_t most = 12;; most *= 2) {
    std::vector<std::string> names;
    for (const auto& c : classes) names.push_back(text::shown(c, most));
    const bool whole = std::all_of(classes.begin(), classes.end(), [&](const auto& c) { return c.size() <= most; });
    if (whole || std::set<std::string>(names.begin(), names.end()).size() == names.size()) return names;
  }
}

std::string confusion_text(const train::Metrics& m, const std::vector<std::string>& classes, std::string_view of) {
  if (m.confusion.empty() || classes.size() > most_classes_shown) return "";
  std::size_t width = 5;
  for (const auto n : m.confusion) width = std::max(width, std::to_string(n).size() + 2);
  const std::vector<std::string> names = short_names(classes);
  for (const auto& c : names) width = std::max(width, c.size() + 2);
  std::string out =
      text::cat("confusion matrix of the ", of, " rows (down: truth, across: prediction)\n", right("", width));
  for (const auto& c : names) out += right(c, width);
  out += '\n';
  for (std::size_t r = 0; r < classes.size(); ++r) {
    out += right(names[r], width);
    for (std::size_t c = 0; c < classes.size(); ++c)
      out += right(std::to_string(m.confusion[r * classes.size() + c]), width);
    out += '\n';
  }
  return out;
}

/// Precision, recall and f1 of each class, and of two classes which one the figures above are about.
std::string classes_text(const train::Metrics& m, const std::vector<std::string>& classes, std::string_view positive,
                         double threshold) {
  if (m.classes.empty() || classes.size() > most_classes_shown) return "";
  const std::vector<std::string> names = short_names(classes);
  std::size_t width = 5;
  bool weighted = false;
  for (const auto& name : names) width = std::max(width, name.size());
  for (const auto& c : m.classes) weighted = weighted || c.weight != static_cast<double>(c.rows);
  std::string out = pad("class", width) + right("rows", 9) + (weighted ? right("weight", 11) : "");
  for (const char* figure : {"precision", "recall", "f1"}) out += right(figure, 11);
  out += '\n';
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const train::ClassFigures& c = m.classes[k];
    out += pad(names[k], width) + right(std::to_string(c.rows), 9);
    if (weighted) out += right(text::brief(c.weight, 6), 11);
    for (const double figure : {c.precision, c.recall, c.f1}) out += right(text::brief(figure, 4), 11);
    out += '\n';
  }
  if (positive.empty()) return out;
  out += text::cat("precision, recall, f1 and pr_auc above are of the class ", text::shown(std::string(positive)));
  if (threshold != 0.5) out += text::cat(", which rows are said to be of above probability ", threshold);
  return out + "\n";
}

/// The rows that each fold left out, one figure a line.
std::string folds_text(const TrainReport& r) {
  if (!r.folds) return "";
  std::size_t width = 10;
  for (const auto& f : r.folds->figures) width = std::max(width, f.name.size() + 1);
  std::string out =
      text::cat(pad("", width), right("mean", 14), right("deviation", 14), "   of ", r.plan.folds, " folds",
                r.plan.repeats > 1 ? text::cat(", drawn ", r.plan.repeats, " times") : "", "\n");
  for (const auto& f : r.folds->figures)
    out +=
        pad(f.name, width) + right(text::brief(f.mean, 6), 14) + right(text::brief(f.standard_deviation, 4), 14) + '\n';
  return out + (r.folds->written.empty() ? "\n" : text::cat("their predictions are in ", r.folds->written, "\n\n"));
}

/// Every combination, and the one that was trained.
std::string grid_text(const GridReport& grid) {
  std::vector<std::size_t> widths;
  for (std::size_t k = 0; k < grid.entries.front().settings.size(); ++k) {
    std::size_t width = grid.entries.front().settings[k].first.size();
    for (const auto& e : grid.entries) width = std::max(width, e.settings[k].second.size());
    widths.push_back(width + 2);
  }
  std::string out;
  for (std::size_t k = 0; k < widths.size(); ++k) out += pad(grid.entries.front().settings[k].first, widths[k]);
  const std::size_t width = std::max<std::size_t>(14, grid.metric.size() + 2);
  out += right(grid.metric, width) + right("deviation", 14) + '\n';
  for (std::size_t i = 0; i < grid.entries.size(); ++i) {
    const GridReport::Entry& e = grid.entries[i];
    for (std::size_t k = 0; k < widths.size(); ++k) out += pad(e.settings[k].second, widths[k]);
    out += right(text::brief(e.mean, 6), width) + right(text::brief(e.standard_deviation, 4), 14);
    out += i == grid.best ? "   chosen\n" : "\n";
  }
  return out + '\n';
}

/// The second figure where there is one: log_loss or rmse say more of a model than its loss.
std::string curve_text(const LearningCurve& curve) {
  const auto& figures = curve.points.back().left_out;
  if (figures.empty()) return "";
  const auto judged = [](const FoldsReport::Figure& f) { return f.name == "log_loss" || f.name == "rmse"; };
  const auto found = std::ranges::find_if(figures, judged);
  const std::string name = found == figures.end() ? figures.front().name : found->name;
  std::string out = text::cat(pad("rows", 10), right(text::cat("train ", name), 18),
                              right(text::cat("folds ", name), 18), right("deviation", 14), "\n");
  for (const auto& point : curve.points) {
    out += pad(text::brief(point.rows, 6), 10);
    for (const auto* of : {&point.train, &point.left_out}) {
      const auto f = std::ranges::find(*of, name, &FoldsReport::Figure::name);
      out += f == of->end() ? right("", 18) : right(text::brief(f->mean, 5), 18);
      if (of == &point.left_out && f != of->end()) out += right(text::brief(f->standard_deviation, 3), 14);
    }
    out += '\n';
  }
  return out + '\n';
}

std::string column_line(const data::ColumnDescription& c, std::size_t width) {
  std::string out = text::cat("  ", pad(c.name, width), "  ", pad(c.kind, 7), "  ", pad(c.role, 8), "  ");
  if (c.all_missing) {
    return out + "no value: every cell is missing\n";
  } else if (c.kind == "text") {
    out += text::cat(c.distinct, c.distinct == 1 ? " category: " : " categories: ");
    for (std::size_t i = 0; i < c.examples.size(); ++i) out += text::cat(i == 0 ? "" : ", ", c.examples[i]);
    if (c.distinct > c.examples.size()) out += ", …";
  } else {
    out += text::cat(text::brief(c.low, 6), " to ", text::brief(c.high, 6), ", mean ", text::brief(c.mean, 4));
  }
  if (c.missing > 0) out += text::cat("; ", c.missing, " missing");
  return out + "\n";
}

std::string runs_line(const TrainPlan& p) {
  std::string out = text::cat("model      ", p.model, ": ");
  if (p.streamed && p.inputs == 0)
    out += "as many inputs as the rows name";
  else
    out += text::cat(p.inputs, " inputs, ", p.outputs, p.outputs == 1 ? " output, " : " outputs, ", p.parameters,
                     " parameters");
  out += text::cat("; loss ", p.loss, "\n", "optimizer  ", p.optimizer);
  if (p.schedule != "constant" && !p.schedule.empty()) out += text::cat("; schedule ", p.schedule);
  if (!p.clip.empty() && p.clip != "none") out += text::cat("; clip ", p.clip);
  for (const auto& g : p.groups) out += text::cat("; group ", g);
  if (p.streamed)
    return out + text::cat("\ntraining   ", p.epochs, p.epochs == 1 ? " pass" : " passes",
                           " in the order of the file, ", "one row a step, ", p.precision, ", ", p.threads,
                           p.threads == 1 ? " thread" : " threads", "\n");
  if (p.full_batch)
    return out + text::cat("\ntraining   all rows at once, at most ", p.epochs,
                           p.epochs == 1 ? " iteration, tolerance " : " iterations, tolerance ", p.tolerance, ", seed ",
                           p.seed, ", ", p.precision, ", ", p.threads, p.threads == 1 ? " thread" : " threads", "\n");
  return out + text::cat("\ntraining   ", p.epochs, p.epochs == 1 ? " epoch of " : " epochs of ", p.steps_per_epoch,
                         p.steps_per_epoch == 1 ? " step, " : " steps, ", "batch ", p.batch_size, ", seed ", p.seed,
                         ", ", p.precision, ", ", p.threads, p.threads == 1 ? " thread" : " threads", ", ", p.kernel,
                         " matrix products\n");
}

std::string rows_line(const TrainPlan& p) {
  const std::string weights =
      text::cat(p.weights.empty() ? "" : text::cat("; rows count what column ", text::shown(p.weights), " says"),
                p.class_weight.empty() ? "" : text::cat("; weights of classes: ", text::shown(p.class_weight)), "\n");
  if (p.streamed) return text::cat("data       ", p.data.origin, ": ", p.data.format, ", read row by row", weights);
  std::string out =
      text::cat("data       ", p.data.origin, ": ", p.data.rows, " rows, ",
                p.data.columns.size() + p.data.sparse_columns, " columns; ", p.train_rows, " rows for training");
  if (p.data.sparse_columns > 0) out += text::cat(" (sparse, ", p.data.nonzeros, " cells not 0)");
  if (p.validation_rows > 0) out += text::cat(", ", p.validation_rows, " for validation");
  if (p.test_rows > 0) out += text::cat(", ", p.test_rows, " for the test");
  if (!p.judged_by.empty()) out += text::cat(" (judged by ", p.judged_by, ")");
  return out + (p.data.standardized ? "; numbers are standardised" : "") + weights;
}

/// 1, 2, 5, 10, 20, 50, …
bool is_round(std::int64_t n) {
  while (n % 10 == 0) n /= 10;
  return n == 1 || n == 2 || n == 5;
}

}  // namespace

std::string stream_line(const train::StreamEvent& e) {
  std::string out = text::cat(right(std::to_string(e.rows), 12), " rows, loss ", text::brief(e.loss, 5),
                              ", since the last line ", text::brief(e.recent_loss, 5));
  if (std::isfinite(e.roc_auc)) out += text::cat(", roc_auc ", text::brief(e.roc_auc, 4));
  return out + "\n";
}

std::string heading(const TrainPlan& p) { return rows_line(p) + runs_line(p); }

std::string plan_text(const TrainPlan& p) {
  const data::Description& d = p.data;
  if (p.streamed) {
    std::string out = heading(p);
    for (const auto& note : d.notes) out += text::cat("note       ", note, "\n");
    return text::cat(out, "nothing was trained (", text::option("dry_run"), ")\n");
  }
  std::string out = text::cat("format     ", d.format);
  if (!d.delimiter.empty())
    out += text::cat(", delimiter ", d.delimiter, d.header ? ", with header" : ", without header");
  out += "\n" + rows_line(p);
  std::string task = d.task;
  for (const auto& c : d.columns)
    if (c.role == "target")
      out +=
          text::cat("target     ", text::shown(c.name), " (", d.task == "regression" ? "a number" : "classes", ")\n");
  if (!d.classes.empty() && d.classes.size() <= 50) {
    out += text::cat("classes    ", d.classes.size(), ":");
    for (const auto& c : d.classes) out += text::cat(" ", text::shown(c.label), " (", c.rows, ")");
    out += '\n';
  }
  out += runs_line(p) + "columns\n";
  std::size_t width = 4;
  for (const auto& c : d.columns) width = std::max(width, std::min<std::size_t>(c.name.size(), 30));
  constexpr std::size_t most_columns = 100;
  for (std::size_t i = 0; i < std::min(d.columns.size(), most_columns); ++i) out += column_line(d.columns[i], width);
  if (d.columns.size() > most_columns) out += text::cat("  … and ", d.columns.size() - most_columns, " more\n");
  for (const auto& note : d.notes) out += text::cat("note       ", note, "\n");
  return text::cat(out, "nothing was trained (", text::option("dry_run"), ")\n");
}

// How long a deterministic method will take nobody knows: its iterations become rarer.
bool is_told(const train::EpochEvent& e) {
  if (e.evaluations > 0) return e.epochs <= 30 || is_round(e.epoch) || e.epoch == e.epochs;
  return e.epochs <= 30 || e.epoch % (e.epochs / 10) == 0 || e.epoch == e.epochs;
}

std::string epoch_line(const train::EpochEvent& e) {
  std::string out = text::cat("Epoch [", e.epoch, "/", e.epochs, "], loss ", text::brief(e.loss, 4));
  if (!e.validation.empty()) out += text::cat(", validation loss ", text::brief(e.validation.get("loss"), 4));
  for (const char* name : {"accuracy", "rmse"})
    if (const double v = e.validation.get(name); std::isfinite(v)) out += text::cat(", ", name, " ", text::brief(v, 4));
  return out + "\n";
}

std::string report_text(const TrainReport& r, const Places& places) {
  std::string out = text::cat(train::name(r.ending), ": ", r.message, "\n");
  out += text::cat(text::brief(r.seconds, 3), " s, ",
                   text::brief(r.seconds > 0 ? static_cast<double>(r.examples) / r.seconds : 0, 3), " examples/s");
  if (std::isfinite(r.objective))
    out += text::cat("; objective ", text::brief(r.objective, 10), ", gradient norm ", text::brief(r.gradient_norm, 3));
  if (r.clipped > 0) out += text::cat("; ", r.clipped, " of ", r.steps, " steps were clipped");
  out += "\n\n";
  if (r.post_mortem) out += post_mortem_text(r) + "\n";
  if (r.grid) out += grid_text(*r.grid);
  out += folds_text(r);
  if (r.learning_curve) out += curve_text(*r.learning_curve);
  if (!r.train.empty()) {
    const bool validated = !r.validation.empty();
    const char* learned = r.stream ? "before step" : "train";
    std::vector<std::pair<std::string, const train::Metrics*>> columns{{learned, &r.train}};
    if (validated) columns.emplace_back("validation", &r.validation);
    if (!r.test.empty()) columns.emplace_back("test", &r.test);
    out += table_of(columns);
    const std::string confusion =
        confusion_text(validated ? r.validation : r.train, r.classes, validated ? "validation" : "training");
    if (!confusion.empty()) out += "\n" + confusion;
    const std::string of_classes =
        classes_text(validated ? r.validation : r.train, r.classes, r.plan.positive, r.plan.threshold);
    if (!of_classes.empty()) out += "\n" + of_classes;
    out += '\n';
  }
  if (r.stream) {
    for (const std::string& odd : r.stream->oddities) out += text::cat("note       ", odd, "\n");
    out += text::cat("weights    ", r.stream->nonzero_weights, " of ", r.plan.parameters,
                     " are not zero, the bias included\n");
  }
  if (r.saved)
    out += text::cat("model      ", places.model, "\n");
  else if (!places.model.empty())
    out += text::cat("model      not saved: there is nothing worth keeping\n");
  if (!places.log.empty()) out += text::cat("log        ", places.log, "\n");
  return out;
}

std::string evaluation_text(const EvaluateReport& r, const EvaluatedModel& model) {
  const auto& classes = model.classes;
  std::string out = text::cat(r.rows, r.rows == 1 ? " row, model " : " rows, model ", model.model, "\n\n",
                              table_of({{"test", &r.test}}));
  for (const std::string& part :
       {confusion_text(r.test, classes, "test"), classes_text(r.test, classes, r.positive, r.threshold)})
    if (!part.empty()) out += "\n" + part;
  return out;
}

}  // namespace talweg::present
