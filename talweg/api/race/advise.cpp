#include "talweg/api/race/advise.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"

namespace talweg::api {

namespace {

constexpr std::int64_t passes = 20, function_evaluations = 1000;  // as compare has them
constexpr double default_megabytes = 1000;

/// The recommended method, the runner-up, and the usual alternatives that are neither.
std::vector<std::string> field(const AdviseOutcome& o) {
  std::vector<std::string> specs{o.advice.recommended.spec(), o.advice.runner_up.spec()};
  const auto add = [&](const char* spec) {
    const auto same = [&](const std::string& s) { return s == spec || s.substr(0, s.find_first_of(":,")) == spec; };
    if (std::none_of(specs.begin(), specs.end(), same)) specs.emplace_back(spec);
  };
  if (o.subject.function && o.subject.function->task().constraints) return specs;
  const bool bounds = o.subject.function && !o.subject.function->task().bounds.empty();
  const bool dropout = o.subject.data && o.subject.data->task().spec.dropout > 0;
  if (!dropout) add(bounds ? "lbfgsb" : "lbfgs");
  add("adam");
  return specs;
}

void prove(const AdviseRequest& request, AdviseOutcome& o) {
  compare::RaceSettings settings;
  settings.evaluations = o.evaluations;
  settings.seeds = static_cast<int>(request.seeds.value_or(settings.seeds));
  settings.jobs = request.jobs;
  settings.on_progress = request.on_progress;
  std::vector<compare::Entrant> entrants;
  const compare::Course& course = o.subject.course();
  for (const auto& spec : field(o)) {
    auto entrant = compare::Entrant::parse(spec, o.subject.data != nullptr);
    // An alternative that the budget does not reach for has lost already.
    if (entrants.size() >= 2) try {
        course.admit(entrant, o.evaluations);
      } catch (const Error&) {
        continue;
      }
    entrants.push_back(std::move(entrant));
  }
  o.proof = compare::race(course, entrants, settings);
}

}  // namespace

AdviseOutcome advise(Subject subject, const AdviseRequest& request) {
  if (request.seeds && !request.prove)
    throw Error("seeds",
                text::cat(text::option("seeds"), " has no effect without ", text::option("prove"), ", which races"));
  if (request.jobs != 1 && !request.prove)
    throw Error("jobs",
                text::cat(text::option("jobs"), " has no effect without ", text::option("prove"), ", which races"));
  AdviseOutcome o{.subject = std::move(subject), .facts = advise::FunctionFacts{}};
  const auto memory = static_cast<std::int64_t>(1e6 * request.memory.value_or(default_megabytes));
  if (o.subject.data) {
    const auto& task = o.subject.data->task();
    o.evaluations = request.evaluations.value_or(passes * static_cast<std::int64_t>(task.rows.rows));
    const auto facts = advise::measure(task, o.evaluations);
    o.advice = advise::advise(facts, task, memory);
    o.facts = facts;
  } else if (o.subject.batches) {
    throw Error("batch_size", text::cat(text::option("batch_size", request.subject.batch_size),
                                        " has no effect on advice about a formula, which is measured over all rows: "
                                        "leave it out; ",
                                        "a race takes it"));
  } else {
    o.evaluations = request.evaluations.value_or(function_evaluations);
    const auto facts = advise::measure(o.subject.function->task());
    o.advice = advise::advise(facts, memory);
    o.facts = facts;
  }
  if (request.prove) prove(request, o);
  return o;
}

AdviseOutcome advise(const AdviseRequest& request) { return advise(read_subject(request.subject), request); }

bool AdviseOutcome::confirmed() const {
  return !proof || std::none_of(proof->pairings.begin(), proof->pairings.end(), [&](const auto& pair) {
    const bool beaten = pair.first == 0 && pair.losses > pair.wins;
    return beaten && (!proof->random || pair.p <= compare::significance);
  });
}

std::string AdviseOutcome::best() const {
  return confirmed() ? advice.recommended.spec() : proof->contestants[proof->by_rank().front()].entrant.given;
}

}  // namespace talweg::api
