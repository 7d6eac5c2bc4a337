#include <algorithm>
#include <cmath>

#include "talweg/advise/advice.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::advise {

namespace {

using text::brief;
using text::cat;

constexpr std::size_t small_batch = 8, usual_batch = 32;
constexpr double huge_inputs = 1e5, very_sparse = 0.01, sparse = 0.3;

std::string percent(double share) { return cat(brief(100 * share, 3), " %"); }
std::string times(double count, const char* what) { return cat(brief(std::floor(count * 10) / 10, 4), " ", what); }

std::string noise_reason(const DataFacts& f, std::size_t batch) {
  return cat(
      "batches of ", batch, ": after a pass the noise of a gradient is as large as the gradient at ",
      brief(f.noise_later, 2), " rows",
      f.noise_later > double(batch) ? "; larger ones would be surer, but mean fewer steps within the budget" : "");
}

RateInterval scaled(double largest, double low, double high) {
  if (!(largest > 0)) return {1e-3, 1e-1};
  return {*text::parse_number(brief(low / largest, 2)), *text::parse_number(brief(high / largest, 2))};
}

std::string curvature_reason(const DataFacts& f) {
  return cat("rates: the largest curvature on a mini-batch is ", brief(f.batch_curvature, 3),
             ", and plain steps diverge beyond ", brief(2 / f.batch_curvature, 2));
}

/// Measured over the problems of docs/advise.md: AdaGrad was better with batches of 8 than of 32 wherever mini-batches
/// were the thing to do, because its falling rate averages the noise in place of the batch.
Choice adagrad(const DataFacts& f) {
  Choice c{"adagrad", RateInterval{0.03, 1}, std::min(f.rows, small_batch), {}};
  if (f.nonzeros < sparse)
    c.reasons.push_back(cat("sparse rows (", percent(f.nonzeros),
                            " of the inputs are not 0): AdaGrad gives rare inputs "
                            "larger steps"));
  c.reasons.push_back(
      "AdaGrad's steps shrink by themselves as the noise takes over (it is as large as the gradient in "
      "batches of " +
      brief(f.noise_later, 2) + " after a pass), so that no schedule is needed");
  c.reasons.push_back(cat("batches of ", *c.batch,
                          ": for the same examples more steps; larger ones take less time for "
                          "each example, and a little more loss"));
  return c;
}

Choice nesterov(const DataFacts& f) {
  Choice c{"nesterov:torch", scaled(f.batch_curvature, 0.05, 2), std::min(f.rows, usual_batch), {}};
  c.reasons.push_back("momentum with look-ahead is quick where its rate can be tuned");
  c.reasons.push_back(curvature_reason(f));
  return c;
}

Choice scaled_steps(const char* name, const DataFacts& f, std::string reason) {
  return {name, RateInterval{1e-3, 2e-2}, std::min(f.rows, usual_batch), {std::move(reason)}};
}

/// The mini-batch methods, the first and the second.
std::pair<Choice, Choice> by_mini_batch(const DataFacts& f, const compare::DataTask& task) {
  const bool classes = task.head.task != data::Task::regression;
  if (f.convex && f.nonzeros < very_sparse && double(f.inputs) >= huge_inputs) {
    Choice ftrl{"ftrl", RateInterval{0.01, 1}, std::size_t{1}, {}};
    ftrl.reasons = {cat("huge and sparse (", f.inputs, " inputs, ", percent(f.nonzeros),
                        " of them not 0): FTRL-Proximal takes rows one by one, and leaves the weights of inputs that "
                        "do not matter at exactly 0")};
    return {ftrl, adagrad(f)};
  }
  if (f.convex) {
    Choice second = nesterov(f);
    if (f.passes <= 1)
      second = {"sgd",
                scaled(f.batch_curvature, 0.1, 1),
                std::size_t{1},
                {"one pass or less is a stream: plain steps on one example each make the most of every row"}};
    return {adagrad(f), second};
  }
  if (classes) {
    Choice first = scaled_steps("rmsprop", f,
                                "the loss of classes flattens as they are learnt: steps divided by the recent size of "
                                "the gradient go on where plain ones would stall");
    first.reasons.push_back(noise_reason(f, *first.batch));
    return {first, scaled_steps("adam", f, "as RMSProp, with momentum; it works at once with its default rate too")};
  }
  Choice first = adagrad(f);
  first.rate = RateInterval{0.1, 1};
  return {first, nesterov(f)};
}

Choice full_batch(const DataFacts& f, std::int64_t memory) {
  if (f.lbfgs_bytes > memory)
    return {"cg,memory=0",
            {},
            {},
            {cat("the history of L-BFGS would take ", brief(double(f.lbfgs_bytes) / 1e6, 3), " MB for ", f.parameters,
                 " parameters, more than allowed; conjugate gradients keep two vectors")}};
  return {"lbfgs", {}, {}, {}};
}

}  // namespace

Advice advise(const DataFacts& f, const compare::DataTask& task, std::int64_t memory) {
  Advice a;
  const auto [first, second] = by_mini_batch(f, task);
  const bool random_loss = task.spec.dropout > 0;
  // Full-batch steps with curvature go as far as their number squared, mini-batch steps as far as their number: with E
  // passes of M steps, E² against E·M.
  const double advantage = f.passes / f.steps_per_pass;
  if (!random_loss && advantage >= 1) {
    a.recommended = full_batch(f, memory);
    a.recommended.reasons.insert(
        a.recommended.reasons.begin(),
        cat("the budget is ", times(f.passes, "passes"), " over rows that make only ", brief(f.steps_per_pass, 4),
            " mini-batches: so many gradients of all rows, free of noise, go further with learnt curvature"));
    a.runner_up = advantage < 4 ? first
                                : Choice{"cg,memory=0",
                                         {},
                                         {},
                                         {"needs no history; for a quadratic loss its steps are "
                                          "as good"}};
    if (advantage >= 4 && !f.convex)
      a.runner_up = {"rprop",
                     RateInterval{1e-3, 1e-1},
                     {},
                     {"full batch without line search: it goes by the signs of "
                      "the gradient, whatever its size"}};
    a.certainty = f.convex && f.kinked == 0 && advantage >= 1.5 ? Certainty::firm : Certainty::likely;
  } else {
    a.recommended = first;
    a.runner_up = second;
    a.recommended.reasons.insert(
        a.recommended.reasons.begin(),
        random_loss
            ? "dropout draws another network at each step, which rules out line searches"
            : cat("the budget is ", times(f.passes, "passes"), ", and a pass makes ", brief(f.steps_per_pass, 4),
                  " mini-batches: many uncertain steps beat ", times(f.passes, "certain ones")));
    a.certainty = Certainty::likely;
  }
  if (!random_loss && advantage > 0.5 && advantage < 2) {
    a.certainty = Certainty::open;
    a.caveats.push_back(text::cat("passes and mini-batches are about as many: full batch or not is close here; ",
                                  text::option("prove"), " tells"));
  }
  if (!f.convex && a.certainty != Certainty::open)
    a.caveats.push_back(
        text::cat("a network's loss has many minima, and the curvature was measured at its start only: ",
                  "the runner-up may win; ", text::option("prove"), " tells"));
  if (f.convex && f.kinked > 0)
    a.caveats.push_back("this loss has kinks: line searches work, but curvature cannot confirm a minimum at one");
  if (f.curvature.condition() > 1e6)
    a.caveats.push_back(cat("the condition is at least ", brief(f.curvature.condition(), 2),
                            ": standardise the columns (", text::option("standardize"),
                            ") or add l2 to the model, and every method gets "
                            "easier"));
  return a;
}

}  // namespace talweg::advise
