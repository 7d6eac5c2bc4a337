#pragma once
#include <cmath>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/constrained/journey.hpp"
#include "talweg/optim/deterministic/lbfgsb.hpp"

namespace talweg {

/// The augmented Lagrangian of Powell, Hestenes and Rockafellar, for any number of equalities and inequalities:
///   L(x) = f − Σ λ_i c_i + ½ρ Σ c_i²                        over equalities
///            + ½ρ Σ max(0, λ_i/ρ − c_i)² − (λ_i/ρ)²          over inequalities,
/// minimised inside the bounds by L-BFGS-B, one of its iterations at a time; whenever the gradient of L is small
/// enough, λ_i ← λ_i − ρ c_i (at least 0 for an inequality), and ρ grows where the violation did not fall enough.
/// What is small is measured by the run itself: a force times the way that its variable has come, against all that the
/// run has won. The constraints are scaled to rows of length 1 at the start; the first penalty is the force of f there
/// over a length natural to x.
struct TALWEG_API AugmentedLagrangian {
  int memory = 10;
  double penalty = 0;  ///< 0: from f's force at the start and the size of x
  double growth = 10;

  static constexpr Card card{"auglag",
                             "",
                             "Augmented Lagrangian",
                             "min L(x, λ, ρ) by L-BFGS-B; λ = λ − ρ·c; ρ grows while the violation does not fall",
                             "Hestenes 1969, JOTA 4; Powell 1969; Rockafellar 1973; Birgin & Martinez 2014",
                             "",
                             {"many variables under non-linear constraints (some tables call it L-BFGS-BF)",
                              "hardly more memory than L-BFGS; a start may violate the constraints",
                              "more evaluations than sqp; curved constraints slow its inner runs"}};
  static constexpr std::array settings{
      Field<AugmentedLagrangian>{"memory", &AugmentedLagrangian::memory, Range{1, box::largest_memory},
                                 "pairs kept by L-BFGS-B"},
      Field<AugmentedLagrangian>{"penalty", &AugmentedLagrangian::penalty, non_negative,
                                 "first penalty; 0: from f's force at the start and the size of x"},
      Field<AugmentedLagrangian>{"growth", &AugmentedLagrangian::growth, Range{1, 1e6, true}, "of the penalty"}};
  static constexpr std::array observed{Slot{"step_length", "a"},
                                       Slot{"trials", "evaluations in the line search"},
                                       Slot{"active_bounds", "variables at a bound"},
                                       Slot{"penalty", "ρ"},
                                       Slot{"violation", "the largest miss of a constraint"},
                                       Slot{"multipliers", "λ"}};
  static constexpr std::int64_t default_iterations = 10'000;
  static MethodTraits takes() { return {.bounds = true, .constraints = true}; }

  struct State {
    Descent path;                     ///< only `at` and `start_value`: f and its gradient at the point of `inner`
    constrained::Values values;       ///< the constraints there, unscaled
    Lbfgsb::State inner;              ///< on L
    std::vector<double> scales;       ///< (m) of the constraints
    std::vector<double> multipliers;  ///< (m) of the unscaled constraints
    double rho = 0;
    constrained::Journey journey;
    double first_rho = 0;
    double inner_tolerance = 0;
    double last_violation = HUGE_VAL;  ///< scaled, at the last update of the multipliers
    double violation = 0;              ///< unscaled
    std::int64_t updates = 0, stalls = 0, stuck = 0, failures = 0, escapes = 0, looks = 0, walls = 0;
    bool begun = false;

    struct Record {
      Point point;
      constrained::Values values;
    };
    Record stage;                        ///< where L last began anew
    double stage_reach = 0, length = 0;  ///< how far to step there; a natural length of x

    /// Working storage, which decides nothing.
    struct Scratch {
      Options options;              ///< of the inner method: bounds and names
      Record latest, lowest;        ///< f and the constraints at trials of the inner search
      std::vector<double> weights;  ///< (m)
    } scratch;

    template <class Self, class V> static void visit(Self& s, V&& v) {
      v(s.path.at.x), v(s.path.at.f), v(s.path.at.g), v(s.path.start_value), v(s.values.c), v(s.values.rows),
          v(s.scales), v(s.multipliers);
      constrained::Journey::visit_members(s.journey, v);
      v(s.rho), v(s.first_rho), v(s.inner_tolerance), v(s.last_violation), v(s.violation), v(s.updates), v(s.stalls),
          v(s.stuck), v(s.failures), v(s.escapes), v(s.looks), v(s.walls), v(s.begun);
      v(s.stage.point.x), v(s.stage.point.f), v(s.stage.point.g), v(s.stage.values.c), v(s.stage.values.rows);
      v(s.stage_reach), v(s.length);
      Lbfgsb::State::visit(s.inner, v);
      v(s.inner.path.old.x);  // how short its last step was
    }
  };
  State start(Point at, const Options& options) const;
  StepReport step(Evaluator& f, State& s) const;
  /// Goes on from p, which is complete.
  void move_to(Evaluator& f, State& s, Point p) const;
  Observations observe(const State& s) const;
  Observations details(const State& s) const;
};

TALWEG_API std::shared_ptr<const MethodBase> make_method(const AugmentedLagrangian& method);

}  // namespace talweg
