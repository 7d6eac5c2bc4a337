#pragma once
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/deterministic/history.hpp"
#include "talweg/optim/method.hpp"

namespace talweg {

/// Limited-memory BFGS: Liu & Nocedal 1989.
struct Lbfgs {
  int memory = 0;  ///< pairs; 0: 10, and up to 40 when n <= 50
  LineSearch line_search = LineSearch::weak_wolfe;
  double decrease = 1e-4, curvature = 0.7;

  struct Tuning {
    bool unit_cap = true, guard = true, biggs = true;
    int h0_window = 3;
    double h0_factor = 1.4;
  } tuning;

  struct State {
    Descent path;
    History pairs;
  };
  State start(Point at) const;
  StepReport step(Evaluator& f, State& s) const;
};

std::shared_ptr<const MethodBase> make_method(const Lbfgs& method);

}  // namespace talweg
