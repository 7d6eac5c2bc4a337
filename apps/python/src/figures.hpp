#pragma once
#include "module.hpp"
#include "talweg/training.hpp"

namespace talweg::python {

/// {name: figure}
py::dict figures_of(const train::Metrics& metrics);

}  // namespace talweg::python
