#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/method.hpp"
#include "talweg/api/minimize/problem.hpp"
#include "talweg/api/minimize/request.hpp"
#include "talweg/api/minimize/trace.hpp"
#include "talweg/optim/options.hpp"
#include "talweg/optim/result.hpp"

namespace talweg::api {

struct MinimizeOutcome {
  std::string formula;
  std::vector<std::string> variables;
  bool traced = false;
  /// The path: of a long run every `trace_every`-th row and the last, for pictures.
  std::vector<TraceRow> trace = {};
  std::int64_t trace_every = 1;
  std::shared_ptr<const TraceFile> long_trace = {};  ///< every row of a long run, when a trace was asked for
  /// Calls f on every row that documents show.
  template <class F> void each_row(const F& f) const {
    if (long_trace) return long_trace->each(f);
    for (const TraceRow& row : trace) f(row);
  }
  Result result = {};
  std::vector<std::string> warnings = {};
  /// 16 hex digits of SHA-256 over x, value and gradient of updates 0 … k as little-endian doubles: two runs that agree
  /// in it made the same updates.
  std::string trace_hash = {};
  std::shared_ptr<const Problem> problem = {};  ///< the formula as it was read, with its rows, for pictures
};

/// A request, checked and read: all that `talweg::minimize` takes.
struct PreparedMinimize {
  std::shared_ptr<const Problem> problem;
  std::optional<std::size_t> batch = {};  ///< rows in a step; nothing: all there are
  NamedMethod method;
  Options options;  ///< with bounds, constraints and names
};
/// Throws Error for anything wrong in the request.
PreparedMinimize prepare(const MinimizeRequest& request);

/// Minimises a formula by a named method. Throws Error for anything wrong in the request: the message is one line that
/// names the token, the place and the fix. Numerical outcomes, a NaN at the start included, are in the result.
MinimizeOutcome minimize(const MinimizeRequest& request);

}  // namespace talweg::api
