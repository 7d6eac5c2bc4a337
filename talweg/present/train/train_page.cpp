#include "talweg/present/train/train_page.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/api/train/train_inspection.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/network_picture.hpp"
#include "talweg/present/train/figure_sections.hpp"
#include "talweg/present/train/post_mortem.hpp"
#include "talweg/present/use/inspect_page.hpp"
#include "talweg/report/plot/scale.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::html::Curves;
using report::html::Fact;
using report::html::Facts;
using report::html::Page;
using report::html::Section;
using report::html::Tone;
using report::plot::Chart;
using report::plot::Series;
using text::cat;

constexpr std::int64_t most_coefficients = 100;
constexpr std::size_t most_histograms = 12;  // of weights, and as many of gradients

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// The epoch whose parameters were kept, as a point of its own on a curve of the validation rows.
void mark_kept(const TrainReport& r, const Series& curve, Chart& chart) {
  const auto at = std::find(curve.x.begin(), curve.x.end(), static_cast<double>(r.best_epoch));
  if (r.best_epoch == 0 || at == curve.x.end()) return;
  chart.series.push_back({.name = "kept",
                          .x = {*at},
                          .y = {curve.y[static_cast<std::size_t>(at - curve.x.begin())]},
                          .draw = report::plot::Draw::points,
                          .style = 3,
                          .titles = {cat("kept: epoch ", r.best_epoch)}});
}

/// "; epoch 12 is kept, the best by log loss", or nothing.
std::string kept_words(const TrainReport& r) {
  if (r.best_epoch == 0) return "";
  const char* unit = r.plan.full_batch ? "iteration " : "epoch ";
  return cat("; ", unit, r.best_epoch, " is kept",
             r.plan.judged_by.empty() ? "" : cat(", the best by ", in_words(r.plan.judged_by)));
}

Chart loss_chart(const TrainReport& r, const TrainHistory& history) {
  Chart chart{.title = "Loss", .x = {.label = "epoch", .name = "epoch"}, .y = {.label = "loss", .name = "loss"}};
  Series training{.name = "training"}, validation{.name = "validation"};
  for (const auto& e : history.epochs()) {
    training.x.push_back(static_cast<double>(e.epoch));
    training.y.push_back(e.loss);
    if (e.validation.empty()) continue;
    validation.x.push_back(static_cast<double>(e.epoch));
    validation.y.push_back(e.validation.get("loss"));
  }
  const Series judged = validation.x.empty() ? training : validation;
  chart.series.push_back(std::move(training));
  if (!validation.x.empty()) chart.series.push_back(std::move(validation));
  mark_kept(r, judged, chart);
  chart.y.scale = report::plot::suited_scale(chart.series);
  return chart;
}

/// The main figure of the validation rows at each epoch: accuracy, or rmse; no series without validation rows.
Chart metric_chart(const TrainReport& r, const TrainHistory& history) {
  Chart chart;
  if (history.epochs().empty() || history.epochs().front().validation.empty()) return chart;
  const bool classes = !std::isnan(history.epochs().front().validation.get("accuracy"));
  const std::string name = classes ? "accuracy" : "rmse";
  Series s{.style = 2};
  for (const auto& e : history.epochs()) {
    s.x.push_back(static_cast<double>(e.epoch));
    s.y.push_back(e.validation.get(name));
  }
  chart = {.title = classes ? "Validation accuracy" : "Validation rmse",
           .x = {.label = "epoch", .name = "epoch"},
           .y = {.label = name, .name = name},
           .series = {s}};
  mark_kept(r, s, chart);
  return chart;
}

Chart step_chart(const TrainHistory& history, const char* title, const char* label, int style,
                 double train::StepEvent::*field) {
  Series s{.style = style};
  for (const auto& e : history.steps()) {
    s.x.push_back(static_cast<double>(e.step));
    s.y.push_back(e.*field);
  }
  return {.title = title,
          .x = {.label = "step", .name = "step"},
          .y = {.label = label,
                .name = field == &train::StepEvent::loss ? "loss" : "rate",
                .scale = report::plot::suited_scale({s})},
          .series = {std::move(s)}};
}

bool varies(const Chart& chart) {
  const auto& y = chart.series.at(0).y;
  return std::any_of(y.begin(), y.end(), [&](double v) { return v != y.front(); });
}

std::vector<Fact> settings(const TrainPlan& p) {
  std::vector<Fact> facts{{"data", file_name(p.data.origin)},
                          {"rows", cat(p.train_rows, " for training",
                                       p.validation_rows > 0 ? cat(", ", p.validation_rows, " for validation") : "")},
                          {"inputs", cat(p.inputs, p.data.standardized ? ", standardised" : "")},
                          {"model", cat(p.model, ", ", p.parameters, " parameters")},
                          {"loss", in_words(p.loss)},
                          {"method", p.optimizer}};
  if (!p.schedule.empty()) facts.push_back({"schedule", p.schedule});
  if (!p.clip.empty()) facts.push_back({"clipping", p.clip});
  for (const auto& g : p.groups) facts.push_back({"group", g});
  facts.push_back(
      {"batch", cat(p.batch_size, p.batch_size == 1 ? " row, " : " rows, ", p.steps_per_epoch, " steps an epoch")});
  facts.push_back({"seed", cat(p.seed)});
  facts.push_back({"numbers", p.precision});
  return facts;
}

std::vector<Fact> key_figures(const TrainReport& r) {
  std::vector<Fact> facts;
  const auto& shown = r.validation.empty() ? r.train : r.validation;
  for (const auto& [name, value] : shown.values) {
    if (facts.size() == 3) break;
    facts.push_back(
        {cat(in_words(name), r.validation.empty() ? ", training" : ", validation"), report::plot::shown(value, 4)});
  }
  facts.push_back({"epochs", cat(r.epochs)});
  facts.push_back({"steps", cat(r.steps)});
  facts.push_back({"seconds", report::plot::shown(r.seconds, 3)});
  return facts;
}

report::html::Examples examples(const TrainInspection& found) {
  report::html::Examples out;
  for (const auto& row : found.worst) {
    report::html::Example e{.truth = row.truth, .prediction = row.prediction};
    e.note =
        cat(row.where,
            std::isnan(row.probability) ? "" : cat(", ", report::plot::shown(100 * row.probability, 3), " % sure"));
    if (found.image_width > 0) e.width = e.height = found.image_width;
    e.pixels = row.pixels;
    for (const auto& [name, value] : row.inputs) e.inputs.push_back({name, report::plot::shown(value, 5)});
    out.examples.push_back(std::move(e));
  }
  return out;
}

Section examples_section(const TrainInspection& found, bool classes) {
  const char* which = found.on_validation ? " validation" : " training";
  return {.title = "Worst examples",
          .words = classes ? cat(found.wrong, " of ", found.rows, which,
                                 " rows are predicted wrongly; the surest mistakes first",
                                 found.wrong > found.worst.size() ? cat(", the first ", found.worst.size()) : "")
                           : cat("the largest errors among ", found.rows, which,
                                 " rows; in bold what is predicted, then what is true"),
          .content = examples(found),
          .wide = true};
}

Section histogram_section(const TrainInspection& found, bool gradients) {
  report::html::Picture picture;
  for (const auto& t : found.tensors) {
    if (picture.panels.size() == most_histograms) break;
    picture.panels.emplace_back(
        report::plot::histogram(gradients ? t.gradients : t.values, t.name, gradients ? "∂loss/∂w" : "w"));
  }
  const std::string some =
      found.tensors.size() > most_histograms ? cat("; the first ", most_histograms, " of ", found.tensors.size()) : "";
  return {.title = gradients ? "Gradients" : "Weights",
          .words = gradients ? cat("of the loss at the end, over ", found.gradient_rows, " training rows", some)
                             : cat("at the end", some),
          .content = std::move(picture),
          .wide = true};
}

std::vector<Fact> data_facts(const data::Description& d) {
  std::vector<Fact> facts{{"format", cat(d.format, d.header ? ", with a header" : "")}, {"rows", cat(d.rows)}};
  std::size_t features = 0, missing = 0;
  for (const auto& c : d.columns) features += c.role == "feature" ? 1 : 0, missing += c.missing;
  facts.push_back({"columns", cat(d.columns.size(), ", of which ", features, " are inputs")});
  facts.push_back({"missing cells", cat(missing)});
  std::string classes;
  for (std::size_t k = 0; k < std::min<std::size_t>(d.classes.size(), 12); ++k)
    classes += cat(k == 0 ? "" : ", ", d.classes[k].label, ": ", d.classes[k].rows);
  if (!classes.empty()) facts.push_back({"classes", cat(classes, d.classes.size() > 12 ? ", …" : "")});
  for (const auto& note : d.notes) facts.push_back({"note", note});
  return facts;
}

Tone tone_of(const TrainReport& r) {
  return train::succeeds(r.ending) ? Tone::good : r.usable() ? Tone::neutral : Tone::bad;
}

std::string upper_first(std::string sentence) {
  if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z')
    sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
  return sentence.empty() || sentence.ends_with('.') ? sentence : sentence + ".";
}

std::string page_title(const TrainReport& r) {
  return cat(in_few_digits(r.plan.model), " on ", file_name(r.plan.data.origin));
}

/// Of a single epoch there is no curve: its figures stand in the table of metrics.
bool has_curve(const TrainHistory& history) { return history.epochs().size() > 1; }

void add_curves(const TrainReport& r, const TrainHistory& history, Page& page) {
  const char* each =
      r.plan.full_batch ? "after each iteration" : "after each epoch; of training, the mean over its batches";
  if (has_curve(history)) {
    page.sections.push_back(
        {.title = "Loss", .words = each + kept_words(r), .content = Curves{loss_chart(r, history)}});
    if (Chart metric = metric_chart(r, history); !metric.series.empty()) {
      const std::string title = metric.title;
      page.sections.push_back(
          {.title = title,
           .words = cat(r.plan.full_batch ? "after each iteration" : "after each epoch", kept_words(r)),
           .content = Curves{std::move(metric)}});
    }
  }
  if (history.steps().size() < 2) return;
  const std::string kept = history.stride() == 1 ? "" : cat("; one of ", history.stride(), " steps was kept");
  if (!r.plan.full_batch)  // an iteration is an epoch there, and its loss stands above
    page.sections.push_back(
        {.title = "Loss of each batch",
         .words = cat("before its step", kept),
         .content = Curves{step_chart(history, "Loss of each batch", "loss", 0, &train::StepEvent::loss)}});
  const char* title = r.plan.full_batch ? "Step length" : "Learning rate";
  const char* label = r.plan.full_batch ? "step length" : "rate";
  if (Chart rate = step_chart(history, title, label, 4, &train::StepEvent::learning_rate); varies(rate)) {
    if (!r.plan.full_batch) rate.y.scale = report::plot::Scale::linear;
    page.sections.push_back({.title = title,
                             .words = r.plan.full_batch ? "as the line search found it" : "by the schedule",
                             .content = Curves{std::move(rate)}});
  }
}

/// Mean loss of rows before anything was learned from them, over the rows between two milestones.
Chart stream_chart(const StreamReport& stream) {
  Series s{.name = stream.has_log_loss ? "log loss" : "loss"};
  for (const auto& e : stream.milestones) {
    s.x.push_back(static_cast<double>(e.rows));
    s.y.push_back(e.recent_loss);
  }
  const std::string label = s.name;
  return {.x = {.label = "rows", .name = "rows", .scale = report::plot::Scale::log},
          .y = {.label = label, .name = "loss"},
          .series = {std::move(s)}};
}

void add_stream(const StreamReport& stream, Page& page) {
  if (stream.milestones.size() > 1)
    page.sections.push_back({.title = "Loss before learning",
                             .words = "of each row before its step; mean since the last point",
                             .content = Curves{stream_chart(stream)}});
  page.sections.push_back({.title = "Weights",
                           .words = cat("the largest by name; ", stream.nonzero_weights, " are not zero"),
                           .content = report::html::Rows{stream.weights, "talweg inspect MODEL"}});
}

void add_inspection(const TrainReport& r, Page& page) {
  const TrainInspection& found = *r.inspection;
  page.sections.push_back(examples_section(found, !r.classes.empty()));
  page.sections.push_back(histogram_section(found, false));
  if (found.gradient_rows > 0) page.sections.push_back(histogram_section(found, true));
  if (auto drawing = network_of(found.tensors, found.features, r.classes); drawing.layers.size() > 1)
    page.sections.push_back({.title = "Network",
                             .words = "thick lines: large weights; dashed: negative ones",
                             .content = report::html::Picture{{std::move(drawing)}},
                             .wide = true});
}

report::Table epoch_table(const TrainHistory& history) {
  report::Table table{{"epoch", "steps", "loss", "learning_rate"}, {}};
  if (!history.epochs().empty())
    for (const auto& [name, value] : history.epochs().front().validation.values)
      table.columns.push_back("validation_" + name);
  for (const auto& e : history.epochs()) {
    table.rows.push_back({e.epoch, e.step, e.loss, e.learning_rate});
    for (const auto& [name, value] : e.validation.values) table.rows.back().emplace_back(value);
    table.rows.back().resize(table.columns.size());
  }
  return table;
}

}  // namespace

void TrainHistory::add(const train::StepEvent& e) {
  if (e.step % stride_ != 0 && e.step != 1) return;
  steps_.push_back(e);
  if (steps_.size() < most_steps) return;
  stride_ *= 2;
  std::erase_if(steps_, [&](const auto& s) { return s.step % stride_ != 0 && s.step != 1; });
}

void check_training(const PictureOptions& options, bool page) {
  std::vector<std::string> axes{"epoch", "loss", "accuracy", "rmse", "rows"};
  if (page) axes.insert(axes.end(), {"step", "rate"});
  check_axes(options, axes);
}

Page train_page(const TrainReport& r, const TrainHistory& history, const Reproduction& reproduction,
                const PictureOptions& options) {
  Page page{.title = options.title_or(page_title(r)),
            .subtitle = in_few_digits(r.plan.optimizer),
            .verdict = upper_first(r.message),
            .tone = tone_of(r),
            .figures = key_figures(r)};
  add_post_mortem(r, page);
  add_curves(r, history, page);
  const train::Metrics& shown = r.validation.empty() ? r.train : r.validation;
  if (!shown.confusion.empty())
    page.sections.push_back({.title = "Confusion matrix",
                             .words = r.validation.empty() ? "training rows" : "validation rows",
                             .content = report::html::Confusion{r.classes, shown.confusion}});
  add_figures(r, shown, page);
  if (r.inspection) add_model_curves(*r.inspection, page);
  if (r.model && !r.stream)
    for (Section& section : coefficient_sections(api::inspect(*r.model, most_coefficients)))
      page.sections.push_back(std::move(section));
  if (r.inspection) add_inspection(r, page);
  if (r.stream) add_stream(*r.stream, page);
  page.sections.push_back({.title = "Settings", .content = Facts{settings(r.plan)}});
  page.sections.push_back({.title = "Data", .content = Facts{data_facts(r.plan.data)}});
  if (!history.epochs().empty())
    page.sections.push_back(
        {.title = "Epochs",
         .content =
             report::html::Rows{epoch_table(history), cat("the same command with ", text::option("log", "FILE.jsonl"))},
         .wide = true});
  finish_page(page, reproduction);
  for (auto& section : page.sections)
    if (auto* curves = std::get_if<Curves>(&section.content))
      curves->chart = ::talweg::present::shown(curves->chart, options);
  return page;
}

report::plot::Figure train_picture(const TrainReport& r, const TrainHistory& history, const PictureOptions& options) {
  report::plot::Figure figure{.title = options.title_or(page_title(r)), .subtitle = in_few_digits(r.plan.optimizer)};
  if (has_curve(history)) {
    figure.panels.emplace_back(loss_chart(r, history));
    if (Chart metric = metric_chart(r, history); !metric.series.empty()) figure.panels.emplace_back(std::move(metric));
  } else if (r.stream && r.stream->milestones.size() > 1) {
    figure.panels.emplace_back(stream_chart(*r.stream));
  }
  for (auto& panel : figure.panels) show_ranges(panel, options);
  if (!r.inspection) return figure;
  for (const auto& t : r.inspection->tensors) {
    if (!t.name.ends_with(".weight") || figure.panels.size() + 2 > most_histograms) continue;
    figure.panels.emplace_back(report::plot::histogram(t.values, cat(t.name, " at the end"), "w"));
    if (!t.gradients.empty())
      figure.panels.emplace_back(report::plot::histogram(t.gradients, cat("gradient of ", t.name), "∂loss/∂w"));
  }
  if (auto drawing = network_of(r.inspection->tensors, r.inspection->features, r.classes); drawing.layers.size() > 1) {
    drawing.title = "Network";
    drawing.subtitle = "thick lines: large weights; dashed: negative ones";
    figure.panels.emplace_back(std::move(drawing));
  }
  return figure;
}

}  // namespace talweg::present
