#pragma once
#include <span>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "talweg/training.hpp"

/// The compiled half of the package: each file adds its part. Names here are private to the package (`talweg._core`).
namespace talweg::python {

namespace py = pybind11;

/// Doubles in a row; a copy of what is strided or of another type.
using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;

void add_minimize(py::module_& module);
void add_train(py::module_& module);
void add_catalogue(py::module_& module);
void add_optim(py::module_& module);
void add_documents(py::module_& module);

/// A path, or a table that `make_table` made.
data::Input input_of(const py::object& rows);

/// A fresh array, which is its receiver's to keep.
py::array_t<double> array_of(std::span<const double> values);

}  // namespace talweg::python
