#pragma once
#include <vector>

#include "module.hpp"
#include "talweg/base/option.hpp"

namespace talweg::python {

/// Sets options of a request from {"name": ["text", …]}. Throws Error naming an unknown one with the near names.
void set_options(const py::dict& given, const std::vector<BoundOption>& options);

}  // namespace talweg::python
