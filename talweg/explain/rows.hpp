#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "talweg/explain/document.hpp"
#include "talweg/formula/data_formula.hpp"

namespace talweg::explain {

/// How a formula over rows and its gradient come about at x (parameters) from these rows (none: all of them): of up to
/// five rows term by term, of more as totals. `line` says what a row is called: the line of its file.
std::vector<Section> explain_rows(formula::DataFormula f, std::span<const double> x,
                                  std::span<const std::uint32_t> rows,
                                  const std::function<std::uint32_t(std::size_t row)>& line);

}  // namespace talweg::explain
