#include <optional>
#include <variant>

#include "module.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/optimizer.hpp"

/// First-order rules over memory that Python owns: arrays of NumPy, tensors of torch.
namespace talweg::python {

namespace {

/// One array with its rule. Addresses are those of contiguous numbers of its type, which the caller has checked.
class Stepper {
 public:
  Stepper(const std::string& spec, std::size_t size, bool single, bool maximize) {
    FirstOrder method = FirstOrder::parse(spec);
    method.maximize = maximize;
    if (single)
      rule_.emplace<Optimizer<float>>(std::move(method), size);
    else
      rule_.emplace<Optimizer<double>>(std::move(method), size);
  }

  std::size_t size() {
    std::size_t n = 0;
    with([&](auto& rule, auto) { n = rule.size(); });
    return n;
  }
  bool single() const { return std::holds_alternative<Optimizer<float>>(rule_); }
  void step(std::uintptr_t x, std::uintptr_t g, const StepInfo& info) {
    with([&](auto& rule, auto zero) {
      using T = decltype(zero);
      rule.step({reinterpret_cast<T*>(x), rule.size()}, {reinterpret_cast<const T*>(g), rule.size()}, info);
    });
  }
  void look_ahead(std::uintptr_t x, std::uintptr_t out) {
    with([&](auto& rule, auto zero) {
      using T = decltype(zero);
      rule.look_ahead({reinterpret_cast<const T*>(x), rule.size()}, {reinterpret_cast<T*>(out), rule.size()});
    });
  }
  void set(const std::string& key, const std::string& value) {
    with([&](auto& rule, auto) { rule.set(key, value); });
  }
  py::bytes save() {
    std::vector<std::byte> bytes;
    with([&](auto& rule, auto) { bytes = rule.save(); });
    return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void load(const std::string& bytes) {
    with([&](auto& rule, auto) { rule.load(std::as_bytes(std::span(bytes))); });
  }
  /// Goes on from `steps` made elsewhere, with the slots {name: numbers of its type}.
  void resume(std::int64_t steps, const py::dict& slots) {
    with([&](auto& rule, auto zero) {
      using T = decltype(zero);
      using Numbers = py::array_t<T, py::array::c_style | py::array::forcecast>;
      std::vector<std::string> names;
      std::vector<Numbers> kept;
      for (const auto& [name, values] : slots)
        names.push_back(py::cast<std::string>(name)), kept.push_back(py::cast<Numbers>(values));
      std::vector<typename Optimizer<T>::NamedSlot> given;
      for (std::size_t i = 0; i < kept.size(); ++i)
        given.push_back({names[i], {kept[i].data(), static_cast<std::size_t>(kept[i].size())}});
      rule.resume(steps, given);
    });
  }
  std::int64_t steps() {
    std::int64_t n = 0;
    with([&](auto& rule, auto) { n = rule.steps(); });
    return n;
  }
  std::string spec() {
    std::string text;
    with([&](auto& rule, auto) { text = rule.method().spec(); });
    return text;
  }
  py::dict slots() {
    py::dict out;
    with([&](auto& rule, auto zero) {
      using T = decltype(zero);
      for (const auto name : rule.slot_names()) {
        const auto values = rule.slot(name);
        out[py::str(std::string(name))] = py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
      }
    });
    return out;
  }

 private:
  template <class F> void with(const F& f) {
    if (auto* single = std::get_if<Optimizer<float>>(&rule_))
      f(*single, float{});
    else
      f(std::get<Optimizer<double>>(rule_), double{});
  }
  std::variant<std::monostate, Optimizer<float>, Optimizer<double>> rule_;
};

std::uintptr_t address(PyObject* number) {
  const auto at = static_cast<std::uintptr_t>(PyLong_AsSize_t(number));
  if (at == static_cast<std::uintptr_t>(-1) && PyErr_Occurred()) throw py::error_already_set();
  return at;
}

void step_all(const py::list& steppers, const py::list& xs, const py::list& gs, std::optional<double> value) {
  StepInfo info;
  info.value = value;
  for (std::size_t i = 0; i < steppers.size(); ++i)
    steppers[i].cast<Stepper&>().step(address(PyList_GET_ITEM(xs.ptr(), i)), address(PyList_GET_ITEM(gs.ptr(), i)),
                                      info);
}

/// What torch's tensors are asked for, as names that are made once.
struct TensorNames {
  PyObject* grad = PyUnicode_InternFromString("grad");
  PyObject* layout = PyUnicode_InternFromString("layout");
  PyObject* dtype = PyUnicode_InternFromString("dtype");
  PyObject* is_contiguous = PyUnicode_InternFromString("is_contiguous");
  PyObject* data_ptr = PyUnicode_InternFromString("data_ptr");
  PyObject* numel = PyUnicode_InternFromString("numel");
};

py::object attribute(const py::handle& of, PyObject* name) {
  PyObject* value = PyObject_GetAttr(of.ptr(), name);
  if (!value) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(value);
}
py::object call(const py::handle& of, PyObject* name) {
  PyObject* value = PyObject_CallMethodNoArgs(of.ptr(), name);
  if (!value) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(value);
}

/// One step of torch parameters that have a gradient. `steppers` holds None until a parameter has its first:
/// `make(i)` then makes it. `dense(g, p)` gives what is stepped by in place of a gradient that is not contiguous, of
/// another type or not strided, or raises. `changed(p)` raises where p has another size or type than its rule.
void step_tensors(const py::list& parameters, const py::list& steppers, const py::object& strided,
                  const py::object& single, const py::function& make, const py::function& dense,
                  const py::function& changed) {
  static const TensorNames names;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const py::handle p = parameters[i];
    py::object g = attribute(p, names.grad);
    if (g.is_none()) continue;
    if (py::handle(PyList_GET_ITEM(steppers.ptr(), i)).is_none()) steppers[i] = make(i);
    auto& rule = steppers[i].cast<Stepper&>();
    const py::object type = attribute(p, names.dtype);
    if (type.is(single) != rule.single() || address(call(p, names.numel).ptr()) != rule.size()) changed(p);
    if (!attribute(g, names.layout).is(strided) || !attribute(g, names.dtype).is(type) ||
        call(g, names.is_contiguous).ptr() != Py_True || call(p, names.is_contiguous).ptr() != Py_True)
      g = dense(g, p);
    rule.step(address(call(p, names.data_ptr).ptr()), address(call(g, names.data_ptr).ptr()), {});
  }
}

}  // namespace

void add_optim(py::module_& module) {
  py::class_<Stepper>(module, "Stepper")
      .def(py::init<const std::string&, std::size_t, bool, bool>())
      .def("look_ahead", &Stepper::look_ahead)
      .def("set", &Stepper::set)
      .def("save", &Stepper::save)
      .def("load", &Stepper::load)
      .def("slots", &Stepper::slots)
      .def("resume", &Stepper::resume)
      .def_property_readonly("steps", &Stepper::steps)
      .def_property_readonly("spec", &Stepper::spec);
  module.def("step_all", &step_all);
  module.def("step_tensors", &step_tensors);
}

}  // namespace talweg::python
