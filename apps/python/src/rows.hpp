#pragma once
#include <memory>
#include <string>

#include "module.hpp"
#include "talweg/training.hpp"

namespace talweg::python {

/// Rows of Python as a table of the engine.
struct TableHandle {
  std::shared_ptr<const data::Table> table;
};

/// A path, or a table made before.
inline data::Input input_of(const py::object& rows) {
  if (py::isinstance<TableHandle>(rows)) return rows.cast<const TableHandle&>().table;
  return py::cast<std::string>(rows);
}

}  // namespace talweg::python
