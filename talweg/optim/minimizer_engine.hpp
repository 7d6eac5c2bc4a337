#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "talweg/optim/minimizer.hpp"
#include "talweg/optim/minimizer_state.hpp"
#include "talweg/optim/saved_run.hpp"

namespace talweg {

/// What a Minimizer does. Driving is in minimizer.cpp, saving and taking up again in minimizer_saving.cpp.
class Minimizer::Engine : public MinimizerState {
 public:
  Engine(Function f, std::vector<double> x0, Method method, Options options);

  Status step();
  Status status() const { return status_; }
  Iteration iteration() const;
  Result result() { return finish(status_); }
  /// Tells those who listen that the run has ended.
  void conclude();

  bool can_save() const;
  void save(Archive& archive) const;
  /// The same run at its beginning.
  std::unique_ptr<Engine> anew() const;
  /// Of one at its beginning.
  void load(const Archive& archive);

 private:
  template <class Self, class V> static void visit(Self& e, V&& v, std::size_t n);
  saved_run::Setup setup() const;

  Point begin();
  Status look_at(Point start);
  Status advance();
  Status judge(StepReport step);
  Status arrive(bool moved);
  Status arrive(Status answer);
  Status certify(bool stalled);
  Status test() const;
  Status lost(const Point& at);
  bool report(std::int64_t iteration);
  Result finish(Status status);
  void measure_constraints(const Point& at);

  Point take_cliff();
  bool go_on_from_cliff(double value);
  const Point& candidate() const;
  bool at_rest() const;
  double promise();
  bool nominated();
  bool may_be_solution(Status status) const;
  bool constrained() const { return !options_.constraints.empty(); }
  bool feasible(std::span<const double> x) const;
  bool better(const Point& at);
  void remember(const Point& at);
  void look_up();

  Function f_;
  Options options_;
  Method method_;
  MethodTraits traits_;
  Evaluator evaluate_;
  std::vector<double> x0_;
  std::optional<Bounds> given_bounds_;  ///< where variables are held, and those of options_ are others
  std::vector<double> user_gradient_;   ///< at the current point, of the function that is maximised
  std::unique_ptr<Run> run_;
  Point last_;
  std::int64_t limit_ = 0;
  std::optional<double> seconds_;  ///< of a run that has ended
};

}  // namespace talweg
