#pragma once
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/base/sha256.hpp"
#include "talweg/optim/objective.hpp"

namespace talweg::api {

/// A point of the path and the method's own numbers there. Row 0 is the start, which has none. Of an update that went
/// by some of the rows, value and gradient are over these, at the point that it was made from.
struct TraceRow {
  std::int64_t iteration;
  std::vector<double> x;
  double value;
  std::vector<double> gradient;
  Observations state;
  /// Of a formula over rows: the lines of those that value and gradient are over, none where they are too many to list.
  std::vector<std::uint32_t> rows = {};
  /// Of few rows: what each adds to each mean(…) or sum(…), (totals, rows), and the gradients of that, (totals, rows,
  /// n).
  std::vector<double> terms = {}, term_gradients = {};
  std::vector<double> predictions = {};  ///< (rows), of a formula that predicts a column: formula/prediction.hpp
};

/// Rows in a file: a million of them would take gigabytes of memory. Without a name it is a temporary file, which is
/// gone with the last copy of this; with one it is kept, for a run that is taken up again. Throws Error when it cannot
/// be made, or the disk is full.
class TraceFile {
 public:
  /// How far a file was written, and what it held: 64 hex digits of SHA-256.
  struct Mark {
    std::uint64_t size = 0;
    std::string digest = {};
  };

  TraceFile();
  /// Anew, in place of what stands there.
  explicit TraceFile(const std::string& path);
  /// Goes on behind the mark, and calls f on every row before it. Throws Error for a file that did not hold it.
  TraceFile(const std::string& path, const Mark& mark, const std::function<void(const TraceRow&)>& f);

  void add(const TraceRow& row);
  /// Calls f on every row, in their order.
  void each(const std::function<void(const TraceRow&)>& f) const;
  /// Brings all rows of a file with a name to the disk.
  Mark mark();

 private:
  void flush();
  struct Close {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::optional<Sha256> hash_;  ///< of what is written into a file with a name
  std::uint64_t size_ = 0;
  std::string waiting_;                           ///< not yet written
  std::map<std::string, std::uint32_t> numbers_;  ///< of the names of observations: a new one stands behind its number
};

/// Takes the rows of a run: all of a short one; of a long one every second, then every fourth, … for pictures, and all
/// of them in a file where they are wanted.
class TraceRecorder {
 public:
  static constexpr std::size_t most = 10'000;  ///< at least so many are kept, at most twice as many

  explicit TraceRecorder(bool keep_all) : keep_all_(keep_all) {}
  void add(TraceRow row);
  /// To be called once, at the end: the last row is always among them.
  std::vector<TraceRow> take_rows();
  std::int64_t every() const { return every_; }
  /// Null when `take_rows` gives all.
  std::shared_ptr<const TraceFile> all() const { return file_; }

 private:
  bool keep_all_;
  std::int64_t count_ = 0, every_ = 1;
  std::vector<TraceRow> rows_;
  std::optional<TraceRow> last_;  ///< where it is not in rows_
  std::shared_ptr<TraceFile> file_;
};

}  // namespace talweg::api
