#include "talweg/api/train/incremental.hpp"

#include "module.hpp"
#include "rows.hpp"

/// Models that learn rows as they come: what `partial_fit` calls.
namespace talweg::python {

namespace {

IncrementalModel make(const std::string& model, const std::string& optimizer, std::vector<std::string> classes) {
  return IncrementalModel({.model = model, .optimizer = optimizer, .classes = std::move(classes), .loss = ""});
}

void learn(IncrementalModel& model, const py::object& targets, const py::object& starts, const py::object& columns,
           const py::object& values, std::size_t width) {
  const data::SparseRows rows = sparse_rows(starts, columns, values, width);
  const std::vector<double> numbers = doubles_of(targets);
  const py::gil_scoped_release others;
  model.learn(rows, numbers);
}

}  // namespace

void add_incremental(py::module_& module) {
  py::class_<IncrementalModel>(module, "IncrementalModel")
      .def(py::init(&make))
      .def("learn", &learn)
      .def_property_readonly("rows", &IncrementalModel::rows)
      .def("model", &IncrementalModel::model)
      .def(py::pickle([](const IncrementalModel& m) { return py::bytes(m.state()); },
                      [](const py::bytes& state) { return IncrementalModel::from_state(std::string(state)); }));
}

}  // namespace talweg::python
