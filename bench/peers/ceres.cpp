// Ceres' solver for general objectives, by L-BFGS and by non-linear conjugate gradients (Fletcher-Reeves by default).
#include <ceres/ceres.h>
#include <ceres/gradient_problem.h>
#include <ceres/gradient_problem_solver.h>
#include <glog/logging.h>

#include "peer.hpp"

namespace peers {
namespace {

class Objective final : public ceres::FirstOrderFunction {
 public:
  explicit Objective(Counter& f) : f_(f) {}
  bool Evaluate(const double* x, double* cost, double* gradient) const override {
    *cost = f_(x, gradient);
    return true;
  }
  int NumParameters() const override { return static_cast<int>(f_.problem().n()); }

 private:
  Counter& f_;
};

class StopWhenDone final : public ceres::IterationCallback {
 public:
  explicit StopWhenDone(const Counter& f) : f_(f) {}
  ceres::CallbackReturnType operator()(const ceres::IterationSummary&) override {
    return f_.done() ? ceres::SOLVER_ABORT : ceres::SOLVER_CONTINUE;
  }

 private:
  const Counter& f_;
};

Claim minimize(ceres::LineSearchDirectionType direction, Counter& f, Mode mode) {
  FLAGS_minloglevel = 3;  // it writes its doubts to standard error
  ceres::GradientProblemSolver::Options options;
  options.line_search_direction_type = direction;
  options.logging_type = ceres::SILENT;
  if (mode == Mode::tight) {
    options.max_lbfgs_rank = 10;
    options.max_num_iterations = budget;
    options.function_tolerance = options.gradient_tolerance = options.parameter_tolerance = 0;
  }
  StopWhenDone stop(f);
  options.callbacks.push_back(&stop);
  std::vector<double> x = start_of(f.problem());
  const ceres::GradientProblem problem(new Objective(f));  // which it owns
  ceres::GradientProblemSolver::Summary summary;
  try {
    ceres::Solve(options, problem, x.data(), &summary);
  } catch (const Counter::Spent&) {
    return {false, x};
  }
  return {summary.termination_type == ceres::CONVERGENCE, x};
}

Claim lbfgs(Counter& f, Mode mode) { return minimize(ceres::LBFGS, f, mode); }
Claim cg(Counter& f, Mode mode) { return minimize(ceres::NONLINEAR_CONJUGATE_GRADIENT, f, mode); }

}  // namespace

void add_ceres(std::vector<Peer>& list);
void add_ceres(std::vector<Peer>& list) {
  list.push_back({"Ceres LBFGS", Group::lbfgs, lbfgs});
  list.push_back({"Ceres NONLINEAR_CG", Group::cg, cg});
}

}  // namespace peers
