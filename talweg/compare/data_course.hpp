#pragma once
#include "talweg/compare/course.hpp"
#include "talweg/models/model.hpp"
#include "talweg/train/examples.hpp"

namespace talweg::compare {

/// A model to be fitted to rows.
struct DataTask {
  models::ModelSpec spec;
  models::Head head;
  train::Examples<double> rows;
  std::size_t batch = 32;  ///< of first-order methods that name none; those made for the full batch take all rows
};

/// One evaluation is the gradient of one example, so a step on a mini-batch of B costs B and one on all rows costs all
/// of them; what measures the loss for the curve is not counted. The value is the loss over all rows, penalties
/// included, in the target's unit; a seed draws the start of a network and the order of the rows.
class DataCourse final : public Course {
 public:
  explicit DataCourse(DataTask task) : task_(std::move(task)) {}
  void admit(const Entrant& entrant, std::int64_t budget) const override;
  Attempt run(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget,
              bool with_path) const override;
  std::string unit() const override { return "gradients of one example"; }
  std::string starts() const override;
  bool random() const override { return true; }
  std::optional<double> optimum() const override { return std::nullopt; }
  double reach() const override { return 1e-3; }
  const DataTask& task() const { return task_; }
  /// Rows in one step of the entrant.
  std::size_t batch_of(const Entrant& entrant) const;

 private:
  Attempt run_first_order(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget) const;
  Attempt run_deterministic(const Entrant& entrant, std::uint64_t seed, std::int64_t budget) const;

  DataTask task_;
};

/// The loss of all rows, penalties included, in the target's unit.
double objective(const models::Model<double>& model, const train::Examples<double>& rows);
/// The same with its gradient (parameters), as a function of the parameters; `model` is its workspace.
double objective(models::Model<double>& model, const train::Examples<double>& rows, std::span<const double> parameters,
                 std::span<double> gradient);

}  // namespace talweg::compare
