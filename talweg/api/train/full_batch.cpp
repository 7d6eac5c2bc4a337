#include "talweg/api/train/full_batch.hpp"

#include "talweg/api/method.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/train/defaults.hpp"
#include "talweg/train/full_batch/proximal_newton.hpp"

namespace talweg::api {

namespace {

using text::cat;

/// Networks learn small tables by heart long before their gradient vanishes.
constexpr std::int64_t network_iterations = 500;

void refuse(const TrainRequest& r, const models::ModelSpec& spec, std::string_view loss) {
  const std::string& who = r.optimizer;
  if (!r.batch_size.empty() && r.batch_size != "all")
    throw Error("batch_size",
                cat(text::option("batch_size", r.batch_size), ": ", who,
                    " takes all rows at every step; leave it out, or use a ", "first-order method such as adam"));
  if (r.precision == "float")
    throw Error("precision", cat(text::option("precision", "float"), ": the line search of ", who,
                                 " compares values that float cannot tell apart; leave ", "it out (double)"));
  if (spec.dropout != 0)
    throw Error(cat("dropout=", spec.dropout, ": ", who, " needs the same objective at every evaluation, and dropout ",
                    "draws a new one; use l2=…, or a first-order method such as adam"));
  if (spec.l1 != 0)
    throw Error(cat("l1=", spec.l1, ": |w| has a kink at 0, where ", who, " finds no gradient to follow; ",
                    spec.hidden.empty() ? cat(text::option("optimizer", train::proximal_newton_name),
                                              " finds the optimum, whose weights are exactly 0 in part")
                                        : "use l2=…, or a first-order method such as adam"));
  if (const nn::LossTraits& traits = nn::loss(loss).traits(); traits.kinks)
    throw Error(cat("loss '", loss, "' has kinks, where ", who, " finds no gradient to follow; use ", traits.smoother,
                    traits.smoother.empty() ? "" : ", or ", "a first-order method such as adam"));
  const std::string usual = usual_method(who);
  const std::string_view name = Spec::read(usual).name;
  if (name == "sqp" || name == "auglag")
    throw Error("optimizer",
                cat(text::option("optimizer", who), " is for constraints, and training has none; use lbfgs"));
}

/// Newton's method with an l1 penalty. Throws Error for what has no effect on it, and for what it is not for.
FullBatchChoice proximal_newton_choice(const TrainRequest& r, const models::ModelSpec& spec, std::string_view loss) {
  constexpr std::string_view who = train::proximal_newton_name;
  refuse_rate_options({.optimizer = r.optimizer, .schedule = r.schedule, .clip = r.clip, .groups = r.groups}, who);
  if (!r.batch_size.empty() && r.batch_size != "all")
    throw Error("batch_size",
                cat(text::option("batch_size", r.batch_size), ": ", who,
                    " takes all rows at every step; leave it out, or use a first-order method such as adam"));
  if (r.precision == "float")
    throw Error("precision", cat(text::option("precision", "float"), ": ", who,
                                 " compares values that float cannot tell apart; leave it out (double)"));
  if (!spec.hidden.empty() || spec.l1 == 0)
    throw Error("optimizer", cat(text::option("optimizer", who), " is for models without hidden layer with l1=…, and ",
                                 spec.text(), " is none; use lbfgs"));
  if (!train::has_proximal_newton(spec, loss))
    throw Error("optimizer", cat(text::option("optimizer", who), " needs a second derivative, and the loss ", loss,
                                 " has none that is known; use a first-order method such as adam"));
  constexpr std::int64_t usual = 1000;
  return {.method = std::nullopt,
          .spec = std::string(who),
          .iterations = r.epochs.value_or(usual),
          .tolerance = r.tolerance.value_or(train::FullBatchOptions{}.tolerance),
          .keep_best = !r.select.empty(),
          .warnings = {}};
}

}  // namespace

bool names_full_batch_method(const TrainRequest& request) {
  if (request.optimizer.empty()) return false;
  if (request.optimizer == train::proximal_newton_name) return true;
  check_method_name(request.optimizer);
  return is_deterministic(request.optimizer);
}

FullBatchChoice full_batch_choice(const TrainRequest& request, const models::ModelSpec& spec, std::string_view loss) {
  if (request.optimizer == train::proximal_newton_name) return proximal_newton_choice(request, spec, loss);
  NamedMethod named = method(
      {.optimizer = request.optimizer, .schedule = request.schedule, .clip = request.clip, .groups = request.groups});
  refuse(request, spec, loss);
  const bool convex = train::is_convex(spec);
  FullBatchChoice choice{.method = std::move(named.method), .spec = {}, .warnings = std::move(named.warnings)};
  choice.spec = (*choice.method)->traits().spec;
  const std::int64_t usual = convex ? (*choice.method)->traits().default_iterations : network_iterations;
  choice.iterations = request.epochs.value_or(usual);
  choice.tolerance = request.tolerance.value_or(train::FullBatchOptions{}.tolerance);
  choice.keep_best = (!request.epochs && !convex) || !request.select.empty();
  if (usual_method(request.optimizer).starts_with("lbfgsb"))
    choice.warnings.push_back("lbfgsb is for bounds, and training has none: lbfgs does the same with less work");
  return choice;
}

bool defaults_to_full_batch(const TrainRequest& r, const models::ModelSpec& spec, std::string_view loss,
                            std::size_t rows, std::size_t inputs) {
  const bool free = r.optimizer.empty() && r.schedule.empty() && r.clip.empty() && r.groups.empty() &&
                    (r.batch_size.empty() || r.batch_size == "all") && r.precision != "float";
  return free && train::prefers_full_batch(spec, loss, rows, inputs);
}

}  // namespace talweg::api
