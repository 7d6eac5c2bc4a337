#include "module.hpp"

#include "talweg/base/error.hpp"
#include "talweg/version.hpp"

namespace talweg::python {

py::array_t<double> array_of(std::span<const double> values) {
  return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
}

namespace {

/// talweg.Error is a ValueError with the name of the option that is wrong.
void add_error(py::module_& module) {
  static py::handle type;
  py::object error =
      py::module_::import("builtins")
          .attr("type")("Error", py::make_tuple(py::reinterpret_borrow<py::object>(PyExc_ValueError)),
                        py::dict(py::arg("__doc__") = "Wrong use or bad input: one line that says what, where, the "
                                                      "allowed range and the fix.\n\n`option` names the option that "
                                                      "is wrong, or is \"\".",
                                 py::arg("__module__") = "talweg", py::arg("option") = ""));
  module.attr("Error") = error;
  type = error.release();
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Error& e) {
      py::object instance = type(py::str(e.what()));
      instance.attr("option") = e.option();
      PyErr_SetObject(type.ptr(), instance.ptr());
    }
  });
}

}  // namespace
}  // namespace talweg::python

PYBIND11_MODULE(_core, module) {
  using namespace talweg::python;
  module.attr("version") = std::string(talweg::version());
  add_error(module);
  add_minimize(module);
  add_check(module);
  add_rows(module);
  add_models(module);
  add_train(module);
  add_incremental(module);
  add_catalogue(module);
  add_optim(module);
  add_documents(module);
}
