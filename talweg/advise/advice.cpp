#include "talweg/advise/advice.hpp"

#include "talweg/base/text.hpp"

namespace talweg::advise {

namespace {

using text::brief;
using text::cat;

std::string variables(std::size_t n) { return cat(n, n == 1 ? " variable" : " variables"); }

std::string megabytes(std::int64_t bytes) { return cat(brief(double(bytes) / 1e6, 3), " MB"); }

/// A rate of a first-order method from the largest curvature: beyond 2/λ plain descent diverges.
RateInterval below_curvature(double largest, double low, double high) {
  if (!(largest > 0)) return {1e-3, 1e-1};
  return {*text::parse_number(brief(low / largest, 2)), *text::parse_number(brief(high / largest, 2))};
}

void add_caveats(const FunctionFacts& f, Advice& a) {
  if (f.minima > 2) {  // a line that crosses a bent valley twice has two
    a.certainty = Certainty::open;
    a.caveats.push_back(cat("on one line alone ", f.minima,
                            " minima were seen: every method here finds the nearest one, and which is deepest is not "
                            "known; begin from several starts"));
  }
  if (f.undefined > 0)
    a.caveats.push_back(cat("f is not defined along ", f.undefined, " of ", f.lines,
                            " lines: bounds or constraints "
                            "that keep it defined make any method safer"));
  if (f.curvature.has_negative() && f.constraints == 0)
    a.caveats.push_back(
        "the curvature is negative in places: f is not convex around the start, and a saddle is "
        "possible");
  if (f.curvature.largest == 0 && f.gradient > 0 && f.kinked == 0 && f.constraints == 0 && f.bounds == 0)
    a.caveats.push_back("f is linear around the start: without bounds it may have no minimum");
  if (f.gradient == 0)
    a.caveats.push_back(
        "the gradient is 0 at the start: it may be a minimum already, or a saddle; another start tells");
}

Advice constrained(const FunctionFacts& f) {
  Advice a;
  a.certainty = Certainty::firm;
  a.recommended = {"sqp",
                   {},
                   {},
                   {cat(f.constraints, f.constraints == 1 ? " constraint" : " constraints",
                        ": the path must bend along them, which a quadratic model of f with linear "
                        "models of the constraints does in few evaluations")}};
  a.runner_up = {"auglag",
                 {},
                 {},
                 {"the augmented Lagrangian needs more evaluations, but no quadratic program, and "
                  "forgives constraints that contradict each other near the start"}};
  return a;
}

Advice bounded(const FunctionFacts& f) {
  Advice a;
  a.certainty = Certainty::likely;
  a.recommended = {"lbfgsb",
                   {},
                   {},
                   {cat(f.bounds, " of ", variables(f.variables),
                        " with bounds: L-BFGS-B finds which of them hold, and never leaves the box")}};
  a.runner_up = {"nesterov:torch",
                 below_curvature(f.curvature.largest, 0.05, 1),
                 {},
                 {"steps that are moved back onto the box: simple, and quick where most bounds hold at the minimum; "
                  "its rate must be found"}};
  return a;
}

}  // namespace

std::string Choice::spec() const { return batch ? cat(optimizer, ",batch_size=", *batch) : optimizer; }

std::string_view name(Certainty certainty) {
  constexpr std::string_view names[] = {"firm", "likely", "open"};
  return names[static_cast<std::size_t>(certainty)];
}

Advice advise(const FunctionFacts& f, std::int64_t memory) {
  Advice a;
  const Choice lbfgs{"lbfgs", {}, {}, {}}, cg{"cg,memory=0", {}, {}, {}};
  if (f.constraints > 0) {
    a = constrained(f);
  } else if (f.bounds > 0) {
    a = bounded(f);
  } else if (f.lbfgs_bytes > memory) {
    a.recommended = cg;
    a.recommended.reasons = {cat("the history of L-BFGS would take ", megabytes(f.lbfgs_bytes), " for ",
                                 variables(f.variables), ", more than the ", megabytes(memory),
                                 " allowed; conjugate gradients keep two vectors")};
    a.runner_up = {"lbfgs,memory=3", {}, {}, {"a history of three pairs takes a third of that"}};
  } else if (f.kinked > 0) {
    a.recommended = lbfgs;
    a.recommended.reasons = {cat("the slope jumps along ", f.kinked, " of ", f.lines,
                                 " lines: f has kinks; L-BFGS's line search steps across them, and its model learns "
                                 "how steep their sides are")};
    a.runner_up = {"rprop",
                   RateInterval{1e-2, 1},
                   {},
                   {"it goes by the signs of the slopes alone, which kinks leave "
                    "intact; near the minimum its steps shrink by themselves"}};
    a.caveats.push_back(
        "no method here is made for kinks, and curvature cannot confirm a minimum at one; compare "
        "the values of several starts");
  } else if (f.quadratic && f.variables > 1) {
    a.certainty = Certainty::firm;
    a.recommended = cg;
    a.recommended.reasons = {
        cat("the Hessian is the same wherever it was measured: f is quadratic, and conjugate "
            "gradients end within ",
            f.variables, " steps, one for each variable")};
    a.runner_up = lbfgs;
    a.runner_up.reasons = {"nearly as quick on a quadratic, and still good if f turns out not to be one further away"};
  } else {
    a.certainty = f.lines > 0 && f.minima <= 2 ? Certainty::firm : Certainty::likely;
    a.recommended = lbfgs;
    a.recommended.reasons = {cat("smooth along all ", f.lines, " lines, ", variables(f.variables),
                                 ", exact gradients: curvature learnt from "
                                 "steps beats any fixed rate",
                                 f.curvature.condition() > 100
                                     ? cat(" (condition at the start ", f.curvature.complete ? "" : "at least ",
                                           brief(f.curvature.condition(), 2), ")")
                                     : "")};
    a.runner_up = cg;
    a.runner_up.reasons = {
        "keeps two vectors instead of twenty, and is nearly as quick where the curvature varies little"};
  }
  add_caveats(f, a);
  return a;
}

}  // namespace talweg::advise
