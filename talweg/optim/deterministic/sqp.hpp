#pragma once
#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/deterministic/constrained/merit.hpp"

namespace talweg {

/// Sequential quadratic programming for non-linear equalities, inequalities and bounds, n up to some hundreds. Each
/// iteration solves a quadratic program with B, a damped BFGS approximation of the Hessian of the Lagrangian, and the
/// linearised constraints; a search on the merit function f + Σ penalty_i miss_i (Han 1977, Powell 1978) shortens the
/// step, or lengthens it where B overrates the curvature. Evaluations stay inside the bounds. B0 is such that a step
/// free of constraints is a share of ||x0||. The test of convergence is made at the present point with the step and the
/// multipliers of the next subproblem: no evaluation is spent on it. It has no units: what the step promises is
/// compared with the range of f over the run, its parts with the ranges of the variables. Where f is straight along the
/// steps, B shrinks, so that a linear f is followed to its constraints in a few steps. Where the method stalls
/// (contradictory linearisations, no step that lowers the merit function, more than 500 variables, for which its dense
/// matrices are too slow), the augmented Lagrangian goes on from there, and the message says so.
struct TALWEG_API Sqp {
  double reach = 0.5;
  double damping = 0.2;

  static constexpr Card card{"sqp",
                             "",
                             "Sequential quadratic programming",
                             "x = x + a·d; d minimises g'd + ½d'Bd where the linearised constraints hold",
                             "Powell 1978, Lecture Notes in Mathematics 630; Goldfarb & Idnani 1983, Math. Program. 27",
                             "",
                             {"up to a few hundred variables under non-linear constraints",
                              "fewest evaluations, and constraints hold to the last digits",
                              "a dense system in each step: slow beyond 500 variables"}};
  static constexpr std::array settings{
      Field<Sqp>{"reach", &Sqp::reach, positive, "share of ||x0|| that a first step free of constraints goes"},
      Field<Sqp>{"damping", &Sqp::damping, Range{0, 1, true, true}, "least share of s'Bs that s'y may have"}};
  static constexpr std::array observed{Slot{"step_length", "a"},
                                       Slot{"trials", "evaluations in the line search"},
                                       Slot{"active_bounds", "variables at a bound"},
                                       Slot{"violation", "the largest miss of a constraint"},
                                       Slot{"relaxation", "share of the misses left by the subproblem"},
                                       Slot{"multipliers", "λ"}};
  static constexpr std::int64_t default_iterations = 1'000;
  static MethodTraits takes() { return {.bounds = true, .constraints = true}; }

  struct State {
    Descent path;                ///< only at, iteration, step_length and trials are used
    constrained::Values values;  ///< the constraints at path.at
    constrained::Journey journey;
    std::vector<double> hessian;      ///< (n, n) B
    std::vector<double> multipliers;  ///< (m)
    std::vector<double> penalties;    ///< (m)
    double curvature = 0;             ///< B was begun as this multiple of the identity
    double length = 0;                ///< of the last step; before the first, how far it may go
    std::int64_t updates = 0;         ///< of B since it was last reset
    std::int64_t straight = 0;        ///< steps in a row along which f showed no curvature
    std::int64_t contradictions = 0;  ///< iterations in a row in which the linearisations contradicted each other
    std::int64_t missing = 0;         ///< iterations since the least violation fell
    double least_violation = HUGE_VAL;
    std::int64_t calm = 0;    ///< iterations in a row that promised less than rounding
    std::int64_t futile = 0;  ///< iterations in a row in which the merit function did not fall as promised
    std::int64_t walled = 0;  ///< searches in a row that met a number that is none
    std::int64_t stall = 0;   ///< why the augmented Lagrangian took over; 0: it did not
    static constexpr std::int64_t last_stall = 7;
    double relaxation = 0, violation = 0, active_bounds = 0;
    std::int64_t doubts = 0;  ///< iterations in a row that passed the tests but for `fading`
    bool fading = false;  ///< in the last step the gradient of a constraint with a multiplier lost much of its length
    bool priced = false;  ///< the last subproblem was elastic
    bool begun = false;
    AugmentedLagrangian::State fallback;

    // Working storage, which decides nothing.
    constrained::Place trial, room;
    constrained::Promise promise;
    constrained::Subproblem subproblem;
    std::vector<double> s, y, product;

    template <class Self, class V> static void visit(Self& s, V&& v) {
      Descent::visit(s.path, v);
      constrained::Journey::visit_members(s.journey, v);
      v(s.values.c), v(s.values.rows), v(s.hessian), v(s.multipliers), v(s.penalties), v(s.curvature), v(s.length);
      v(s.updates), v(s.straight), v(s.contradictions), v(s.missing), v(s.least_violation), v(s.calm), v(s.futile);
      v(s.walled), v(s.stall), v(s.relaxation), v(s.violation), v(s.active_bounds), v(s.doubts), v(s.fading),
          v(s.priced), v(s.begun);
      AugmentedLagrangian::State::visit(s.fallback, v);
      if constexpr (requires { v.in; })  // what is loaded may come from anywhere
        if (s.stall < 0 || s.stall > last_stall || (s.stall == 0 && s.hessian.empty() && !s.path.at.x.empty()))
          v.in.fail();
    }
  };
  State start(Point at, const Options& options) const;
  StepReport step(Evaluator& f, State& s) const;
  /// Goes on from p, which is complete.
  void move_to(Evaluator& f, State& s, Point p) const;
  Observations observe(const State& s) const;
  Observations details(const State& s) const;
};

TALWEG_API std::shared_ptr<const MethodBase> make_method(const Sqp& method);

}  // namespace talweg
