#pragma once
#include <span>

#include "talweg/explain/sheet.hpp"
#include "talweg/formula/formula.hpp"

namespace talweg::explain {

/// Puts a formula on a sheet, its variables being the given places there. Returns the place of its value.
Sheet::Id put(Sheet& sheet, const formula::Formula& f, std::span<const Sheet::Id> variables);

}  // namespace talweg::explain
