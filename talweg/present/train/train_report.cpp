#include "talweg/present/train/train_report.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/ops/losses/squared.hpp"

namespace talweg::present {

using namespace api;

namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t most_classes_shown = 20;  // a larger confusion matrix does not fit on a screen

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json figures(const train::Metrics& m) {
  Json out = Json::object();
  if (m.empty()) out["loss"] = nullptr;
  for (const auto& [name, value] : m.values) out[name] = number(value);
  return out;
}

/// One key a line: short enough to read, and a confusion matrix stays a matrix.
std::string document(const Json& json) {
  std::string out = "{";
  for (const auto& [key, value] : json.items())
    out += text::cat(out.size() == 1 ? "\n  " : ",\n  ", Json(key).dump(), ": ",
                     value.dump(-1, ' ', false, Json::error_handler_t::replace));
  return out + "\n}\n";
}
std::string line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json matrix(const std::vector<std::int64_t>& confusion, std::size_t classes) {
  Json rows = Json::array();
  for (std::size_t r = 0; r < classes; ++r)
    rows.push_back(std::vector<std::int64_t>(confusion.begin() + static_cast<std::ptrdiff_t>(r * classes),
                                             confusion.begin() + static_cast<std::ptrdiff_t>((r + 1) * classes)));
  return rows;
}

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
  std::string out = pad("", 10);
  for (const auto& [title, metrics] : columns) out += right(title, 14);
  out += '\n';
  for (const auto& [name, ignored] : columns[0].second->values) {
    out += pad(name, 10);
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

Json plan_object(const TrainPlan& p) {
  return {{"model", p.model},
          {"loss", p.loss},
          {"optimizer", p.optimizer},
          {"schedule", p.schedule},
          {"clip", p.clip},
          {"groups", p.groups},
          {"judged_by", p.judged_by.empty() ? Json(nullptr) : Json(p.judged_by)},
          {"batch_size", p.batch_size},
          {"seed", p.seed},
          {"standardize", p.data.standardized},
          {"precision", p.precision},
          {"kernel", p.kernel},
          {"threads", p.threads},
          {"inputs", p.inputs},
          {"outputs", p.outputs},
          {"parameters", p.parameters}};
}

Json column_object(const data::ColumnDescription& c) {
  Json out{{"name", c.name}, {"kind", c.kind}, {"role", c.role}, {"missing", c.missing}};
  if (c.kind == "text") {
    out["categories"] = c.distinct;
    out["examples"] = c.examples;
  } else {
    out["low"] = number(c.low);
    out["high"] = number(c.high);
    out["mean"] = number(c.mean);
  }
  return out;
}

Json event_object(const train::StreamEvent& e, const char* event) {
  Json out = Json::object();
  if (event) out["event"] = event;
  out["rows"] = e.rows;
  out["epoch"] = e.epoch;
  out["loss"] = number(e.loss);
  out["recent_loss"] = number(e.recent_loss);
  out["roc_auc"] = number(e.roc_auc);
  out["learning_rate"] = number(e.learning_rate);
  out["seconds"] = number(e.seconds);
  return out;
}

/// What only streamed runs have.
void add_stream(const StreamReport& s, Json& out) {
  out["metrics"]["progressive"] = figures(s.progressive);
  out["progress"] = Json::array();
  for (const auto& e : s.milestones) out["progress"].push_back(event_object(e, nullptr));
  out["nonzero_weights"] = s.nonzero_weights;
  out["hash_bits"] = s.hash_bits;
  out["table_bytes"] = s.table_bytes;
}

std::string column_line(const data::ColumnDescription& c, std::size_t width) {
  std::string out = text::cat("  ", pad(c.name, width), "  ", pad(c.kind, 7), "  ", pad(c.role, 8), "  ");
  if (c.kind == "text") {
    out += text::cat(c.distinct, " categories: ");
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
  if (p.streamed) return text::cat("data       ", p.data.origin, ": ", p.data.format, ", read row by row\n");
  std::string out =
      text::cat("data       ", p.data.origin, ": ", p.data.rows, " rows, ",
                p.data.columns.size() + p.data.sparse_columns, " columns; ", p.train_rows, " rows for training");
  if (p.data.sparse_columns > 0) out += text::cat(" (sparse, ", p.data.nonzeros, " cells not 0)");
  if (p.validation_rows > 0) out += text::cat(", ", p.validation_rows, " for validation");
  if (!p.judged_by.empty()) out += text::cat(" (judged by ", p.judged_by, ")");
  return out + (p.data.standardized ? "; numbers are standardised\n" : "\n");
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

std::string plan_json(const TrainPlan& p) {
  const data::Description& d = p.data;
  Json out{
      {"file", d.origin}, {"format", d.format}, {"delimiter", d.delimiter}, {"header", d.header}, {"rows", d.rows}};
  out["columns"] = Json::array();
  for (const auto& c : d.columns) {
    out["columns"].push_back(column_object(c));
    if (c.role == "target") out["target"] = c.name;
  }
  out["task"] = d.task;
  out["classes"] = Json::array();
  for (const auto& c : d.classes) out["classes"].push_back({{"label", c.label}, {"rows", c.rows}});
  out["rows_train"] = p.train_rows;
  out["rows_validation"] = p.validation_rows;
  out.update(plan_object(p));
  out["epochs"] = p.epochs;
  if (p.full_batch) out["tolerance"] = p.tolerance;
  if (d.sparse_columns > 0) out["sparse"] = {{"columns", d.sparse_columns}, {"nonzeros", d.nonzeros}};
  out["notes"] = d.notes;
  out["warnings"] = p.warnings;
  return document(out);
}

std::string log_stream(const train::StreamEvent& e) { return line(event_object(e, "progress")); }

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
  if (!r.train.empty()) {
    const bool validated = !r.validation.empty();
    const char* learned = r.stream ? "before step" : "train";
    out += validated ? table_of({{learned, &r.train}, {"validation", &r.validation}}) : table_of({{learned, &r.train}});
    const std::string confusion =
        confusion_text(validated ? r.validation : r.train, r.classes, validated ? "validation" : "training");
    if (!confusion.empty()) out += "\n" + confusion;
    out += '\n';
  }
  if (r.stream)
    out += text::cat("weights    ", r.stream->nonzero_weights, " of ", r.plan.parameters,
                     " are not zero, the bias included\n");
  if (r.saved)
    out += text::cat("model      ", places.model, "\n");
  else if (!places.model.empty())
    out += text::cat("model      not saved: there is nothing worth keeping\n");
  if (!places.log.empty()) out += text::cat("log        ", places.log, "\n");
  return out;
}

std::string report_json(const TrainReport& r, const Places& places) {
  Json metrics{{"train", figures(r.train)}};
  if (r.plan.validation_rows > 0) metrics["validation"] = figures(r.validation);
  Json out{
      {"metrics", metrics},
      {"epochs", r.epochs},
      {"steps", r.steps},
      {"examples", r.examples},
      {"seconds", r.seconds},
      {"examples_per_second", r.seconds > 0 ? number(static_cast<double>(r.examples) / r.seconds) : Json(nullptr)}};
  out.update(plan_object(r.plan));
  out["rows"] = {{"train", r.plan.train_rows}, {"validation", r.plan.validation_rows}};
  out["clipped_steps"] = r.clipped;
  if (r.evaluations > 0) {
    out["evaluations"] = r.evaluations;
    out["objective"] = number(r.objective);
    out["gradient_norm"] = number(r.gradient_norm);
  }
  out["status"] = train::name(r.ending);
  out["message"] = r.message;
  out["best_epoch"] = r.best_epoch > 0 ? Json(r.best_epoch) : Json(nullptr);
  if (!r.classes.empty()) out["classes"] = r.classes;
  const auto& confusion = r.validation.empty() ? r.train.confusion : r.validation.confusion;
  if (!confusion.empty() && r.classes.size() <= most_classes_shown)
    out["confusion_matrix"] = matrix(confusion, r.classes.size());
  if (r.stream) add_stream(*r.stream, out);
  out["resumed"] = r.resumed;
  out["saved"] = r.saved ? Json(places.model) : Json(nullptr);
  if (!places.log.empty()) out["log"] = places.log;
  out["notes"] = r.plan.data.notes;
  out["warnings"] = r.plan.warnings;
  return document(out);
}

std::string evaluation_text(const EvaluateReport& r, const EvaluatedModel& model) {
  const auto& classes = model.classes;
  std::string out = text::cat(r.rows, r.rows == 1 ? " row, model " : " rows, model ", model.model, "\n\n",
                              table_of({{"test", &r.test}}));
  const std::string confusion = confusion_text(r.test, classes, "test");
  return confusion.empty() ? out : out + "\n" + confusion;
}

std::string evaluation_json(const EvaluateReport& r, const EvaluatedModel& model) {
  const auto& classes = model.classes;
  Json out{{"metrics", {{"test", figures(r.test)}}},
           {"examples", r.rows},
           {"seconds", r.seconds},
           {"examples_per_second", r.seconds > 0 ? number(static_cast<double>(r.rows) / r.seconds) : Json(nullptr)},
           {"model", model.model},
           {"loss", model.loss},
           {"optimizer", model.record.optimizer},
           {"epochs", model.record.epochs},
           {"steps", model.record.steps},
           {"parameters", model.parameters},
           {"status", model.record.status},
           {"message", text::cat("measured on ", r.rows, r.rows == 1 ? " row" : " rows")}};
  if (!classes.empty()) out["classes"] = classes;
  if (!r.test.confusion.empty() && classes.size() <= most_classes_shown)
    out["confusion_matrix"] = matrix(r.test.confusion, classes.size());
  out["notes"] = r.notes;
  return document(out);
}

std::string log_start(const TrainPlan& p) {
  Json out{{"event", "start"}};
  out.update(plan_object(p));
  out["epochs"] = p.epochs;
  return line(out);
}

std::string log_epoch(const train::EpochEvent& e) {
  Json out{{"event", "epoch"},
           {"epoch", e.epoch},
           {"step", e.step},
           {"loss", number(e.loss)},
           {"learning_rate", number(e.learning_rate)}};
  if (!e.validation.empty()) out["validation"] = figures(e.validation);
  if (e.evaluations > 0) {
    out["step_length"] = number(e.step_length);
    out["gradient_norm"] = number(e.gradient_norm);
    out["evaluations"] = e.evaluations;
  }
  out["clipped_steps"] = e.clipped;
  out["seconds"] = e.seconds;
  return line(out);
}

std::string log_end(const TrainReport& r) {
  Json out{{"event", "end"},
           {"status", train::name(r.ending)},
           {"message", r.message},
           {"epochs", r.epochs},
           {"steps", r.steps}};
  out["metrics"] = {{"train", figures(r.train)}};
  if (!r.validation.empty()) out["metrics"]["validation"] = figures(r.validation);
  out["seconds"] = r.seconds;
  return line(out);
}

}  // namespace talweg::present
