#pragma once
#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/deterministic/constrained/subproblem.hpp"

namespace talweg {

/// Sequential quadratic programming for non-linear equalities, inequalities and bounds, n up to some hundreds. Each
/// iteration solves a quadratic program with B, a damped BFGS approximation of the Hessian of the Lagrangian, and the
/// linearised constraints; a backtracking search on the merit function f + Σ penalty_i miss_i (Han 1977, Powell 1978)
/// shortens the step. Evaluations stay inside the bounds. The test of convergence is made at the present point with
/// the multipliers of the next subproblem, for which ∇f − Σ λ_i ∇c_i − bounds' part = −Bd: no evaluation is spent on
/// it. Where f is straight along the steps, B shrinks, so that a linear f is followed to its constraints in a few
/// steps. Where the method stalls (contradictory linearisations, no step that lowers the merit function, more than 500
/// variables, for which its dense matrices are too slow), the augmented Lagrangian goes on from there, and the message
/// says so.
struct Sqp {
  double initial_curvature = 3;
  double damping = 0.3;

  static constexpr Card card{
      "sqp", "", "Sequential quadratic programming",
      "x = x + a·d; d minimises g'd + ½d'Bd where the linearised constraints hold",
      "Powell 1978, Lecture Notes in Mathematics 630; Goldfarb & Idnani 1983, Math. Program. 27"};
  static constexpr std::array settings{
      Setting<Sqp>{"initial_curvature", &Sqp::initial_curvature, positive, "B0 is this multiple of the identity"},
      Setting<Sqp>{"damping", &Sqp::damping, Range{0, 1, true, true}, "least share of s'Bs that s'y may have"}};
  static constexpr std::array observed{Slot{"step_length", "a"},
                                       Slot{"trials", "evaluations in the line search"},
                                       Slot{"active_bounds", "variables at a bound"},
                                       Slot{"violation", "the largest miss of a constraint"},
                                       Slot{"relaxation", "share of the misses left by the subproblem"},
                                       Slot{"multipliers", "λ"}};
  static constexpr std::int64_t default_iterations = 1'000;
  static MethodTraits takes() { return {.bounds = true, .constraints = true}; }

  struct State {
    Descent path;                     ///< only at, iteration, step_length and trials are used
    constrained::Values values;       ///< the constraints at path.at
    std::vector<double> hessian;      ///< (n, n) B
    std::vector<double> multipliers;  ///< (m)
    std::vector<double> penalties;    ///< (m)
    std::int64_t updates = 0;         ///< of B since it was last reset
    std::int64_t straight = 0;        ///< steps in a row along which f showed no curvature
    std::int64_t contradictions = 0;  ///< iterations in a row in which the linearisations contradicted each other
    std::int64_t missing = 0;         ///< iterations since the least violation fell
    double least_violation = HUGE_VAL;
    double start_residual = 0;  ///< max |Bd| of the first subproblem
    std::int64_t calm = 0;      ///< iterations in a row that promised less than rounding
    std::int64_t futile = 0;    ///< iterations in a row in which the merit function did not fall as promised
    std::int64_t walled = 0;    ///< searches in a row that met a number that is none
    std::int64_t stall = 0;     ///< why the augmented Lagrangian took over; 0: it did not
    double relaxation = 0, violation = 0, active_bounds = 0;
    bool begun = false;
    Point held;  ///< where a bound without a multiplier was left, to look what lies behind it
    std::vector<double> held_multipliers;
    bool looked = false;
    AugmentedLagrangian::State fallback;

    // Working storage, which decides nothing.
    struct Trial {
      Point point;
      constrained::Values values;
    } trial;
    constrained::Subproblem subproblem;
    std::vector<double> s, y, product;

    template <class Self, class V> static void visit(Self& s, V&& v) {
      Descent::visit(s.path, v);
      v(s.values.c), v(s.values.rows), v(s.hessian), v(s.multipliers), v(s.penalties), v(s.updates), v(s.straight);
      v(s.contradictions), v(s.missing), v(s.least_violation), v(s.start_residual), v(s.calm), v(s.futile), v(s.walled);
      v(s.stall), v(s.relaxation), v(s.violation), v(s.active_bounds), v(s.begun);
      v(s.held.x), v(s.held.f), v(s.held.g), v(s.held_multipliers), v(s.looked);
      AugmentedLagrangian::State::visit(s.fallback, v);
    }
  };
  State start(Point at, const Options& options) const;
  StepReport step(Evaluator& f, State& s) const;
  Observations observe(const State& s) const;
  Observations details(const State& s) const;
};

std::shared_ptr<const MethodBase> make_method(const Sqp& method);

}  // namespace talweg
