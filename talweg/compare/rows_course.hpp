#pragma once
#include <functional>

#include "talweg/compare/function_course.hpp"
#include "talweg/train/terms/terms.hpp"

namespace talweg::compare {

/// A function over rows of data, in steps that take some of them.
struct RowsTask {
  FunctionTask whole;                ///< over all rows
  std::function<Separable()> terms;  ///< the same over some, with a workspace of its own for one attempt
  std::size_t rows = 0, batch = 1;   ///< of first-order methods that name none; those made for all rows take all
};

/// One evaluation is the gradient of one row: a step on a batch of B costs B, one on all rows costs all of them; what
/// measures f over all rows for the curve is not counted. The value of a first-order method is f over all rows at the
/// end of the budget, of the others the lowest at any point evaluated. A seed draws the order of the rows, the same
/// batches for every method, and the start.
class RowsCourse final : public FunctionCourse {
 public:
  explicit RowsCourse(RowsTask task) : FunctionCourse(task.whole), task_(std::move(task)) {}
  void admit(const Entrant& entrant, std::int64_t budget) const override;
  Attempt run(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget,
              bool with_path) const override;
  std::string unit() const override { return "gradients of one row"; }
  std::string starts() const override;
  bool random() const override { return true; }
  double reach() const override { return 1e-3; }
  std::size_t rows() const { return task_.rows; }
  std::size_t batch() const { return task_.batch; }

 private:
  std::size_t batch_of(const Entrant& entrant) const;
  Attempt run_in_batches(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget,
                         bool with_path) const;

  RowsTask task_;
};

}  // namespace talweg::compare
