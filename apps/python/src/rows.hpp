#pragma once
#include <memory>
#include <string>
#include <vector>

#include "module.hpp"
#include "talweg/training.hpp"

/// Rows of Python as rows of the library.
namespace talweg::python {

struct TableHandle {
  std::shared_ptr<const data::Table> table;
};

/// A path, or a table made before.
data::Input input_of(const py::object& rows);

std::vector<double> doubles_of(const py::handle& values);

/// Compressed sparse rows, as SciPy has them.
data::SparseRows sparse_rows(const py::object& starts, const py::object& columns, const py::object& values,
                             std::size_t width);

}  // namespace talweg::python
