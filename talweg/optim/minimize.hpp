#pragma once
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/method.hpp"
#include "talweg/optim/options.hpp"
#include "talweg/optim/result.hpp"

namespace talweg {

/// Minimises f from x0 by `method`: the one loop of the library, for every method.
/// Throws Error for wrong use (bounds of another length, a start that is not finite); every numerical outcome is
/// a Status. What f throws passes through unchanged.
TALWEG_API Result minimize(const Function& f, std::vector<double> x0, const Method& method,
                           const Options& options = {});

/// The same by the method that serves where none is named: Method::usual.
inline Result minimize(const Function& f, std::vector<double> x0, const Options& options = {}) {
  return minimize(f, std::move(x0), Method::usual(options), options);
}

}  // namespace talweg
