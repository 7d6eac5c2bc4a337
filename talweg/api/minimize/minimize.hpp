#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/method.hpp"
#include "talweg/api/minimize/trace.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/optim/options.hpp"
#include "talweg/optim/result.hpp"

namespace talweg::api {

/// x = value
struct NamedValue {
  std::string name;
  double value;
};

/// lower <= x <= upper, either side infinite where there is none
struct NamedRange {
  std::string name;
  double lower, upper;
};

/// "x=-1.2,y=1". Throws Error naming the token and the form.
std::vector<NamedValue> parse_start(std::string_view text);
/// "x=0:2,y=-inf:1". Throws Error naming the token and the form.
std::vector<NamedRange> parse_bounds(std::string_view text);

struct MinimizeRequest {
  std::string formula;
  std::vector<NamedValue> start;  ///< the order of the variables everywhere
  std::vector<NamedRange> bounds;
  std::vector<std::string> constraints;  ///< "x^2 + y^2 <= 1"
  MethodRequest method;
  bool trace = false;   ///< the path is part of the documents
  bool record = false;  ///< the path is kept in the outcome, for pictures
  Options options;      ///< limits, tests, target, maximize and the callback; bounds and names are filled in
  /// A folder that the state is written to, and one that it is taken up from (and written to): see
  /// api/minimize/checkpoint.hpp. `every` is "60s" or "100steps".
  std::string checkpoint, resume, every, keep_last;
};

/// The variables in the order of the start, after checking that start and formulas speak of the same ones.
std::vector<std::string> agreed_variables(const MinimizeRequest& request);
/// The bounds in the order of `names`; empty when there are none. Throws Error for a name that is not among them.
Bounds bounds_of(const MinimizeRequest& request, const std::vector<std::string>& names);

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
};

/// A request, checked and read: all that `talweg::minimize` takes.
struct PreparedMinimize {
  formula::Formula formula;
  std::vector<std::string> variables;
  std::vector<double> start;
  NamedMethod method;
  Options options;  ///< with bounds, constraints and names
};
/// Throws Error for anything wrong in the request.
PreparedMinimize prepare(const MinimizeRequest& request);

/// Minimises a formula by a named method. Throws Error for anything wrong in the request: the message is one line that
/// names the token, the place and the fix. Numerical outcomes, a NaN at the start included, are in the result.
MinimizeOutcome minimize(const MinimizeRequest& request);

}  // namespace talweg::api
