#pragma once
#include <limits>

#include "talweg/optim/certificate/convergence.hpp"
#include "talweg/optim/method.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg {

/// What changes in a minimisation on its way, beside the method's own run. Plain data.
struct MinimizerState {
  Status status_ = Status::running;
  bool begun_ = false;
  bool whole_ = false;    ///< between two iterations
  bool limited_ = false;  ///< ended by a test that may be made again
  certificate::Convergence convergence_;
  Result result_;
  RunStory story_;
  Point best_;
  Point feasible_;       ///< the last point that the certificate sent a run under constraints to
  bool moved_ = false;   ///< the last certificate sent the run elsewhere
  bool turned_ = false;  ///< the run is one in a metric
  double lowest_ = 0;
  double last_value_ = std::numeric_limits<double>::quiet_NaN();
  // A caller who stops a run does so before all is drawn from a step.
  StepReport open_;        ///< of a step that was not judged any more
  bool answered_ = false;  ///< a look at the curvature came to `answer_`, from which nothing was drawn
  Status answer_ = Status::running;

  /// Limits and callers end a run that may be taken up again.
  Status outlasting() const { return limited_ || status_ == Status::stopped_by_caller ? Status::running : status_; }

  /// Of n variables. What is loaded is between two iterations.
  template <class Self, class V> static void visit(Self& s, V&& v, std::size_t n) {
    constexpr Status last = Status::stopped_by_caller;
    Status status = s.outlasting();
    v.choice(status, last);
    if constexpr (!std::is_const_v<Self>) s.status_ = status, s.begun_ = s.whole_ = true;
    certificate::Convergence::visit(s.convergence_, v);
    RunStory::visit(s.story_, v);
    v.count(s.result_.iterations);
    v.choice(s.result_.certificate.kind, Certificate::Kind::unchecked), v(s.result_.certificate.smallest_curvature),
        v.count(s.result_.certificate.checked);
    v.point(s.best_, n), v.point(s.feasible_, n);
    v(s.moved_), v(s.turned_), v(s.lowest_), v(s.last_value_);
    v.choice(s.open_.status, last), v(s.open_.why), v(s.open_.moved), v(s.answered_), v.choice(s.answer_, last);
  }
};

}  // namespace talweg
