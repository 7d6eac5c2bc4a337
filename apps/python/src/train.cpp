#include <chrono>
#include <cmath>
#include <memory>
#include <optional>

#include "module.hpp"
#include "options.hpp"
#include "rows.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/use/inspect.hpp"
#include "talweg/api/use/stream_use.hpp"
#include "talweg/train/load_model.hpp"
#include "talweg/training.hpp"

/// Training on rows of files and of memory, and the models that come of it.
namespace talweg::python {

namespace {

using Texts = std::vector<std::string>;

std::vector<double> doubles_of(const py::handle& values) {
  const auto numbers = py::cast<Doubles>(values);
  return {numbers.data(), numbers.data() + numbers.size()};
}

TableHandle make_table(const py::list& columns, const std::string& origin) {
  std::vector<data::Column> made;
  for (const auto& entry : columns) {
    const auto pair = py::cast<py::tuple>(entry);
    auto name = py::cast<std::string>(pair[0]);
    if (py::isinstance<py::list>(pair[1]))
      made.push_back(data::texts(std::move(name), py::cast<Texts>(pair[1])));
    else
      made.push_back(data::numbers(std::move(name), doubles_of(pair[1])));
  }
  return {std::make_shared<const data::Table>(data::table_of(std::move(made), origin))};
}

template <class T> std::vector<T> whole_numbers(const py::handle& values) {
  const auto numbers = py::cast<py::array_t<T, py::array::c_style | py::array::forcecast>>(values);
  return {numbers.data(), numbers.data() + numbers.size()};
}

/// Compressed sparse rows, as SciPy has them.
TableHandle make_sparse_table(const py::object& labels, const py::object& starts, const py::object& columns,
                              const py::object& values, std::size_t width, const std::string& origin) {
  data::SparseRows rows;
  rows.width = width;
  rows.starts = whole_numbers<std::size_t>(starts);
  rows.columns = whole_numbers<std::uint32_t>(columns);
  rows.values = doubles_of(values);
  return {std::make_shared<const data::Table>(data::table_of(doubles_of(labels), std::move(rows), origin))};
}

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

py::dict figures_of(const train::Metrics& metrics) {
  py::dict out;
  for (const auto& [name, value] : metrics.values) out[py::str(name)] = value;
  return out;
}

py::object cell_of(const report::Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return py::int_(*whole);
  if (const auto* number = std::get_if<double>(&cell)) return py::float_(*number);
  if (const auto* word = std::get_if<std::string>(&cell)) return py::str(*word);
  return py::none();
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

/// (model or None, report)
py::tuple train_rows(const py::object& rows, const py::object& validation, const py::dict& options,
                     const py::object& on_epoch) {
  api::TrainRequest request;
  std::vector<BoundOption> known;
  add_options(known, request, api::TrainRequest::options());
  set_options(options, known);
  request.file = input_of(rows);
  if (!validation.is_none()) request.validation = input_of(validation);
  const auto interrupts = std::make_shared<Interrupts>();
  api::TrainObserver observer;
  observer.stop = [interrupts] { return (*interrupts)(); };
  if (!on_epoch.is_none())
    observer.on_epoch = [&on_epoch](const train::EpochEvent& e) {
      const py::gil_scoped_acquire interpreter;
      on_epoch(epoch_of(e));
    };
  api::TrainReport report;
  {
    const py::gil_scoped_release others;
    report = api::train(request, observer);
  }
  interrupts->rethrow();
  py::object model = py::none();
  if (report.model) model = py::cast(LoadedModel(report.model));
  return py::make_tuple(model, report_of(report));
}

/// (numbers or class indices, labels or None, probabilities (rows, classes) or None, notes)
py::tuple predict_rows(const LoadedModel& model, const py::object& rows, const std::string& columns) {
  std::vector<double> values, probabilities;
  std::size_t classes = 0;
  models::PredictedRows told;
  const data::Input input = input_of(rows);
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

py::dict evaluate_rows(const LoadedModel& model, const py::object& rows, const std::string& target,
                       const std::string& columns) {
  const data::Input input = input_of(rows);
  api::EvaluateReport report;
  {
    const py::gil_scoped_release others;
    report = train::with_kind(model.details(), [&](const auto& m) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(m)>, train::SavedFactorization>)
        return api::evaluate(m, input, columns);
      else
        return api::evaluate(m, input, target);
    });
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
  return py::make_tuple(facts, r.table.columns, rows, r.intercepts);
}

LoadedModel model_of(const std::string& bytes) {
  return LoadedModel(train::load_model(Archive::parse(bytes, "the pickled model")));
}

}  // namespace

void add_train(py::module_& module) {
  py::class_<TableHandle>(module, "Table").def_property_readonly("rows", [](const TableHandle& t) {
    return t.table->rows;
  });
  module.def("make_table", &make_table);
  module.def("make_sparse_table", &make_sparse_table);
  module.def("train", &train_rows);
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
      .def("predict", &predict_rows)
      .def("evaluate", &evaluate_rows)
      .def("inspect", &coefficients_of)
      .def("bytes", [](const LoadedModel& m) { return py::bytes(m.details().archive().bytes()); })
      .def(py::pickle([](const LoadedModel& m) { return py::bytes(m.details().archive().bytes()); },
                      [](const py::bytes& state) { return model_of(std::string(state)); }));
}

}  // namespace talweg::python
