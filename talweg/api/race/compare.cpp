#include "talweg/api/race/compare.hpp"

#include <algorithm>

#include "talweg/api/method.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

using text::cat;

constexpr std::int64_t passes = 20;  // over the rows, when no budget is given

std::vector<std::string> usual_field(const Subject& s) {
  if (s.data) return {"lbfgs", "adam", "momentum", "rmsprop", "adagrad"};
  if (s.batches) return {"adam", "momentum", "rmsprop", "adagrad"};
  if (s.function->task().constraints) return {"sqp", "auglag"};
  if (!s.function->task().bounds.empty()) return {"lbfgsb", "adam", "momentum", "rmsprop"};
  return {"lbfgs", "cg", "adam", "momentum", "rmsprop"};
}

compare::Entrant entrant(const std::string& given, bool data) {
  const std::string spec(text::trim(given));
  // An unknown name is told the near ones of both families.
  (void)method({.optimizer = spec.substr(0, spec.find_first_of(":,")) == "gd"
                                 ? "sgd"
                                 : spec.substr(0, spec.find_first_of(":,"))});
  return compare::Entrant::parse(spec, data);
}

}  // namespace

CompareOutcome compare(const CompareRequest& request) {
  CompareOutcome outcome{.subject = read_subject(request.subject), .race = {}, .time = request.time};
  const Subject& s = outcome.subject;
  const compare::Course& course = s.course();
  if (!course.random() && request.seeds)
    throw Error("seeds", text::cat(text::option("seeds"), " has no effect with ", text::option("jitter", "0"),
                                   ": nothing is random then; leave one of them out"));
  if (request.target_value && !std::isfinite(*request.target_value))
    throw Error("target_value", text::cat(text::option("target_value"), ": expected a finite number"));
  compare::RaceSettings settings;
  settings.evaluations =
      request.evaluations.value_or(s.data      ? passes * static_cast<std::int64_t>(s.data->task().rows.rows)
                                   : s.batches ? passes * static_cast<std::int64_t>(s.batches->rows())
                                               : settings.evaluations);
  settings.seeds = static_cast<int>(request.seeds.value_or(settings.seeds));
  settings.target = request.target_value;
  settings.tuning_rates = static_cast<int>(request.tune.value_or(settings.tuning_rates));
  settings.jobs = request.jobs;
  settings.paths = request.paths;
  settings.on_progress = request.on_progress;
  std::vector<compare::Entrant> field;
  for (const auto& spec : request.optimizers.empty() ? usual_field(s) : request.optimizers)
    field.push_back(entrant(spec, s.data || s.batches));
  outcome.race = compare::race(course, field, settings);
  return outcome;
}

bool CompareOutcome::success() const {
  return std::any_of(race.contestants.begin(), race.contestants.end(),
                     [](const auto& c) { return c.failures < std::int64_t(c.attempts.size()); });
}

}  // namespace talweg::api
