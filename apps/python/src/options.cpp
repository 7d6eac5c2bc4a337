#include "options.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::python {

void set_options(const py::dict& given, const std::vector<BoundOption>& options) {
  std::vector<std::string_view> names;
  for (const BoundOption& option : options) names.push_back(option.info.name);
  for (const auto& [key, value] : given) {
    const auto name = py::cast<std::string>(key);
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      const std::string near = text::did_you_mean(name, names);
      throw Error(name,
                  text::cat("unknown option '", name, "'",
                            near.empty() ? text::cat("; the options are ", text::list(names)) : text::cat(": ", near)));
    }
    options[static_cast<std::size_t>(found - names.begin())].set(py::cast<std::vector<std::string>>(value));
  }
}

}  // namespace talweg::python
