#include "talweg/compare/rows_course.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/compare/looks.hpp"

namespace talweg::compare {

namespace {

using text::cat;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t most_points = 1000;  // of a path

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// How many steps a budget of rows pays for.
std::int64_t steps_of(std::int64_t budget, std::int64_t rows, std::int64_t batch) {
  const std::int64_t per_epoch = (rows + batch - 1) / batch;
  return budget / rows * per_epoch + budget % rows / batch;
}

/// Rows that the first steps take: the last batch of an epoch may be short.
std::int64_t rows_taken(std::int64_t steps, std::int64_t rows, std::int64_t batch) {
  const std::int64_t per_epoch = (rows + batch - 1) / batch;
  return steps / per_epoch * rows + steps % per_epoch * batch;
}

}  // namespace

std::size_t RowsCourse::batch_of(const Entrant& entrant) const {
  if (!entrant.rule) return task_.rows;
  const std::size_t batch = entrant.batch.value_or(entrant.rule->info().traits.full_batch ? 0 : task_.batch);
  return batch == 0 ? task_.rows : std::min(batch, task_.rows);
}

void RowsCourse::admit(const Entrant& entrant, std::int64_t budget) const {
  const auto rows = static_cast<std::int64_t>(task_.rows), batch = static_cast<std::int64_t>(batch_of(entrant));
  FunctionCourse::admit(entrant, std::max<std::int64_t>(budget, 2));
  if (entrant.deterministic && budget < 2 * rows)
    throw Error("evaluations",
                cat(text::option("evaluations", budget), " is less than two passes over the ", rows, " rows, which '",
                    entrant.given, "' needs for its first step: give at least ", 2 * rows));
  if (entrant.rule && budget < batch)
    throw Error("evaluations", cat(text::option("evaluations", budget), " does not reach for one step of '",
                                   entrant.given, "' on ", batch, " rows: give more, or a smaller batch_size"));
}

Attempt RowsCourse::run(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget,
                        bool with_path) const {
  if (entrant.rule) return run_in_batches(entrant, rate, seed, budget, with_path);
  const auto rows = static_cast<std::int64_t>(task_.rows);
  Attempt attempt = FunctionCourse::run(entrant, rate, seed, budget / rows, with_path);
  attempt.evaluations *= rows;
  for (CurvePoint& point : attempt.curve) point.evaluations *= rows;
  return attempt;
}

Attempt RowsCourse::run_in_batches(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget,
                                   bool with_path) const {
  const auto begin = Clock::now();
  const auto rows = static_cast<std::int64_t>(task_.rows), batch = static_cast<std::int64_t>(batch_of(entrant));
  const std::int64_t steps = steps_of(budget, rows, batch), stride = std::max<std::int64_t>(1, steps / most_points);
  const Function whole = task().function();
  const std::vector<double> from = start(seed);
  std::vector<double> gradient(from.size());
  Attempt attempt;
  const auto note = [&](std::int64_t used, double value) {
    attempt.value = value;
    attempt.curve.push_back({used, value});
    attempt.moments.push_back(seconds_since(begin));
  };
  note(0, attempt.start = whole(from, gradient));
  if (with_path) attempt.path.push_back(from);
  const auto at = looks(budget);
  auto look = at.begin();
  StochasticOptions options{.batch_size = static_cast<std::size_t>(batch),
                            .epochs = (budget + rows - 1) / rows,
                            .seed = seed,
                            .bounds = task().bounds};
  options.max_steps = steps;
  options.on_step = [&](const StochasticOptions::Step& s) {
    const std::int64_t used = attempt.evaluations = rows_taken(s.step, rows, batch);
    if (with_path && (s.step % stride == 0 || s.step == steps)) attempt.path.emplace_back(s.x.begin(), s.x.end());
    const bool due = look != at.end() && used >= *look;
    while (look != at.end() && *look <= used) ++look;
    if (due || s.step == steps) note(used, whole(s.x, gradient));
    return !std::isfinite(attempt.value);
  };
  const Result result = minimize(task_.terms(), from, entrant.with_rate(rate), options);
  if (result.success()) attempt.value = result.value;  // of the average, where the rule keeps one
  if (result.status == Status::not_finite || !std::isfinite(attempt.value))
    attempt.why = "not_finite";
  else if (attempt.value > attempt.start + 1e-9 * std::abs(attempt.start))
    attempt.why = "ended above its start";
  attempt.failed = !attempt.why.empty();
  if (attempt.failed) attempt.value = std::numeric_limits<double>::infinity();
  attempt.seconds = seconds_since(begin);
  return attempt;
}

std::string RowsCourse::starts() const {
  return cat(task().jitter > 0 ? FunctionCourse::starts() : "the start as given",
             "; the seed draws the order of the rows, the same batches for every method of one batch size");
}

}  // namespace talweg::compare
