#include "talweg/optim/verdict.hpp"

#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg {

using text::brief;
using text::cat;

std::string variable_name(const Options& options, std::size_t index) {
  return index < options.names.size() ? options.names[index] : cat("x[", index, "]");
}

namespace {

std::string norm_words(const Result& r, const Options& o) {
  if (!o.constraints.empty())
    return cat("gradient norm of the Lagrangian ", brief(r.gradient_norm, 3), ", constraint violation ",
               brief(r.constraint_violation, 3));
  return cat(o.bounds.empty() ? "gradient norm " : "projected gradient norm ", brief(r.gradient_norm, 3));
}

std::string best_so_far(const Result& r, const Options& o, const RunStory& s) {
  if (!std::isfinite(r.value)) return "no finite value was found";
  return cat("the best point has value ", brief(r.value), " (iteration ", s.best_iteration, ", ", norm_words(r, o),
             ")");
}

std::string iterations(std::int64_t n) { return cat(n, n == 1 ? " iteration" : " iterations"); }

std::string rate_advice(const Result& r, const Options& o, const RunStory& s) {
  const bool better = o.maximize ? r.last_value > s.start_value : r.last_value < s.start_value;
  if (s.fixed_rate && !better) return "use a smaller learning_rate";
  return cat("check that f is bounded ", o.maximize ? "above" : "below");
}

const char* extremum(const Options& o) { return o.maximize ? "maximum" : "minimum"; }

/// What was confirmed of a point at which the test of convergence holds.
std::string confirmed(const Result& r, const Options& o, const RunStory& s) {
  const std::string rest = s.decrement > 0 ? cat("; by its curvature f can ", o.maximize ? "rise" : "fall", " by ",
                                                 brief(s.decrement, 2), " more at most")
                                           : std::string();
  switch (r.certificate.kind) {
    case Certificate::Kind::minimum:
      return cat(rest, "; the point is good to use as a local ", extremum(o),
                 o.constraints.empty() ? "" : " under the constraints",
                 r.certificate.checked == 0
                     ? cat(" (",
                           o.constraints.empty() ? "bounds"
                           : o.bounds.empty()    ? "constraints"
                                                 : "bounds and constraints",
                           " hold every variable)")
                     : cat(" (smallest curvature ", brief(r.certificate.smallest_curvature, 3), ")"));
    case Certificate::Kind::flat:
      return cat(rest,
                 std::isnan(r.certificate.smallest_curvature) ? "; f has a kink here, and curvature"
                                                              : "; curvature is 0 within rounding, so it",
                 " cannot tell whether this is a ", extremum(o), ", but no ", o.maximize ? "higher" : "lower",
                 " point was found around it");
    case Certificate::Kind::saddle:
    case Certificate::Kind::maximum:
    case Certificate::Kind::unchecked:
      break;
  }
  return o.check_curvature
             ? cat("; its curvature could not be settled: nothing confirms that this is a ", extremum(o))
             : cat("; curvature was not looked at (check_curvature = false): nothing confirms that this is a ",
                   extremum(o));
}

std::string limit_advice(const RunStory& s, const char* limit) {
  std::string advice = cat("not converged; raise the limit (", limit, ")");
  if (s.fixed_rate) advice += " or change the learning_rate";
  return advice + " if you need more accuracy";
}

std::string body(const Result& r, const Options& o, const RunStory& s) {
  switch (r.status) {
    case Status::singular:  // of fits alone
    case Status::running:
      break;
    case Status::converged:
      return cat("converged after ", iterations(r.iterations), ": ", norm_words(r, o), confirmed(r, o, s));
    case Status::converged_at_precision:
      return cat("no further ", o.maximize ? "rise" : "decrease", " is possible in double precision after ",
                 iterations(r.iterations), ": ", norm_words(r, o), confirmed(r, o, s));
    case Status::completed:
      return cat("all ", iterations(r.iterations), " that were asked for are made, without a test of convergence; ",
                 best_so_far(r, o, s));
    case Status::target_reached:
      return cat("the target value ", brief(*o.target_value), " is reached: ", brief(r.value));
    case Status::iteration_limit:
      return cat("stopped at the limit of ", iterations(r.iterations), "; ", best_so_far(r, o, s), ": ",
                 limit_advice(s, "iterations"));
    case Status::evaluation_limit:
      return cat("stopped at the limit of ", o.max_evaluations, " evaluations; ", best_so_far(r, o, s), ": ",
                 limit_advice(s, "evaluations"));
    case Status::time_limit:
      return cat("stopped after ", brief(o.max_seconds, 3), " seconds; ", best_so_far(r, o, s), ": ",
                 limit_advice(s, "seconds"));
    case Status::line_search_failed:
      return cat("the line search found no lower point; ", best_so_far(r, o, s), ": not converged; ",
                 o.exact_gradient ? "" : "check the gradient, ", "rescale the variables, or try another method");
    case Status::infeasible:
      return cat("the constraints could not be met: largest violation ", brief(r.constraint_violation, 3),
                 "; do not use the point; check that the constraints agree, or start elsewhere");
    case Status::diverged:
      return cat("diverged: f went from ", brief(s.start_value), " to ", brief(r.last_value), " in ",
                 iterations(r.iterations), "; ", best_so_far(r, o, s), ", not a minimum; ", rate_advice(r, o, s));
    case Status::not_finite:
      return cat("stopped after ", iterations(r.iterations), "; ", best_so_far(r, o, s),
                 std::isfinite(r.value) ? ", not a minimum" : "",
                 "; keep the start and the steps where f is defined, for example by bounds");
    case Status::wrong_gradient:
      return "do not use the result; mend the gradient (or give f as a formula, whose gradient is exact)";
    case Status::stopped_by_caller:
      return cat("stopped by the caller after ", iterations(r.iterations), "; ", best_so_far(r, o, s),
                 ": not converged");
  }
  return "";
}

}  // namespace

std::string verdict(const Result& result, const Options& options, const RunStory& story) {
  std::string message = body(result, options, story);
  if (!result.feasible && succeeds(result.status))
    message = cat("the constraints are missed by ", brief(result.constraint_violation, 3), ", more than the allowed ",
                  "1e-8 * max(1, ||x||); do not use the point as a solution; start elsewhere, or rescale the ",
                  "constraints");
  if (!story.why.empty()) message = cat(story.why, "; ", message);
  if (!story.held.empty())
    message += cat("; ", story.held, " held on a bound, where f falls onto it with an infinite slope");
  if (story.inside) message += "; the start was moved off a bound, where f falls inwards with an infinite slope";
  if (story.projected) message += "; the start lay outside the bounds and was moved onto them";
  return message;
}

}  // namespace talweg
