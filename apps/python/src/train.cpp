#include <chrono>
#include <memory>
#include <optional>

#include "documents.hpp"
#include "figures.hpp"
#include "options.hpp"
#include "rows.hpp"
#include "talweg/api/run_file.hpp"
#include "talweg/present/train/train_page.hpp"
#include "talweg/present/train/train_report.hpp"
#include "talweg/training.hpp"
#include "talweg/version.hpp"

/// Training on rows of files and of memory.
namespace talweg::python {

namespace {

/// Between two evaluations of the interpreter: whether somebody pressed Ctrl-C, looked at now and then.
class Interrupts {
 public:
  bool operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_ || raised_) return raised_.has_value();
    next_ = now + std::chrono::milliseconds(20);
    const py::gil_scoped_acquire interpreter;
    if (PyErr_CheckSignals() != 0) raised_.emplace();
    return raised_.has_value();
  }
  void rethrow() const {
    if (raised_) throw *raised_;
  }

 private:
  std::chrono::steady_clock::time_point next_{};
  std::optional<py::error_already_set> raised_;
};

/// {name: {"mean", "standard_deviation"}}; empty without folds.
py::dict folds_of(const api::TrainReport& r) {
  py::dict out;
  if (!r.folds) return out;
  for (const auto& f : r.folds->figures) {
    py::dict figure;
    figure["mean"] = f.mean, figure["standard_deviation"] = f.standard_deviation;
    out[py::str(f.name)] = figure;
  }
  return out;
}

/// [{"settings", "mean", "standard_deviation", "chosen"}]; empty without a grid.
py::list grid_of(const api::TrainReport& r) {
  py::list out;
  if (!r.grid) return out;
  for (std::size_t i = 0; i < r.grid->entries.size(); ++i) {
    const api::GridReport::Entry& e = r.grid->entries[i];
    py::dict one, settings;
    for (const auto& [key, value] : e.settings) settings[py::str(key)] = value;
    one["settings"] = settings;
    one["mean"] = e.mean, one["standard_deviation"] = e.standard_deviation, one["chosen"] = i == r.grid->best;
    out.append(one);
  }
  return out;
}

py::dict report_of(const api::TrainReport& r) {
  py::dict out;
  out["status_name"] = std::string(train::name(r.ending));
  out["success"] = train::succeeds(r.ending);
  out["message"] = r.message;
  out["epochs"] = r.epochs;
  out["steps"] = r.steps;
  out["examples"] = r.examples;
  out["seconds"] = r.seconds;
  out["best_epoch"] = r.best_epoch;
  out["resumed"] = r.resumed;
  out["train"] = figures_of(r.train);
  out["validation"] = figures_of(r.validation);
  out["test"] = figures_of(r.test);
  out["folds"] = folds_of(r);
  out["grid"] = grid_of(r);
  out["optimizer"] = r.plan.optimizer;
  out["model"] = r.plan.model;
  out["loss"] = r.plan.loss;
  out["warnings"] = r.plan.warnings;
  out["notes"] = r.plan.data.notes;
  return out;
}

py::dict epoch_of(const train::EpochEvent& e) {
  py::dict out;
  out["epoch"] = e.epoch, out["epochs"] = e.epochs, out["step"] = e.step, out["steps"] = e.steps;
  out["loss"] = e.loss, out["learning_rate"] = e.learning_rate, out["seconds"] = e.seconds;
  out["validation"] = figures_of(e.validation);
  out["best"] = e.best;
  return out;
}

/// Text, JSON, the picture and the page of a run. `call` is how it was asked for.
Document document_of(api::TrainReport report, present::TrainHistory history, present::Reproduction again) {
  struct Kept {
    api::TrainReport report;
    present::TrainHistory history;
    present::Reproduction again;
  };
  const auto kept = std::make_shared<const Kept>(Kept{std::move(report), std::move(history), std::move(again)});
  return {[kept](const std::string& form, const present::PictureOptions& picture) {
    const auto& [r, h, reproduction] = *kept;
    if (form == "text") return present::report_text(r, {});
    if (form == "json") return present::report_json(r, {});
    if (form == "svg") {
      const auto figure = present::train_picture(r, h, picture);
      present::check_axes(picture, figure.panels);
      return report::plot::svg(figure);
    }
    if (form == "html") {
      const auto page = present::train_page(r, h, reproduction, picture);
      std::vector<report::plot::Panel> panels;
      present::add_panels(page, panels);
      present::check_axes(picture, panels);
      return report::html::document(page);
    }
    refuse_form(form, "text, json, svg and html");
  }};
}

/// (model or None, report, document or None). `call` is how Python asked; with `inspect` there is a document.
py::tuple train_rows(const py::object& rows, const py::object& validation, const py::object& test,
                     const py::dict& options, const py::object& on_epoch, const std::string& call, bool inspect) {
  api::TrainRequest request;
  std::vector<BoundOption> known;
  add_options(known, request, api::TrainRequest::options());
  set_options(options, known);
  request.file.set_rows(input_of(rows));
  if (!validation.is_none()) request.validation.set_rows(input_of(validation));
  if (!test.is_none()) request.test.set_rows(input_of(test));
  request.inspect = inspect;
  const auto interrupts = std::make_shared<Interrupts>();
  present::TrainHistory history;
  api::TrainObserver observer;
  observer.stop = [interrupts] { return (*interrupts)(); };
  if (inspect) observer.on_step = [&](const train::StepEvent& e) { history.add(e); };
  if (inspect || !on_epoch.is_none())
    observer.on_epoch = [&](const train::EpochEvent& e) {
      if (inspect) history.add(e);
      if (on_epoch.is_none()) return;
      const py::gil_scoped_acquire interpreter;
      on_epoch(epoch_of(e));
    };
  api::TrainReport report;
  {
    const py::gil_scoped_release others;
    report = api::train(request, observer);
  }
  interrupts->rethrow();
  const bool in_memory = request.file.table() || request.validation.table() || request.test.table();
  py::object model = py::none(), document = py::none();
  if (report.model) model = py::cast(LoadedModel(report.model));
  const py::dict told = report_of(report);
  if (inspect)
    document = py::cast(document_of(std::move(report), std::move(history),
                                    {.command = call,
                                     .version = std::string(version()),
                                     .run = in_memory ? "" : api::run_text("train", known, "")}));
  return py::make_tuple(model, told, document);
}

}  // namespace

void add_train(py::module_& module) { module.def("train", &train_rows); }

}  // namespace talweg::python
