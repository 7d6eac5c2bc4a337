#include "talweg/train/factorization/fit.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/names.hpp"
#include "talweg/train/factorization/on_ratings.hpp"

namespace talweg::train {

namespace {

std::vector<std::string_view> all_names() {
  auto names = first_order_names();
  for (const auto name : deterministic_names())
    if (name != "sqp" && name != "auglag" && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  names.push_back("als");
  return names;
}

/// What has no place in updates that know one rating only; empty: nothing.
std::string idle_online(const FirstOrder& method) {
  return method.clip.kind != Clip::Kind::none ? text::option("clip")
         : !method.groups.empty()             ? text::option("group")
         : method.averaging                   ? "averaging"
         : method.ema != 0                    ? "ema"
         : method.maximize                    ? "maximize"
                                              : "";
}

}  // namespace

FitMethod parse_fit_method(std::string_view given, const models::FactorizationSpec& model) {
  const auto names = all_names();
  const std::string spec = usual_spec(given, names);
  const std::string name(Spec::read(spec).name);
  FitMethod method;
  if (name == "als") {
    if (text::trim(spec) != "als")
      throw Error(text::cat("optimizer '", spec, "': als has no settings; λ is set in the model, as in mf:16,l2=1"));
    if (model.nonnegative)
      throw Error(text::cat("als does not know nonnegative=true: use lbfgsb, or a first-order method with ",
                            text::option("batch_size", "1000")));
    for (const auto& l2 : {model.l2, model.l2_user, model.l2_item})
      if (l2 && *l2 == 0)
        throw Error(
            "als needs l2 above 0: without it the system of a row with few ratings has no solution; use lbfgs, or "
            "l2=0.01");
    method.als = true;
    method.spec = "als";
    return method;
  }
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const std::string near = text::did_you_mean(name, names);
    throw Error(text::cat("optimizer '", name, "' does not train model mf; ",
                          near.empty() ? text::cat("there are ", text::list(names)) : near));
  }
  if (is_deterministic(spec)) {
    method.deterministic = parse_deterministic(spec);
    const MethodTraits traits = (*method.deterministic)->traits();
    if (model.nonnegative && !(traits.bounds))
      throw Error(text::cat("optimizer ", name, " does not know nonnegative=true: use lbfgsb"));
    method.spec = traits.spec;
  } else {
    method.first_order = FirstOrder::parse(spec);
    if (method.first_order->get("weight_decay") != 0 && method.first_order->name() != "adamw")
      throw Error("weight_decay is not for model mf: its λ are options of the model, as in mf:16,l2=1,l2_bias=0.2");
    method.spec = method.first_order->spec();
  }
  return method;
}

std::string_view default_fit_method(const models::FactorizationSpec& model) {
  return model.nonnegative ? "lbfgsb" : "adagrad,learning_rate=0.07";
}

std::int64_t default_fit_epochs(const FitMethod& method) { return method.als ? 30 : method.deterministic ? 1000 : 20; }

std::int64_t default_fit_batch(const FitMethod& method, std::size_t ratings) {
  if (!method.first_order) return static_cast<std::int64_t>(ratings);
  const bool online = has_online_form(*method.first_order);
  return online ? 1 : std::min<std::int64_t>(1000, static_cast<std::int64_t>(ratings));
}

std::vector<std::string> check_fit_batch(const FitMethod& method, const models::FactorizationSpec& model,
                                         std::int64_t batch_size) {
  if (!method.first_order) return {};
  const FirstOrder& rule = *method.first_order;
  if (batch_size > 1) return rule.warnings(false);
  if (!has_online_form(rule))
    throw Error(text::cat(rule.label(), " as set has no form for single ratings: give ",
                          text::option("batch_size", "1000"), ", or use sgd, adagrad, rmsprop or adam"));
  if (const std::string idle = idle_online(rule); !idle.empty())
    throw Error(text::cat(idle, " has no effect on updates by single ratings: give ",
                          text::option("batch_size", "1000"), ", or leave it out"));
  if (model.nonnegative)
    throw Error(text::cat("nonnegative=true needs lbfgsb, or a first-order method with ",
                          text::option("batch_size", "1000"), " or so"));
  if (rule.name() == "adam" || rule.name() == "rmsprop")
    return {text::cat(rule.label(), " is applied lazily: the averages of a row rest while it has no rating; ",
                      text::option("batch_size", "1000"), " applies it as written, sgd and adagrad are exact")};
  return {};
}

std::unique_ptr<Learner> ratings_learner(const FitData& data, const FitMethod& method, const FitOptions& options,
                                         Pool& pool) {
  if (method.als) return ratings_by_als(data, options, pool);
  if (method.deterministic) return ratings_by_minimize(data, *method.deterministic, options, pool);
  return options.batch_size == 1 ? ratings_online(data, *method.first_order, options, pool)
                                 : ratings_in_batches(data, *method.first_order, options, pool);
}

}  // namespace talweg::train
