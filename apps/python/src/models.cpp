#include <string>
#include <vector>

#include "documents.hpp"
#include "figures.hpp"
#include "options.hpp"
#include "rows.hpp"
#include "talweg/api/explain/explain.hpp"
#include "talweg/api/reading_options.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/use/inspect.hpp"
#include "talweg/api/use/request.hpp"
#include "talweg/api/use/stream_use.hpp"
#include "talweg/base/error.hpp"
#include "talweg/present/explain/explain_report.hpp"
#include "talweg/train/load_model.hpp"
#include "talweg/training.hpp"

/// Trained models: what they predict, what is in them, why.
namespace talweg::python {

py::dict figures_of(const train::Metrics& metrics) {
  py::dict out;
  for (const auto& [name, value] : metrics.values) out[py::str(name)] = value;
  return out;
}

namespace {

py::object cell_of(const report::Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return py::int_(*whole);
  if (const auto* number = std::get_if<double>(&cell)) return py::float_(*number);
  if (const auto* word = std::get_if<std::string>(&cell)) return py::str(*word);
  return py::none();
}

/// Rows of a path or of memory, read as the options say.
template <class R> data::Input input_with(const py::object& rows, const py::dict& options, api::RowsFor what) {
  R request;
  std::vector<BoundOption> known;
  add_options(known, request, api::reading_options<R, &R::file, &data::Input::reading>(what));
  set_options(options, known);
  request.file.set_rows(input_of(rows));
  return request.file;
}

/// (numbers or class indices, labels or None, probabilities (rows, classes) or None, notes)
py::tuple predict_rows(const LoadedModel& model, const py::object& rows, const std::string& columns,
                       const py::dict& options) {
  std::vector<double> values, probabilities;
  std::size_t classes = 0;
  models::PredictedRows told;
  const auto input = input_with<api::PredictRequest>(rows, options, api::RowsFor::predicting);
  for (const std::string_view name : {"id", "keep"})
    if (options.contains(py::str(std::string(name))))
      throw Error(name, text::cat(name, " has no effect here: predictions are an array, in the order of the rows"));
  {
    const py::gil_scoped_release others;
    told = model.details().predict({.file = input, .columns = columns}, [&](const models::Predictions& p) {
      values.insert(values.end(), p.values.begin(), p.values.end());
      probabilities.insert(probabilities.end(), p.probabilities.begin(), p.probabilities.end());
      classes = p.classes;
    });
  }
  py::object shares = py::none();
  if (!probabilities.empty()) {
    const auto n = static_cast<py::ssize_t>(values.size());
    shares = array_of(probabilities).attr("reshape")(n, static_cast<py::ssize_t>(probabilities.size()) / n);
  }
  py::object labels = py::none();
  if (classes > 0) labels = py::cast(model.classes());
  return py::make_tuple(array_of(values), labels, shares, told.notes);
}

py::dict evaluate_rows(const LoadedModel& model, const py::object& rows, const py::dict& options) {
  api::EvaluateRequest request;
  std::vector<BoundOption> known;
  add_options(known, request, api::EvaluateRequest::options());
  set_options(options, known);
  request.file.set_rows(input_of(rows));
  api::EvaluateReport report;
  {
    const py::gil_scoped_release others;
    report = api::evaluate(model.details(), request);
  }
  return figures_of(report.test);
}

py::tuple coefficients_of(const LoadedModel& model, std::int64_t top) {
  const api::InspectReport r = api::inspect(model.details(), top);
  py::dict facts;
  for (const auto& [name, value] : r.facts) facts[py::str(name)] = cell_of(value);
  py::list rows;
  for (const auto& row : r.table.rows) {
    py::list cells;
    for (const auto& cell : row) cells.append(cell_of(cell));
    rows.append(cells);
  }
  py::list intercepts;
  for (const api::Intercept& i : r.intercepts) {
    py::dict estimate;
    estimate["value"] = i.value;
    for (std::size_t d = 0; d < r.doubts.size(); ++d) estimate[py::str(r.doubts[d])] = cell_of(i.doubts[d]);
    intercepts.append(py::make_tuple(i.label, estimate));
  }
  return py::make_tuple(facts, r.table.columns, rows, intercepts);
}

LoadedModel model_of(const std::string& bytes) {
  return LoadedModel(train::load_model(Archive::parse(bytes, "the pickled model")));
}

/// From the loss of a row to a weight. `name` is what titles call the model.
Document explain_row(const LoadedModel& model, const std::string& name, const py::object& rows,
                     const py::dict& options) {
  api::ExplainRequest read;
  std::vector<BoundOption> known;
  add_options(known, read, api::ExplainRequest::options());
  set_options(options, known);
  if (!read.row) throw Error("row", "row is missing: say which row to explain, counted from 1");
  const api::ExplainModelRequest request{
      .model = name, .file = input_of(rows), .target = read.target, .row = *read.row, .weight = read.weight};
  const auto make = [model, request](const std::string& form, const present::PictureOptions& picture) {
    const present::ExplainFormat format = present::parse_explain_format(form);
    const auto as = present::is_graph(format) ? api::ExplainAs::graph : api::ExplainAs::document;
    present::check_axes(picture, std::vector<std::string>());  // a graph has none
    return present::render(api::explain_model(model.details(), request, as), format, picture.title);
  };
  const py::gil_scoped_release others;
  make("text", {});  // so that what is wrong is told now
  return {make};
}

}  // namespace

void add_models(py::module_& module) {
  module.def("load", [](const std::string& path) { return load_model(path); });
  py::class_<LoadedModel>(module, "Model")
      .def_property_readonly("spec", &LoadedModel::spec)
      .def_property_readonly("kind", &LoadedModel::kind)
      .def_property_readonly("features", &LoadedModel::features)
      .def_property_readonly("classes", &LoadedModel::classes)
      .def("target",
           [](const LoadedModel& m) -> std::string { return m.details().target() ? m.details().target()->name : ""; })
      .def("class_values",
           [](const LoadedModel& m) -> py::object {
             const data::Target* target = m.details().target();
             if (!target || !target->numeric || target->classes.empty()) return py::none();
             return array_of(target->class_values);
           })
      .def("save", &LoadedModel::save)
      .def("export_to", &LoadedModel::export_to)
      .def("predict", &predict_rows, py::arg("rows"), py::arg("columns") = "", py::arg("options") = py::dict())
      .def("evaluate", &evaluate_rows, py::arg("rows"), py::arg("options"))
      .def("inspect", &coefficients_of)
      .def("explain", &explain_row)
      .def("bytes", [](const LoadedModel& m) { return py::bytes(m.details().archive().bytes()); })
      .def(py::pickle([](const LoadedModel& m) { return py::bytes(m.details().archive().bytes()); },
                      [](const py::bytes& state) { return model_of(std::string(state)); }));
}

}  // namespace talweg::python
