#include "talweg/optim/least_squares/fit_verdict.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "talweg/base/text.hpp"

namespace talweg::lsq {

using text::brief;
using text::cat;

namespace {

std::string name(const LeastSquaresOptions& o, std::size_t j) {
  return j < o.names.size() ? o.names[j] : cat("x[", j, "]");
}

std::string names(const LeastSquaresOptions& o, const std::vector<std::size_t>& which) {
  std::vector<std::string> words;
  for (const std::size_t j : which) words.push_back(name(o, j));
  return text::list(std::vector<std::string_view>(words.begin(), words.end()));
}

std::string iterations(std::int64_t n) { return cat(n, n == 1 ? " iteration" : " iterations"); }

std::string_view sum(const LeastSquaresOptions& o) {
  return o.loss.robust() ? "sum of losses" : o.weights.empty() ? "sum of squares" : "weighted sum of squares";
}

/// What the rows do not tell.
std::string undetermined(const LeastSquaresResult& r, const LeastSquaresOptions& o) {
  std::string out;
  std::vector<std::size_t> alone;
  for (const auto& group : r.confounded)
    if (group.size() == 1)
      alone.push_back(group[0]);
    else
      out += cat("; ", names(o, group), " cannot be told apart: the residuals stay the same when they change together");
  std::ranges::sort(alone);
  if (!alone.empty())
    out += cat("; ", names(o, alone), alone.size() == 1 ? " has" : " have",
               " no effect on the residuals here, so nothing determines ", alone.size() == 1 ? "it" : "them");
  return out + cat(" (the Jacobian is singular); fix one of them by its bounds, leave it out, or start elsewhere");
}

std::string usable(const LeastSquaresResult& r, const LeastSquaresOptions& o) {
  std::string out;
  switch (r.certificate.kind) {
    case Certificate::Kind::minimum:
      out =
          cat("; good to use as a local minimum (smallest curvature ", brief(r.certificate.smallest_curvature, 2), ")");
      break;
    case Certificate::Kind::flat:
      out = "; curvature is 0 within rounding, so it cannot tell whether this is a minimum";
      break;
    case Certificate::Kind::unchecked:
      if (r.value > 0) out = "; its curvature was not measured, so nothing confirms that this is a minimum";
      break;
    default:
      out = "; the model curves downwards here, so this is a saddle: start elsewhere";
  }
  if (!r.on_bound.empty())
    out +=
        cat("; ", names(o, r.on_bound),
            r.on_bound.size() == 1 ? " stands on a bound and has" : " stand on a bound and have", " no standard error");
  if (r.degrees_of_freedom <= 0)
    out += "; there are as many parameters as rows, so nothing is left to measure the scatter by";
  return out;
}

std::string stopped(const LeastSquaresResult& r, const LeastSquaresOptions& o, std::string_view limit) {
  return cat("the best point has ", sum(o), " ", brief(r.value), " (cosine of the gradient test ", brief(r.cosine, 2),
             "): not converged", r.confounded.empty() ? "" : undetermined(r, o),
             limit.empty() ? "" : cat("; raise the limit (", limit, "), or start closer"));
}

/// Where a run stands that finds no better point: mostly parameters on their way to infinity, where the model becomes
/// another one.
std::string stuck(const LeastSquaresOptions& o, const FitStory& story) {
  std::string out;
  for (const auto& group : story.nearly_confounded)
    out += cat("; the rows hardly tell ", names(o, group),
               " apart here (the Jacobian is nearly singular), and they may run away");
  if (!out.empty()) return out + ": fix one of them by its bounds, or start elsewhere";
  return story.exact ? "; start elsewhere, or bound the parameters" : "; check the Jacobian, or start elsewhere";
}

std::string body(const LeastSquaresResult& r, const LeastSquaresOptions& o, const FitStory& story) {
  const std::string cosine =
      cat("the cosine between residuals and model is ", brief(r.cosine, 2), ", ", sum(o), " ", brief(r.value));
  switch (r.status) {
    case Status::converged:
      return cat("converged after ", iterations(r.iterations), ": ",
                 r.value == 0 ? std::string("every residual is 0") : cosine, usable(r, o));
    case Status::converged_at_precision:
      return cat("no further fall is possible in double precision after ", iterations(r.iterations), ": ", cosine,
                 usable(r, o));
    case Status::completed:
      return cat("all ", iterations(r.iterations), " that were asked for are made, without a test of convergence; ",
                 sum(o), " ", brief(r.value));
    case Status::iteration_limit:
      return cat("stopped at the limit of ", iterations(r.iterations), "; ", stopped(r, o, "iterations"));
    case Status::evaluation_limit:
      return cat("stopped at the limit of ", r.evaluations.function, " evaluations; ", stopped(r, o, "evaluations"));
    case Status::time_limit:
      return cat("stopped after ", brief(o.max_seconds, 3), " seconds; ", stopped(r, o, "seconds"));
    case Status::stopped_by_caller:
      return cat("stopped by the caller after ", iterations(r.iterations), "; ", stopped(r, o, ""));
    case Status::line_search_failed:
      return cat("no step from here makes the ", sum(o), " smaller after ", iterations(r.iterations), "; ",
                 stopped(r, o, ""), stuck(o, story));
    case Status::singular:
      return cat("the ", sum(o), " is ", brief(r.value), " after ", iterations(r.iterations),
                 " (cosine of the gradient test ", brief(r.cosine, 2), "), but many parameters give it",
                 undetermined(r, o), "; what the model predicts is good to use, the parameters are not");
    case Status::not_finite:
      return "start where the model is defined, or keep it there by bounds";
    case Status::wrong_gradient:
      return "do not use the result; mend the Jacobian, or have it derived: write the residuals for `auto x`";
    default:
      return "";
  }
}

}  // namespace

std::string fit_verdict(const LeastSquaresResult& r, const LeastSquaresOptions& o, const FitStory& story) {
  std::string out = body(r, o, story);
  if (!story.why.empty()) out = cat(story.why, "; ", out);
  if (story.projected) out += "; the start lay outside the bounds and was moved onto them";
  return out;
}

}  // namespace talweg::lsq
