#pragma once
#include <functional>

#include "talweg/compare/course.hpp"
#include "talweg/optim/objective.hpp"

namespace talweg::compare {

/// A function of a few variables: a formula or a test problem.
struct FunctionTask {
  std::function<Function()> function;  ///< makes one with a workspace of its own, for one attempt
  std::vector<double> start;
  Bounds bounds = {};
  std::function<std::vector<Constraint>()> constraints = {};  ///< likewise; empty: none
  std::vector<std::string> names = {};                        ///< of the variables, for messages
  double jitter = 0.1;  ///< each seed moves each coordinate by at most this share of its size, a zero by this much
  std::optional<double> optimum = {};
};

/// One evaluation is f with its gradient at one point, whatever the method wants it for: trial points of a line search
/// and look-ahead points count like any other. The value of an attempt is the lowest at any point evaluated; with
/// constraints, at any that keeps them.
class FunctionCourse : public Course {
 public:
  explicit FunctionCourse(FunctionTask task) : task_(std::move(task)) {}
  void admit(const Entrant& entrant, std::int64_t budget) const override;
  Attempt run(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget,
              bool with_path) const override;
  std::string unit() const override { return "evaluations of f with its gradient"; }
  std::string starts() const override;
  bool random() const override { return task_.jitter > 0; }
  std::optional<double> optimum() const override { return task_.optimum; }
  double reach() const override { return 1e-5; }
  const FunctionTask& task() const { return task_; }
  /// The start of a seed; that of seed 0 is the given one.
  std::vector<double> start(std::uint64_t seed) const;

 private:
  FunctionTask task_;
};

}  // namespace talweg::compare
