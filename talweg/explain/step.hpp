#pragma once
#include <memory>
#include <string>
#include <vector>

#include "talweg/explain/traced.hpp"
#include "talweg/explain/update.hpp"
#include "talweg/optim/schedule.hpp"

/// Between `update.cpp`, which brings a run to the step in question, and what explains the step of one kind of method.
namespace talweg::explain {

/// One trial of a search, as the Evaluator saw it.
struct SeenTrial {
  double step, value, slope;
};

/// A run just before the step, the same run just after it, and what was seen between.
struct StepView {
  const UpdateProblem& problem;
  std::int64_t t;  ///< the number of the step, from 1
  const Run& before;
  const Run& after;
  std::vector<SeenTrial> trials;

  std::size_t size() const { return before.at().x.size(); }
  const std::string& name(std::size_t i) const { return problem.options.names[i]; }
  Text old_x(std::size_t i) const { return indexed(name(i), t - 1); }
  Text new_x(std::size_t i) const { return indexed(name(i), t); }
};

std::vector<Section> explain_first_order(const StepView& view);
std::vector<Section> explain_deterministic(const StepView& view);

/// x moved into [low, high], written down.
Traced project(const Traced& x, const Bounds& bounds, std::size_t i);

/// How the learning rate of step t came from the method's own rate.
std::vector<Block> explain_schedule(const Schedule& schedule, double base, double rate, std::int64_t t);

}  // namespace talweg::explain
