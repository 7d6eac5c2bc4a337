#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "talweg/problems/problem.hpp"

/// What the adapters of the peers share.
namespace peers {

using talweg::problems::Problem;

constexpr double tolerance = 1e-6;  ///< of the gradient, or of violation and error under constraints
constexpr int budget = 5000;        ///< evaluations

/// How a library is run. `tight`: with history 10 and its own tests as strict as they can be set, until the tolerance
/// is met, so that only its path counts. `usual`: as it comes, until it returns, to see what it then claims.
enum class Mode { tight, usual };

/// The objective of one run. A peer that asks for f and its gradient apart, or twice at the same point, is charged
/// once.
class Counter {
 public:
  Counter(const Problem& problem, Mode mode) : problem_(problem), mode_(mode), x_(problem.n()), g_(problem.n()) {}

  /// Writes the gradient (n) where `g` is not null; throws Spent when the peer goes on long after it was told to stop.
  double operator()(const double* x, double* g) {
    const std::size_t n = problem_.n();
    if (evaluations_ == 0 || !std::equal(x_.begin(), x_.end(), x)) evaluate(x);
    if (g) std::copy(g_.begin(), g_.begin() + static_cast<std::ptrdiff_t>(n), g);
    return f_;
  }
  struct Spent {};

  /// Whether the peer is to stop: what was looked for is found, or the budget is gone.
  bool done() const { return evaluations_ >= budget || (mode_ == Mode::tight && hit_ > 0); }
  /// Evaluations until the tolerance was met at a known minimum, at a point no worse than the start; 0: never. A flat
  /// start, or a slope that is level far out, does not count.
  int hit() const { return hit_; }
  int evaluations() const { return evaluations_; }
  int outside() const { return outside_; }  ///< of these, outside the box
  const Problem& problem() const { return problem_; }

 private:
  void evaluate(const double* x) {
    if (evaluations_ > 3 * budget) throw Spent{};
    x_.assign(x, x + problem_.n());
    f_ = problem_.function(x_, g_);
    if (++evaluations_ == 1) start_value_ = f_;
    if (!problem_.bounds.empty())
      for (std::size_t i = 0; i < x_.size(); ++i)
        if (x_[i] < problem_.bounds.lower[i] || x_[i] > problem_.bounds.upper[i]) {
          ++outside_;
          break;
        }
    if (hit_ == 0 && evaluations_ <= budget && meets()) hit_ = evaluations_;
  }
  bool meets() const {
    if (!problem_.constraints.empty())
      return talweg::problems::reaches_optimum(problem_, f_, tolerance) &&
             talweg::problems::violation(problem_, x_) <= tolerance;
    return f_ <= start_value_ && talweg::problems::reaches_optimum(problem_, f_) &&
           talweg::problems::violation(problem_, x_) == 0 &&
           talweg::gradient_norm(x_, g_, problem_.bounds) <= tolerance * std::max(1.0, std::abs(f_));
  }

  const Problem& problem_;
  Mode mode_;
  std::vector<double> x_, g_;
  double f_ = 0, start_value_ = 0;
  int evaluations_ = 0, hit_ = 0, outside_ = 0;
};

/// What a peer says when it returns.
struct Claim {
  bool success = false;
  std::vector<double> x;
};

/// The kind of problem that a peer is made for, and the kind of method that it is compared with.
enum class Group { lbfgs, cg, box, constrained };

struct Peer {
  std::string name;
  Group group;
  std::function<Claim(Counter& f, Mode mode)> run;
};

/// The start, inside the box: some peers refuse any other.
inline std::vector<double> start_of(const Problem& problem) {
  std::vector<double> x = problem.start;
  problem.bounds.project(x);
  return x;
}

/// Those that are installed, in a fixed order.
std::vector<Peer> installed();

}  // namespace peers
