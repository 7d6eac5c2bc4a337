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

namespace talweg::train {

inline constexpr std::size_t most_classes_confused = 1000;

/// Named figures in the order in which they are shown: loss, accuracy, log_loss, roc_auc, or loss, rmse, mae, r2.
struct TALWEG_API Metrics {
  std::vector<std::pair<std::string, double>> values;
  /// (classes, classes): rows are the truth, columns the prediction; empty for regression and for more than
  /// `most_classes_confused`, whose square would fill the memory.
  std::vector<std::int64_t> confusion;

  bool empty() const { return values.empty(); }
  /// NaN when there is no figure of that name.
  double get(std::string_view name) const;
  /// The name of the first figure that is NaN or infinite; empty when all are numbers.
  std::string_view first_not_finite() const;
};

/// All in double. `outputs` (rows, head.outputs) are the network's, `truth` (rows) numbers in the target's unit or
/// class indices. log_loss is −mean log p(true class); roc_auc exists for two classes that both occur; r2 needs a
/// target that varies.
TALWEG_API Metrics measure(Pool& pool, const models::Head& head, std::span<const double> outputs,
                           std::span<const double> truth);

/// The same of rows whose outputs come in pieces, in their order: rows × classes may be more than a memory holds.
class TALWEG_API Measuring {
 public:
  /// `truth` (rows) of all pieces; head and truth must outlive this.
  Measuring(Pool& pool, const models::Head& head, std::span<const double> truth);
  void add(std::span<const double> outputs);  ///< (rows of the piece, head.outputs)
  Metrics metrics() const;
  /// Whether all that was added so far was, and its sums are.
  bool is_finite() const;
  /// How many rows make a piece: it depends on the number of outputs alone.
  static std::size_t rows_at_once(std::size_t outputs);

 private:
  void add_numbers(const models::Predictions& p, std::span<const double> truth);
  void add_classes(const models::Predictions& p, std::span<const double> truth);

  Pool& pool_;
  const models::Head& head_;
  std::span<const double> truth_;
  std::size_t done_ = 0, classes_ = 0, right_ = 0;
  bool finite_ = true, varies_ = false;
  double loss_ = 0, log_loss_ = 0, mean_ = 0, squares_ = 0, absolute_ = 0, spread_ = 0;
  std::vector<std::int64_t> confusion_;
  std::vector<double> scores_;
};

/// Of a piece with few outputs, whose rows may be many: well below a second for most networks, and so many that the
/// figures of small files are there however a run ended. A multiple of the rows that networks and linear models take at
/// once: where a piece is cut moves no bit.
inline constexpr std::size_t rows_between_questions = 32768;

/// outputs_of(from, out) writes the outputs of as many rows from `from` on as `out` (some rows of a piece,
/// head.outputs) has place for. In between `stop` is asked; throws Stopped.
template <class F>
Metrics measure_in_pieces(Pool& pool, const models::Head& head, std::span<const double> truth, const Stop& stop,
                          const F& outputs_of) {
  Measuring measuring(pool, head, truth);
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

/// The area under the ROC curve, ties counting half; NaN unless both classes occur. `positive` holds 0 or 1.
TALWEG_API double roc_auc(std::span<const double> scores, std::span<const double> positive);

}  // namespace talweg::train
