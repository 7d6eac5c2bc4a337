#include "module.hpp"
#include "talweg/api/registry.hpp"
#include "talweg/api/train/request.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/optim/method.hpp"

/// What has a name, and the options of requests, as dicts: keywords, defaults and docstrings follow from them.
namespace talweg::python {

namespace {

py::dict item_of(const ItemInfo& item) {
  py::dict out;
  const Card& card = item.card;
  out["name"] = std::string(card.name);
  out["variant"] = std::string(card.variant);
  out["title"] = std::string(card.title);
  out["formula"] = std::string(card.formula);
  out["source"] = std::string(card.source);
  out["use"] = std::string(card.guidance.use);
  out["strengths"] = std::string(card.guidance.strengths);
  out["weaknesses"] = std::string(card.guidance.weaknesses);
  out["is_default"] = item.is_default;
  py::list fields;
  for (const FieldInfo& field : item.fields) {
    py::dict f;
    f["name"] = std::string(field.name);
    f["allowed"] = allowed(field);
    f["default"] = field.default_value;
    f["help"] = std::string(field.help);
    fields.append(f);
  }
  out["fields"] = fields;
  return out;
}

py::dict option_of(const BoundOption& option) {
  constexpr const char* kinds[] = {"text", "number", "whole", "flag", "list"};
  py::dict out;
  out["name"] = std::string(option.info.name);
  out["kind"] = kinds[static_cast<std::size_t>(option.kind)];
  out["takes"] = std::string(option.info.takes);
  out["help"] = std::string(option.info.help);
  out["group"] = std::string(option.info.group);
  return out;
}

}  // namespace

void add_catalogue(py::module_& module) {
  module.def("topics", [] {
    py::dict out;
    for (const api::Topic& topic : api::topics()) {
      py::list items;
      for (const ItemInfo& item : topic.items()) {
        items.append(item_of(item));
        if (topic.name == "optimizers") items[items.size() - 1]["takes_residuals"] = api::takes_residuals(item);
      }
      out[py::str(std::string(topic.name))] = items;
    }
    return out;
  });
  module.def("training_options", [] {
    api::TrainRequest request;
    std::vector<BoundOption> options;
    add_options(options, request, api::TrainRequest::options());
    py::list out;
    for (const BoundOption& option : options) out.append(option_of(option));
    return out;
  });
  module.def("usual_method", [](const std::string& spec) { return usual_method(spec); });
}

}  // namespace talweg::python
