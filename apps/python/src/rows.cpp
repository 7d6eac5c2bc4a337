#include "rows.hpp"

namespace talweg::python {

namespace {

using Texts = std::vector<std::string>;

template <class T> std::vector<T> whole_numbers(const py::handle& values) {
  const auto numbers = py::cast<py::array_t<T, py::array::c_style | py::array::forcecast>>(values);
  return {numbers.data(), numbers.data() + numbers.size()};
}

}  // namespace

data::Input input_of(const py::object& rows) {
  if (py::isinstance<TableHandle>(rows)) return rows.cast<const TableHandle&>().table;
  return py::cast<std::string>(rows);
}

std::vector<double> doubles_of(const py::handle& values) {
  const auto numbers = py::cast<Doubles>(values);
  return {numbers.data(), numbers.data() + numbers.size()};
}

data::SparseRows sparse_rows(const py::object& starts, const py::object& columns, const py::object& values,
                             std::size_t width) {
  data::SparseRows rows;
  rows.width = width;
  rows.starts = whole_numbers<std::size_t>(starts);
  rows.columns = whole_numbers<std::uint32_t>(columns);
  rows.values = doubles_of(values);
  return rows;
}

namespace {

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

TableHandle make_sparse_table(const py::object& labels, const py::object& starts, const py::object& columns,
                              const py::object& values, std::size_t width, const std::string& origin) {
  data::SparseRows rows = sparse_rows(starts, columns, values, width);
  return {std::make_shared<const data::Table>(data::table_of(doubles_of(labels), std::move(rows), origin))};
}

}  // namespace

void add_rows(py::module_& module) {
  py::class_<TableHandle>(module, "Table").def_property_readonly("rows", [](const TableHandle& t) {
    return t.table->rows;
  });
  module.def("make_table", &make_table);
  module.def("make_sparse_table", &make_sparse_table);
}

}  // namespace talweg::python
