#include "talweg/present/train/figure_sections.hpp"

#include <algorithm>

#include "talweg/base/text.hpp"
#include "talweg/present/train/train_report.hpp"

namespace talweg::present {

using namespace api;
using text::cat;

std::string in_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

namespace {

report::Table metrics_table(const TrainReport& r) {
  report::Table table{{"", "training"}, {}};
  if (!r.validation.empty()) table.columns.emplace_back("validation");
  if (!r.test.empty()) table.columns.emplace_back("test");
  for (const auto& [name, value] : r.train.values) {
    table.rows.push_back({in_words(name), value});
    for (const train::Metrics* others : {&r.validation, &r.test})
      if (!others->empty()) table.rows.back().emplace_back(others->get(name));
  }
  return table;
}

report::Table folds_table(const FoldsReport& folds) {
  report::Table table{{"", "mean", "standard deviation"}, {}};
  for (const auto& f : folds.figures) table.rows.push_back({in_words(f.name), f.mean, f.standard_deviation});
  return table;
}

report::Table class_table(const train::Metrics& m, const std::vector<std::string>& classes) {
  report::Table table{{"class", "rows", "weight", "precision", "recall", "f1"}, {}};
  for (std::size_t k = 0; k < classes.size(); ++k) {
    const train::ClassFigures& c = m.classes[k];
    table.rows.push_back({classes[k], c.rows, c.weight, c.precision, c.recall, c.f1});
  }
  return table;
}

report::plot::Chart learning_chart(const LearningCurve& curve) {
  report::plot::Chart chart{.title = "Learning curve", .x = {.label = "rows"}, .y = {.label = "loss"}};
  report::plot::Series trained{.name = "training", .draw = report::plot::Draw::line_and_points},
      left_out{.name = "folds", .draw = report::plot::Draw::line_and_points};
  for (const auto& p : curve.points) {
    if (p.train.empty() || p.left_out.empty()) continue;
    trained.x.push_back(p.rows);
    trained.y.push_back(p.train.front().mean);
    left_out.x.push_back(p.rows);
    left_out.y.push_back(p.left_out.front().mean);
  }
  chart.series = {std::move(trained), std::move(left_out)};
  return chart;
}

report::Table grid_table(const GridReport& grid) {
  report::Table table;
  for (const auto& [key, ignored] : grid.entries.front().settings) table.columns.push_back(key);
  for (const std::string& figure : {in_words(grid.metric), std::string("standard deviation"), std::string("")})
    table.columns.push_back(figure);
  for (std::size_t i = 0; i < grid.entries.size(); ++i) {
    const GridReport::Entry& e = grid.entries[i];
    table.rows.emplace_back();
    for (const auto& [ignored, value] : e.settings) table.rows.back().emplace_back(value);
    table.rows.back().emplace_back(e.mean);
    table.rows.back().emplace_back(e.standard_deviation);
    table.rows.back().emplace_back(std::string(i == grid.best ? "trained" : ""));
  }
  return table;
}

}  // namespace

void add_figures(const TrainReport& r, const train::Metrics& shown, report::html::Page& page) {
  if (!shown.classes.empty() && r.classes.size() <= most_classes_shown)
    page.sections.push_back({.title = "Classes",
                             .words = r.plan.positive.empty() ? "" : cat("the metrics are about ", r.plan.positive),
                             .content = report::html::Rows{class_table(shown, r.classes)}});
  page.sections.push_back(
      {.title = "Metrics", .words = "of the model that is left", .content = report::html::Rows{metrics_table(r)}});
  if (r.folds)
    page.sections.push_back(
        {.title = "Folds",
         .words = cat(r.plan.folds, " folds", r.plan.repeats > 1 ? cat(", drawn ", r.plan.repeats, " times") : "",
                      ": the rows that each run left out"),
         .content = report::html::Rows{folds_table(*r.folds)}});
  if (r.learning_curve)
    page.sections.push_back({.title = "Learning curve",
                             .words = "mean over the folds, by the rows that each run learned from",
                             .content = report::html::Curves{learning_chart(*r.learning_curve)}});
  if (r.grid)
    page.sections.push_back({.title = "Grid",
                             .words = cat("judged by ", in_words(r.grid->metric)),
                             .content = report::html::Rows{grid_table(*r.grid)}});
}

namespace {

using report::plot::Chart;
using report::plot::Draw;
using report::plot::Series;

Series straight(double from, double to, double slope) {
  return {.x = {from, to}, .y = {slope * from, slope * to}, .style = 3, .background = true};
}

Chart curve(const char* title, const char* x, const char* y, const train::CurvePoints& points, Draw draw) {
  return {
      .title = title, .x = {.label = x}, .y = {.label = y}, .series = {{.x = points.x, .y = points.y, .draw = draw}}};
}

void add(Chart chart, std::string words, report::html::Page& page) {
  const std::string title = chart.title;
  page.sections.push_back(
      {.title = title, .words = std::move(words), .content = report::html::Curves{std::move(chart)}});
}

void add_numbers(const train::CurvePoints& predicted, const std::string& of, report::html::Page& page) {
  const auto [low, high] = std::ranges::minmax(predicted.x);
  Chart against = curve("Predicted against true", "true", "predicted", predicted, Draw::points);
  against.series.push_back(straight(low, high, 1));
  add(std::move(against), cat("of ", of, "; on the line they are equal"), page);
  train::CurvePoints left{predicted.y, {}};
  for (std::size_t i = 0; i < predicted.size(); ++i) left.y.push_back(predicted.x[i] - predicted.y[i]);
  const auto [least, most] = std::ranges::minmax(left.x);
  Chart residuals = curve("Residuals", "predicted", "true − predicted", left, Draw::points);
  residuals.series.push_back(straight(least, most, 0));
  add(std::move(residuals), cat("of ", of, ": what the model does not explain should show no pattern"), page);
}

}  // namespace

void add_model_curves(const TrainInspection& found, report::html::Page& page) {
  const std::string of = found.on_validation ? "validation rows" : "training rows";
  if (found.predicted.size() > 1) add_numbers(found.predicted, of, page);
  if (found.roc.size() > 0) {
    Chart roc = curve("ROC curve", "false positive rate", "true positive rate", found.roc, Draw::line);
    roc.series.push_back(straight(0, 1, 1));
    add(std::move(roc), cat("of ", of, "; chance lies on the line"), page);
    add(curve("Precision and recall", "recall", "precision", found.precision_recall, Draw::line), cat("of ", of), page);
  }
  if (found.calibration.size() > 1) {
    Chart calibration = curve("Calibration", "probability that was said", "share that came true", found.calibration,
                              Draw::line_and_points);
    calibration.series.push_back(straight(0, 1, 1));
    add(std::move(calibration), cat("of ", of, " in tenths of the probability; sure as it should be on the line"),
        page);
  }
}

}  // namespace talweg::present
