#pragma once
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/optim/objective.hpp"

namespace talweg::api {

/// A point of the path and the method's own numbers there. Row 0 is the start, which has none.
struct TraceRow {
  std::int64_t iteration;
  std::vector<double> x;
  double value;
  std::vector<double> gradient;
  Observations state;
};

/// Rows in a temporary file that has no name: a million of them would take gigabytes of memory. The file is gone with
/// the last copy of this.
class TraceFile {
 public:
  /// Throws Error when no temporary file can be made or the disk is full.
  TraceFile();
  void add(const TraceRow& row);
  /// Calls f on every row, in their order.
  void each(const std::function<void(const TraceRow&)>& f) const;

 private:
  void flush();
  struct Close {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::string waiting_;  ///< not yet written
  std::vector<std::string> names_;
  std::map<std::string, std::uint32_t> numbers_;  ///< of names_
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
