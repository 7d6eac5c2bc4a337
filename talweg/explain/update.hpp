#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "talweg/explain/document.hpp"
#include "talweg/optim/method.hpp"

/// One step of a method, with the arithmetic that led from x to the next x.
namespace talweg::explain {

struct UpdateProblem {
  Function function;
  std::vector<double> start;
  const Method& method;
  Options options = {};                       ///< with the names of the variables; the callback is replaced
  std::vector<std::string> constraints = {};  ///< as the user wrote them
  std::int64_t step = 1;                      ///< counted from 1
  /// Where the function changes from step to step, as in batches: called before step `step` is made a second time.
  std::function<void()> before_step = {};
};

struct Update {
  std::string optimizer;  ///< the exact variant with its parameters
  std::int64_t step = 0;
  std::vector<std::string> names;
  std::vector<double> x, gradient, next;  ///< (n) before, ∇f there, after
  std::vector<double> taken_at;           ///< (n) where the gradient of the step was taken: x, or the look-ahead point
  double value = 0, next_value = 0;
  std::vector<Section> sections;
};

/// Runs the method and explains the step asked for. Throws Error when the run ends before it, saying where and why.
Update explain_update(const UpdateProblem& problem);

}  // namespace talweg::explain
