#include "talweg/optim/minimize.hpp"

#include "talweg/optim/minimizer.hpp"

namespace talweg {

Result minimize(const Function& f, std::vector<double> x0, const Method& method, const Options& options) {
  Minimizer minimizer(f, std::move(x0), method, options);
  while (minimizer.step() == Status::running) continue;
  return minimizer.result();
}

}  // namespace talweg
