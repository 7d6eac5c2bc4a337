#include "talweg/api/minimize/minimize.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "talweg/api/minimize/checkpoint.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/optim/minimizer.hpp"

namespace talweg::api {

namespace {

using text::cat;

constexpr std::string_view start_form = "the start is written name=number,…, such as x=-1.2,y=1";
constexpr std::string_view bounds_form = "bounds are written name=lower:upper,…, such as x=0:2,y=-inf:1";

/// The name before '=' and the text behind it.
std::pair<std::string_view, std::string_view> split_assignment(std::string_view token, std::string_view form) {
  const auto equals = token.find('=');
  if (token.empty()) throw Error(cat("an entry is empty: ", form));
  if (equals == std::string_view::npos) throw Error(cat("'", token, "' has no '=': ", form));
  return {text::trim(token.substr(0, equals)), text::trim(token.substr(equals + 1))};
}

double number_in(std::string_view number, std::string_view token, std::string_view form) {
  const auto value = text::parse_number(number);
  if (!value) throw Error(cat("'", number, "' in '", token, "' is not a number: ", form));
  if (std::isnan(*value)) throw Error(cat("nan in '", token, "': give a number"));
  return *value;
}

template <class Named> void refuse_second(const std::vector<Named>& before, std::string_view name, const char* where) {
  for (const auto& other : before)
    if (other.name == name) throw Error(cat("'", name, "' is given twice in ", where));
}

std::vector<std::string_view> views(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

std::string suggested_start(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += cat(out.empty() ? "" : ",", name, "=1");
  return out;
}

/// The loop's message says that f is not a number, and where x was; the formula knows which part of it.
void explain(Result& result, const formula::Formula& f) {
  if (result.status != Status::not_finite || result.last_x.empty()) return;
  const std::string cause = f.explain_non_finite(result.last_x);
  if (!cause.empty()) result.message = cat(cause, "; ", result.message);
}

}  // namespace

std::vector<std::string> agreed_variables(const MinimizeRequest& request) {
  std::vector<std::string> names;
  for (const auto& entry : request.start) {
    formula::check_variable_name(entry.name);
    refuse_second(std::vector<NamedValue>(request.start.begin(), request.start.begin() + std::ptrdiff_t(names.size())),
                  entry.name, "the start");
    if (!std::isfinite(entry.value)) throw Error(cat("the start ", entry.name, "=", entry.value, " is not finite"));
    names.push_back(entry.name);
  }
  std::vector<std::string> used = formula::variables(request.formula);
  for (const auto& constraint : request.constraints)
    for (auto& name : formula::constraint_variables(constraint))
      if (std::find(used.begin(), used.end(), name) == used.end()) used.push_back(std::move(name));
  if (names.empty() && used.empty()) throw Error(cat("the formula '", request.formula, "' has no variable to change"));
  if (names.empty())
    throw Error(cat("a start is missing: give a number for each variable, such as ",
                    text::option("start", suggested_start(used))));
  for (const auto& name : names)
    if (std::find(used.begin(), used.end(), name) == used.end())
      throw Error(cat("the start gives '", name, "', which the formula does not use",
                      used.empty() ? "" : cat(": its variables are ", text::list(views(used)))));
  return names;
}

Bounds bounds_of(const MinimizeRequest& request, const std::vector<std::string>& names) {
  if (request.bounds.empty()) return {};
  const double infinity = std::numeric_limits<double>::infinity();
  Bounds bounds{std::vector<double>(names.size(), -infinity), std::vector<double>(names.size(), infinity)};
  for (std::size_t i = 0; i < request.bounds.size(); ++i) {
    const NamedRange& range = request.bounds[i];
    refuse_second(std::vector<NamedRange>(request.bounds.begin(), request.bounds.begin() + std::ptrdiff_t(i)),
                  range.name, "the bounds");
    const auto it = std::find(names.begin(), names.end(), range.name);
    if (it == names.end()) {
      const auto known = views(names);
      const std::string near = text::did_you_mean(range.name, known);
      throw Error(cat("the bounds name '", range.name, "', which is not in the start: ",
                      near.empty() ? cat("the variables are ", text::list(known)) : near));
    }
    if (range.lower == infinity || range.upper == -infinity)
      throw Error(cat("bounds of ", range.name, ": no number lies in ", range.lower, ":", range.upper,
                      "; a side without a bound is written -inf:upper or lower:inf"));
    const auto k = std::size_t(it - names.begin());
    bounds.lower[k] = range.lower;
    bounds.upper[k] = range.upper;
  }
  return bounds;
}

std::vector<NamedValue> parse_start(std::string_view text) {
  std::vector<NamedValue> start;
  for (const auto token : text::split(text, ',')) {
    const auto [name, number] = split_assignment(token, start_form);
    refuse_second(start, name, "the start");
    start.push_back({std::string(name), number_in(number, token, start_form)});
  }
  return start;
}

std::vector<NamedRange> parse_bounds(std::string_view text) {
  std::vector<NamedRange> bounds;
  for (const auto token : text::split(text, ',')) {
    const auto [name, range] = split_assignment(token, bounds_form);
    const auto sides = text::split(range, ':');
    if (sides.size() != 2) throw Error(cat("'", token, "' is not a range: ", bounds_form));
    refuse_second(bounds, name, "the bounds");
    bounds.push_back(
        {std::string(name), number_in(sides[0], token, bounds_form), number_in(sides[1], token, bounds_form)});
  }
  return bounds;
}

std::string start_text(const std::vector<NamedValue>& start) {
  std::string out;
  for (const NamedValue& v : start) out += cat(out.empty() ? "" : ",", v.name, "=", v.value);
  return out;
}

std::string bounds_text(const std::vector<NamedRange>& bounds) {
  std::string out;
  for (const NamedRange& b : bounds) out += cat(out.empty() ? "" : ",", b.name, "=", b.lower, ":", b.upper);
  return out;
}

PreparedMinimize prepare(const MinimizeRequest& request) {
  std::vector<std::string> variables = agreed_variables(request);
  formula::Formula f = formula::parse(request.formula, variables);
  MethodRequest wanted = request.method;
  wanted.bounds = !request.bounds.empty();
  wanted.constraints = !request.constraints.empty();
  NamedMethod named = method(wanted);
  Options options = request.options;
  options.names = variables;
  options.bounds = bounds_of(request, variables);
  options.check_gradient = false;
  options.exact_gradient = true;
  options.rounding = formula::rounding_of(f);
  for (const auto& text : request.constraints)
    options.constraints.push_back(formula::as_constraint(formula::parse_constraint(text, variables)));
  std::vector<double> x0;
  for (const auto& entry : request.start) x0.push_back(entry.value);
  return {std::move(f), std::move(variables), std::move(x0), std::move(named), std::move(options)};
}

MinimizeOutcome minimize(const MinimizeRequest& given) {
  MinimizeRequest request = given;
  std::vector<std::string> notes = take_over(request);
  PreparedMinimize p = prepare(request);
  MinimizeOutcome outcome{.formula = request.formula,
                          .variables = p.variables,
                          .traced = request.trace,
                          .warnings = std::move(p.method.warnings)};
  const auto keeper = RunKeeper::of(request);
  PathSoFar path{{}, TraceRecorder(request.trace)};
  p.options.on_iteration = [&](const Iteration& i) {
    path.hash.add(i.x);
    path.hash.add(std::span(&i.value, 1));
    path.hash.add(i.gradient);
    if (request.trace || request.record) {
      TraceRow row{i.iteration,
                   {i.x.begin(), i.x.end()},
                   i.value,
                   {i.gradient.begin(), i.gradient.end()},
                   i.iteration == 0 ? Observations{} : i.state()};
      if (keeper) keeper->add(row);
      path.recorder.add(std::move(row));
    }
    return request.options.on_iteration && request.options.on_iteration(i);
  };
  Minimizer run(formula::as_function(p.formula), std::move(p.start), p.method.method, p.options);
  if (keeper) keeper->begin(run, path);
  while (run.step() == Status::running)
    if (keeper) keeper->save_if_due(run, path);
  outcome.result = run.result();
  if (keeper) std::ranges::copy(keeper->finish(run, path), std::back_inserter(notes));
  std::ranges::copy(notes, std::back_inserter(outcome.warnings));
  outcome.trace_hash = path.hash.hex().substr(0, 16);
  outcome.trace = path.recorder.take_rows();
  outcome.trace_every = path.recorder.every();
  outcome.long_trace = path.recorder.all();
  explain(outcome.result, p.formula);
  return outcome;
}

}  // namespace talweg::api
