#include "talweg/api/race/suite_plan.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "talweg/api/method.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg::api {

namespace {

using problems::Problem;
using text::cat;

enum class Kind { free, box, constrained };

Kind kind_of(const Problem& p) {
  return !p.constraints.empty() ? Kind::constrained : !p.bounds.empty() ? Kind::box : Kind::free;
}

bool takes(const MethodTraits& traits, Kind kind) {
  return kind == Kind::free || (kind == Kind::box ? traits.bounds : traits.constraints);
}

const std::vector<std::string>& methods_for(Kind kind, const UsualMethods& usual) {
  switch (kind) {
    case Kind::free:
      return usual.free;
    case Kind::box:
      return usual.box;
    case Kind::constrained:
      break;
  }
  return usual.constrained;
}

struct Chosen {
  std::string set;
  std::vector<std::string_view> problems;
};

std::vector<Chosen> choose(const SuiteRequest& request) {
  for (const std::string& name : request.problems) problems::by_name(name);  // throws for an unknown one
  std::vector<std::string> sets = request.sets;
  if (sets.empty())
    for (const std::string_view set : problems::sets())
      if (set != "large" || !request.problems.empty()) sets.emplace_back(set);
  std::vector<Chosen> chosen;
  for (const std::string& set : sets) {
    Chosen c{set, problems::names_in(set)};
    if (std::any_of(chosen.begin(), chosen.end(), [&](const Chosen& other) { return other.set == set; }))
      throw Error(cat("the set ", set, " is named twice"));
    if (!request.problems.empty())
      std::erase_if(c.problems, [&](std::string_view name) {
        return std::find(request.problems.begin(), request.problems.end(), name) == request.problems.end();
      });
    if (!c.problems.empty()) chosen.push_back(std::move(c));
  }
  for (const std::string& name : request.problems)
    if (std::none_of(chosen.begin(), chosen.end(), [&](const Chosen& c) {
          return std::find(c.problems.begin(), c.problems.end(), name) != c.problems.end();
        }))
      throw Error(
          cat("the problem ", name, " is in none of the sets that are asked for: leave ", text::option("set"), " out"));
  return chosen;
}

/// What each kind of problem is run with, the kinds in the order in which the set has them.
std::vector<SuiteTask> usual_tasks(const Chosen& chosen, const UsualMethods& usual) {
  std::vector<SuiteTask> tasks;
  for (const std::string_view name : chosen.problems) {
    for (const std::string& spec : methods_for(kind_of(problems::by_name(name)), usual)) {
      auto task = std::find_if(tasks.begin(), tasks.end(), [&](const SuiteTask& t) { return t.spec == spec; });
      if (task == tasks.end())
        task = tasks.insert(tasks.end(), SuiteTask{chosen.set, spec, method({.optimizer = spec}).method, {}});
      task->problems.push_back(name);
    }
  }
  return tasks;
}

std::vector<Method> parse_methods(const std::vector<std::string>& specs) {
  std::vector<Method> methods;
  for (auto spec = specs.begin(); spec != specs.end(); ++spec) {
    if (std::find(specs.begin(), spec, *spec) != spec) throw Error(cat("the method ", *spec, " is named twice"));
    methods.push_back(method({.optimizer = *spec}).method);
  }
  return methods;
}

/// What of a set the method takes; what it does not is noted, and when nothing is left of a set that was asked for, an
/// error.
SuiteTask given_task(const Chosen& chosen, const std::string& spec, const Method& method, bool asked_for,
                     std::vector<std::string>& notes) {
  SuiteTask task{chosen.set, spec, method, {}};
  const MethodTraits traits = method->traits();
  std::string_view lacking;
  for (const std::string_view name : chosen.problems) {
    const Kind kind = kind_of(problems::by_name(name));
    if (takes(traits, kind))
      task.problems.push_back(name);
    else
      lacking = kind == Kind::constrained ? "constraints" : "bounds";
  }
  if (task.problems.empty() && asked_for)
    throw Error(cat(spec, " takes no ", lacking, ", and so no problem of ", chosen.set, "; use ",
                    lacking == "bounds" ? "lbfgsb or a first-order method" : "sqp or auglag"));
  const std::size_t refused = chosen.problems.size() - task.problems.size();
  if (refused > 0)
    notes.push_back(cat(spec, " takes no ", lacking, ": ", refused, " of ", chosen.problems.size(), " problems of ",
                        chosen.set, " left out"));
  return task;
}

}  // namespace

std::vector<SuiteTask> suite_plan(const SuiteRequest& request, const UsualMethods& usual,
                                  std::vector<std::string>& notes) {
  std::vector<SuiteTask> tasks;
  const std::vector<Method> methods = parse_methods(request.methods);
  for (const Chosen& chosen : choose(request)) {
    if (methods.empty()) {
      auto some = usual_tasks(chosen, usual);
      std::move(some.begin(), some.end(), std::back_inserter(tasks));
    }
    for (std::size_t i = 0; i < methods.size(); ++i) {
      SuiteTask task = given_task(chosen, request.methods[i], methods[i], !request.sets.empty(), notes);
      if (!task.problems.empty()) tasks.push_back(std::move(task));
    }
  }
  for (const std::string& spec : request.methods)
    if (std::none_of(tasks.begin(), tasks.end(), [&](const SuiteTask& t) { return t.spec == spec; }))
      throw Error(cat(spec, " takes none of the problems asked for: ", notes.front()));
  return tasks;
}

}  // namespace talweg::api
