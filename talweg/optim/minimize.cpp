#include "talweg/optim/minimize.hpp"

#include <utility>

#include "talweg/optim/minimize_exact.hpp"
#include "talweg/optim/minimizer.hpp"

namespace talweg {

Result minimize(const Function& f, std::vector<double> x0, const Method& method, const Options& options) {
  Minimizer minimizer(f, std::move(x0), method, options);
  while (minimizer.step() == Status::running) continue;
  return minimizer.result();
}

Result minimize_exact(const Function& f, std::function<double(std::span<const double> x)> rounding,
                      std::vector<double> x0, const Method& method, const Options& options) {
  Options known = options;
  known.check_gradient = false;
  known.exact_gradient = true;
  known.rounding = std::move(rounding);
  return minimize(f, std::move(x0), method, known);
}

}  // namespace talweg
