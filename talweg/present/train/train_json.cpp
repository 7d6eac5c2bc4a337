#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/base/text.hpp"
#include "talweg/present/train/train_report.hpp"

namespace talweg::present {

using namespace api;

namespace {

using Json = nlohmann::ordered_json;

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

std::string_view name(train::PostMortem::Finding finding) {
  switch (finding) {
    case train::PostMortem::Finding::not_finite:
      return "not_finite";
    case train::PostMortem::Finding::diverged:
      return "diverged";
    case train::PostMortem::Finding::stalled:
      return "stalled";
  }
  return "";
}

Json post_mortem_json(const TrainReport& r) {
  const train::PostMortem& m = *r.post_mortem;
  Json out{{"finding", name(m.finding)}, {"step", m.step}, {"epoch", m.epoch}};
  out["rows"] = r.failure.rows.empty() ? Json(nullptr) : Json(r.failure.rows);
  out["part"] = m.part.empty() ? Json(nullptr) : Json(m.part);
  out["row"] = r.failure.row.empty() ? Json(nullptr) : Json(r.failure.row);
  out["size"] = m.part.empty() ? Json(nullptr) : number(m.size);
  out["size_before"] = m.part.empty() ? Json(nullptr) : number(m.size_before);
  out["input"] = nullptr;
  if (m.odd) out["input"] = {{"name", r.failure.input}, {"largest", m.odd->largest}, {"typical", m.odd->typical}};
  Json steps = Json::array(), tried = Json::array();
  for (const train::StepRecord& s : m.last)
    steps.push_back({{"step", s.step},
                     {"epoch", s.epoch},
                     {"loss", number(s.loss)},
                     {"learning_rate", number(s.learning_rate)},
                     {"gradient_norm", number(s.gradient_norm)}});
  for (const train::Trial& t : m.tried)
    tried.push_back({{"change", t.change},
                     {"afresh", t.afresh},
                     {"steps", t.steps},
                     {"from", number(t.from)},
                     {"to", number(t.to)},
                     {"helped", t.helped}});
  out["steps"] = std::move(steps);
  out["tried_from"] = m.tried_from;
  out["tried"] = std::move(tried);
  return out;
}

/// Of the rows of the confusion matrix.
Json classes_object(const train::Metrics& m, const std::vector<std::string>& classes) {
  Json out = Json::array();
  for (std::size_t k = 0; k < m.classes.size(); ++k) {
    const train::ClassFigures& c = m.classes[k];
    out.push_back({{"class", classes[k]},
                   {"rows", c.rows},
                   {"weight", number(c.weight)},
                   {"precision", c.precision},
                   {"recall", c.recall},
                   {"f1", c.f1}});
  }
  return out;
}

void add_classes(const train::Metrics& m, const std::vector<std::string>& classes, const std::string& positive,
                 double threshold, Json& out) {
  if (classes.empty()) return;
  out["classes"] = classes;
  if (!positive.empty()) out["positive"] = positive, out["threshold"] = threshold;
  if (!m.classes.empty()) out["per_class"] = classes_object(m, classes);
  if (!m.confusion.empty() && classes.size() <= most_classes_shown)
    out["confusion_matrix"] = matrix(m.confusion, classes.size());
}

Json plan_object(const TrainPlan& p) {
  return {{"model", p.model},
          {"loss", p.loss},
          {"optimizer", p.optimizer},
          {"schedule", p.schedule},
          {"clip", p.clip},
          {"groups", p.groups},
          {"judged_by", p.judged_by.empty() ? Json(nullptr) : Json(p.judged_by)},
          {"weights", p.weights.empty() ? Json(nullptr) : Json(p.weights)},
          {"class_weight", p.class_weight.empty() ? Json(nullptr) : Json(p.class_weight)},
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

}  // namespace

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
  out["rows_test"] = p.test_rows;
  out.update(plan_object(p));
  out["epochs"] = p.epochs;
  if (p.full_batch) out["tolerance"] = p.tolerance;
  if (d.sparse_columns > 0) out["sparse"] = {{"columns", d.sparse_columns}, {"nonzeros", d.nonzeros}};
  out["notes"] = d.notes;
  out["warnings"] = p.warnings;
  return document(out);
}

std::string log_stream(const train::StreamEvent& e) { return line(event_object(e, "progress")); }

namespace {

Json fold_objects(const FoldsReport& folds) {
  Json out = Json::array();
  for (const FoldReport& f : folds.folds)
    out.push_back({{"repeat", f.repeat},
                   {"fold", f.fold},
                   {"rows", f.rows},
                   {"status", f.status},
                   {"metrics", figures(f.metrics)}});
  return out;
}

Json grid_object(const GridReport& grid) {
  Json entries = Json::array();
  for (std::size_t i = 0; i < grid.entries.size(); ++i) {
    const GridReport::Entry& e = grid.entries[i];
    Json one = Json::object();
    for (const auto& [key, value] : e.settings) one["settings"][key] = value;
    one["mean"] = number(e.mean);
    one["standard_deviation"] = number(e.standard_deviation);
    one["chosen"] = i == grid.best;
    entries.push_back(std::move(one));
  }
  return {{"metric", grid.metric}, {"combinations", entries}};
}

Json summary(const std::vector<FoldsReport::Figure>& figures) {
  Json out = Json::object();
  for (const auto& f : figures) out[f.name] = {{"mean", f.mean}, {"standard_deviation", f.standard_deviation}};
  return out;
}

Json curve_object(const LearningCurve& curve) {
  Json out = Json::array();
  for (const auto& p : curve.points)
    out.push_back({{"rows", p.rows}, {"train", summary(p.train)}, {"folds", summary(p.left_out)}});
  return out;
}

Json metrics_of(const TrainReport& r) {
  Json metrics{{"train", figures(r.train)}};
  if (r.plan.validation_rows > 0) metrics["validation"] = figures(r.validation);
  if (r.plan.test_rows > 0) metrics["test"] = figures(r.test);
  if (r.folds) metrics["folds"] = summary(r.folds->figures);
  return metrics;
}

}  // namespace

std::string report_json(const TrainReport& r, const Places& places) {
  Json out{
      {"metrics", metrics_of(r)},
      {"epochs", r.epochs},
      {"steps", r.steps},
      {"examples", r.examples},
      {"seconds", r.seconds},
      {"examples_per_second", r.seconds > 0 ? number(static_cast<double>(r.examples) / r.seconds) : Json(nullptr)}};
  out.update(plan_object(r.plan));
  out["rows"] = {{"train", r.plan.train_rows}, {"validation", r.plan.validation_rows}, {"test", r.plan.test_rows}};
  if (r.folds) out["folds"] = fold_objects(*r.folds);
  if (r.grid) out["grid"] = grid_object(*r.grid);
  if (r.learning_curve) out["learning_curve"] = curve_object(*r.learning_curve);
  out["clipped_steps"] = r.clipped;
  if (r.evaluations > 0) {
    out["evaluations"] = r.evaluations;
    out["objective"] = number(r.objective);
    out["gradient_norm"] = number(r.gradient_norm);
  }
  out["status"] = train::name(r.ending);
  out["message"] = r.message;
  out["best_epoch"] = r.best_epoch > 0 ? Json(r.best_epoch) : Json(nullptr);
  if (r.post_mortem) out["post_mortem"] = post_mortem_json(r);
  add_classes(r.validation.empty() ? r.train : r.validation, r.classes, r.plan.positive, r.plan.threshold, out);
  if (r.stream) add_stream(*r.stream, out);
  out["resumed"] = r.resumed;
  out["saved"] = r.saved ? Json(places.model) : Json(nullptr);
  if (!places.log.empty()) out["log"] = places.log;
  out["notes"] = r.plan.data.notes;
  out["warnings"] = r.plan.warnings;
  return document(out);
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
  add_classes(r.test, classes, r.positive, r.threshold, out);
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
  out["metrics"] = metrics_of(r);
  out["seconds"] = r.seconds;
  return line(out);
}

}  // namespace talweg::present
