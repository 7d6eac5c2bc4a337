#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/base/stop.hpp"
#include "talweg/models/head.hpp"
#include "talweg/parallel/pool.hpp"
#include "talweg/train/metrics/by_class.hpp"
#include "talweg/train/metrics/ranking.hpp"

namespace talweg::train {

inline constexpr std::size_t most_classes_confused = 1000;

/// Figures by name in the order in which they are shown: those of names.hpp that are defined on the rows.
struct TALWEG_API Metrics {
  std::vector<std::pair<std::string, double>> values;
  /// (classes, classes): rows are the truth, columns the prediction; empty for regression and for more than
  /// `most_classes_confused`, whose square would fill the memory.
  std::vector<std::int64_t> confusion;
  std::vector<ClassFigures> classes;  ///< empty for regression

  bool empty() const { return values.empty(); }
  /// NaN when there is no figure of that name.
  double get(std::string_view name) const;
  /// The name of the first figure that is NaN or infinite; empty when all are numbers.
  std::string_view first_not_finite() const;
};

/// What rows count (rows each, or empty: 1 each), none below 0 and not all of them 0.
struct RowWeights {
  std::span<const double> rows = {};  ///< in every figure
  std::span<const double> loss = {};  ///< in the one called loss; empty: the same
  std::span<const double> of_loss() const { return loss.empty() ? rows : loss; }
};

/// All in double. `outputs` (rows, head.outputs) are the network's, `truth` (rows) numbers in the target's unit or
/// class indices. Means and shares divide by the sum of the weights. docs/metrics.md says what each figure is.
TALWEG_API Metrics measure(Pool& pool, const models::Head& head, std::span<const double> outputs,
                           std::span<const double> truth, const RowWeights& weights = {});

/// The same of rows whose outputs come in pieces, in their order: rows × classes may be more than a memory holds.
class TALWEG_API Measuring {
 public:
  /// `truth` (rows) of all pieces; head, truth and weights must outlive this.
  Measuring(Pool& pool, const models::Head& head, std::span<const double> truth, const RowWeights& weights = {});
  void add(std::span<const double> outputs);  ///< (rows of the piece, head.outputs)
  Metrics metrics() const;
  /// Whether all that was added so far was, and its sums are.
  bool is_finite() const;
  /// How many rows make a piece: it depends on the number of outputs alone.
  static std::size_t rows_at_once(std::size_t outputs);

 private:
  void add_loss(std::span<const double> outputs, std::span<const double> truth, std::size_t first);
  void add_numbers(const models::Predictions& p, std::span<const double> truth, std::size_t first);
  void add_classes(const models::Predictions& p, std::span<const double> truth, std::size_t first);
  double weight(std::size_t row) const { return weights_.rows.empty() ? 1 : weights_.rows[row]; }
  RankingAreas areas() const;

  Pool& pool_;
  const models::Head& head_;
  std::span<const double> truth_;
  RowWeights weights_;
  std::size_t done_ = 0, classes_ = 0;
  bool finite_ = true, varies_ = false;
  double weight_ = 0, loss_weight_ = 0;  ///< of the rows so far
  double loss_ = 0, log_loss_ = 0, brier_ = 0, mean_ = 0, squares_ = 0, absolute_ = 0, spread_ = 0;
  ClassCounts counts_;
  std::vector<std::int64_t> confusion_;
  std::vector<double> scores_, errors_;
};

/// Of a piece with few outputs, whose rows may be many: well below a second for most networks, and so many that the
/// figures of small files are there however a run ended. A multiple of the rows that networks and linear models take at
/// once: where a piece is cut moves no bit.
inline constexpr std::size_t rows_between_questions = 32768;

/// outputs_of(from, out) writes the outputs of as many rows from `from` on as `out` (some rows of a piece,
/// head.outputs) has place for. In between `stop` is asked; throws Stopped.
template <class F>
Metrics measure_in_pieces(Pool& pool, const models::Head& head, std::span<const double> truth,
                          const RowWeights& weights, const Stop& stop, const F& outputs_of) {
  Measuring measuring(pool, head, truth, weights);
  std::vector<double> outputs;
  const std::size_t at_once = Measuring::rows_at_once(head.outputs);
  for (std::size_t from = 0; from < truth.size(); from += at_once) {
    const std::size_t rows = std::min(at_once, truth.size() - from);
    outputs.resize(rows * head.outputs);
    for (std::size_t part = 0; part < rows; part += rows_between_questions) {
      if (from + part > 0) stop.check();
      const std::size_t some = std::min(rows_between_questions, rows - part);
      outputs_of(from + part, std::span(outputs).subspan(part * head.outputs, some * head.outputs));
    }
    measuring.add(outputs);
  }
  return measuring.metrics();
}

}  // namespace talweg::train
