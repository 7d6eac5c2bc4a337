#pragma once
#include <memory>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/base/export.hpp"
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
class TALWEG_API Minimizer {
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

  /// Whether the run can be saved: it has begun, is between two iterations, and has met finite numbers only. One that a
  /// limit of evaluations or time ended inside an iteration cannot.
  bool can_save() const;
  /// Puts everything that decides the future into the archive, as entries "minimizer.…". Throws Error when it cannot.
  void save(Archive& archive) const;
  /// Takes up the run that was saved: from there on it is the run that was never interrupted, bit for bit. f, x0,
  /// method and options are those of the saved run; only limits may differ, and who listens. A run that a limit or the
  /// caller had ended goes on. Throws Error for what is damaged or of another run, in a line that says in what they
  /// differ; then nothing has changed.
  void load(const Archive& archive);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace talweg
