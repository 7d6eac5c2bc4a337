#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/formula/prediction.hpp"
#include "talweg/train/terms/run_terms.hpp"

/// Formulas over rows, in steps that take some of them.
namespace talweg::api {

/// The rows of a step where they are fewer than all. Throws Error for options of batches that do not go together, or
/// have no effect.
std::optional<std::size_t> batch_of(const MinimizeRequest& request, const Problem& problem);

/// Throws Error for a method that takes all rows, and for options that have no effect on a run in batches.
void check_batches(const MinimizeRequest& request, const NamedMethod& method, std::size_t batch);

/// Told of the start, with all rows (none are listed), and of each update with its rows, and the point where value and
/// gradient were taken. True stops the run.
using BatchListener =
    std::function<bool(const Iteration&, std::span<const std::uint32_t> rows, std::span<const double> taken_at)>;

/// What keeps the run so that it can be taken up again, given what begins one that goes on from nothing.
using MakeCheckpoint = std::function<train::TermsCheckpoint(std::function<void()> fresh)>;

/// Runs the method of `p` in batches of `*p.batch` rows. Value and gradient of the result are over all rows.
Result run_in_batches(const MinimizeRequest& request, const PreparedMinimize& p, const BatchListener& listener,
                      const MakeCheckpoint& make_checkpoint);

/// The same steps as a function that changes from evaluation to evaluation, for those who make one of them again: each
/// goes over the rows of the step that will use it.
class FunctionInBatches {
 public:
  FunctionInBatches(const MinimizeRequest& request, const PreparedMinimize& p);
  /// Shares its place with this object.
  Function function() const;
  /// The next evaluation is one of step `step`, made again.
  void begin_again(std::int64_t step);
  std::vector<std::uint32_t> rows(std::int64_t step) const;
  /// How many steps the run is made of.
  std::int64_t steps() const { return steps_; }

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::int64_t steps_ = 0;
};

/// What a row of the path tells of the rows of data.
class RowNotes {
 public:
  static constexpr std::size_t most_listed = 100, most_terms = 5;

  explicit RowNotes(const Problem& problem) : problem_(problem) {}
  /// `rows`: none where all are meant; `x` (n): where the value of the row was taken.
  void note(TraceRow& row, std::span<const std::uint32_t> rows, std::span<const double> x);

 private:
  const Problem& problem_;
  std::optional<formula::DataFormula> formula_;  ///< with a workspace of its own
  std::optional<formula::Prediction> prediction_;
};

}  // namespace talweg::api
