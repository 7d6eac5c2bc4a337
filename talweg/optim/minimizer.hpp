#pragma once
#include <memory>
#include <vector>

#include "talweg/optim/method.hpp"
#include "talweg/optim/options.hpp"
#include "talweg/optim/result.hpp"

namespace talweg {

/// A minimisation that is driven step by step; `minimize` is its run to the end:
///
///   Minimizer m(f, {-1.2, 1.0}, Lbfgs{});
///   while (m.step() == Status::running) use(m.iteration());
///   Result r = m.result();
///
/// Throws Error for wrong use (bounds of another length, a start that is not finite); every numerical outcome is a
/// Status. What f throws passes through unchanged.
class Minimizer {
 public:
  Minimizer(Function f, std::vector<double> x0, Method method, Options options = {});
  Minimizer(Minimizer&&) noexcept;
  Minimizer& operator=(Minimizer&&) noexcept;
  ~Minimizer();

  /// The first call looks at the start: iteration 0. Each other one makes an iteration, and what belongs to it: the
  /// test of convergence, a look at the curvature. `running` while there is more to do; once a run has ended, nothing
  /// more happens.
  Status step();
  Status status() const;
  /// Where the run stands; after the first step, and while the start was one that a run can begin at. Its spans hold
  /// until the next step.
  Iteration iteration() const;
  /// The best point so far, and the verdict of a run that has ended.
  Result result();

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace talweg
