#pragma once
#include <optional>

#include "talweg/optim/minimizer.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/learner.hpp"

namespace talweg::train {

/// A deterministic method as a learner: one objective over all rows, an iteration is an epoch. What the rows are, and
/// how a point becomes a model, is said by who derives from it.
class Minimizing : public Learner {
 public:
  double begin(std::int64_t epochs) override;
  Step step() override;
  EpochEvent epoch() const override;
  void conclude() override;
  bool measures_its_end() const override { return true; }
  std::string_view kind() const override { return checkpoint_of_full_batch; }
  void save(Archive& archive) const override;
  void load(const Archive& archive) override;
  bool healthy() const override { return minimizer_->can_save(); }
  Work work() const override;
  Words words() const override { return {.epoch = "iteration", .epochs = "iterations"}; }
  std::string done(std::int64_t epochs) const override;
  std::string remark(const Outcome& outcome, double lost_at) const override;

 protected:
  /// `examples`: rows that an evaluation takes.
  Minimizing(Method method, talweg::Options options, std::size_t examples);

  virtual double evaluate(std::span<const double> x, std::span<double> g) = 0;
  virtual std::vector<double> start() const = 0;
  /// The parameters of the model become those at x.
  virtual void place(std::span<const double> x) = 0;
  /// The loss at the point that was placed last, whose value is `value`: without penalties, in the target's unit.
  virtual double loss(double value) const = 0;
  /// The unit of the objective.
  virtual double unit() const { return 1; }

 private:
  void take(const Iteration& iteration);

  Method method_;
  talweg::Options options_;
  std::int64_t examples_, epochs_ = 0;
  std::optional<Minimizer> minimizer_;
  bool begun_ = false;  ///< the start is one that a run can begin at
  Result result_;
  std::int64_t iteration_ = 0, evaluations_ = 0;
  double loss_ = 0, gradient_norm_ = 0, step_length_ = 0;
};

}  // namespace talweg::train
