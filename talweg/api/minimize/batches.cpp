#include "talweg/api/minimize/batches.hpp"

#include <algorithm>
#include <numeric>

#include "talweg/api/batch_size.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/batches.hpp"
#include "talweg/optim/optimizer.hpp"

namespace talweg::api {

namespace {

using text::cat;

constexpr std::int64_t usual_epochs = 20;

struct Given {
  std::string_view name;
  bool given;
};

void refuse(std::initializer_list<Given> options, std::string_view why) {
  for (const Given& o : options)
    if (o.given) throw Error(o.name, cat(text::option(o.name), " has no effect ", why, ": leave it out"));
}

/// Up to how many steps, and passes over the rows.
void take_lengths(const MinimizeRequest& r, std::size_t rows, StochasticOptions& o) {
  o.epochs = r.epochs.value_or(usual_epochs);
  if (!r.options.max_iterations) return;
  o.max_steps = *r.options.max_iterations;
  const auto steps = static_cast<std::int64_t>((rows + o.batch_size - 1) / o.batch_size);
  o.epochs = (o.max_steps + steps - 1) / steps;
}

}  // namespace

std::optional<std::size_t> batch_of(const MinimizeRequest& r, const Problem& problem) {
  const bool ordered = r.seed != 0 || !r.order.empty();
  if (!problem.over_rows()) {
    refuse({{"batch_size", !r.batch_size.empty()},
            {"epochs", r.epochs.has_value()},
            {"seed", r.seed != 0},
            {"order", !r.order.empty()}},
           cat("on a formula that is over no rows (", text::option("data"), " names some)"));
    return std::nullopt;
  }
  if (r.epochs && r.options.max_iterations)
    throw Error("epochs", cat(text::option("epochs"), " and ", text::option("iterations"),
                              " both say how long the run is: give one of them"));
  if (!r.order.empty() && r.order != "shuffled" && r.order != "file")
    throw Error("order", cat(text::option("order", r.order), ": expected shuffled or file"));
  const std::size_t rows = problem.over_rows()->rows();
  const auto size = r.batch_size.empty()
                        ? rows
                        : static_cast<std::size_t>(read_batch_size(r.batch_size, static_cast<std::int64_t>(rows)));
  if (size > rows)
    throw Error("batch_size",
                cat(text::option("batch_size", size), " is more than the ", rows, rows == 1 ? " row of " : " rows of ",
                    problem.table()->origin, ": give at most that, ", "or all"));
  if (size < rows) return size;
  if (ordered) refuse({{"seed", r.seed != 0}, {"order", !r.order.empty()}}, "where each step takes all rows");
  return std::nullopt;
}

void check_batches(const MinimizeRequest& r, const NamedMethod& method, std::size_t batch) {
  const std::string given = text::option("batch_size", batch);
  if (!method.rule)
    throw Error(
        "batch_size",
        cat(given, ": ", r.method.optimizer.empty() ? "the usual method, " : "",
            method.method->traits().spec.substr(0, method.method->traits().spec.find(',')),
            r.method.optimizer.empty() ? "," : "",
            " takes all rows in each step; leave it out, or name a first-order method such as momentum or adam"));
  const Options& o = r.options;
  refuse({{"tolerance", o.tolerance != Options::default_tolerance && o.tolerance != 0},
          {"gradient_tolerance", o.gradient_tolerance.has_value()},
          {"target_value", o.target_value.has_value()},
          {"max_evaluations", o.max_evaluations != Options{}.max_evaluations}},
         cat("on a run in batches, which sees f over some rows only and ends after its ", text::option("epochs"),
             " or ", text::option("iterations")));
  if (!r.constraints.empty())
    throw Error("subject_to",
                cat(text::option("subject_to"), " and ", given, ": methods for constraints take all rows"));
  if (o.max_iterations && *o.max_iterations < 1)
    throw Error("iterations", cat(text::option("iterations", 0), ": a run in batches makes at least 1 step"));
}

Result run_in_batches(const MinimizeRequest& r, const PreparedMinimize& p, const BatchListener& listener,
                      const MakeCheckpoint& make_checkpoint) {
  const formula::DataFormula& whole = *p.problem->over_rows();
  const double sign = r.options.maximize ? -1 : 1;
  const std::size_t rows = whole.rows();
  const auto mean = [f = whole, sign, rows](std::span<const double> x, std::span<const std::uint32_t> which,
                                            std::span<double> g) mutable {
    const double value = f.evaluate(x, which.size() == rows ? std::span<const std::uint32_t>() : which, g);
    for (double& v : g) v *= sign;
    return sign * value;
  };
  const Separable separable{.count = rows, .mean = mean, .gives_values = true};
  StochasticOptions options{.batch_size = *p.batch,
                            .seed = r.seed,
                            .shuffled = r.order != "file",
                            .max_seconds = r.options.max_seconds,
                            .bounds = p.options.bounds};
  take_lengths(r, rows, options);
  std::vector<double> start = p.problem->start(), gradient(start.size()), user_gradient(start.size());
  options.bounds.project(start);
  std::vector<double> last = start;
  const auto tell = [&](std::int64_t iteration, std::span<const double> x, double value, std::span<const double> g,
                        std::span<const std::uint32_t> which, std::span<const double> at,
                        const std::function<Observations()>& state) {
    std::ranges::transform(g, user_gradient.begin(), [&](double v) { return sign * v; });
    last.assign(x.begin(), x.end());
    return listener({.iteration = iteration,
                     .x = x,
                     .value = sign * value,
                     .gradient = user_gradient,
                     .gradient_norm = gradient_norm(x, g, options.bounds),
                     .evaluations = {.function = iteration, .gradient = iteration},
                     .state = state},
                    which, at);
  };
  bool stopped = false;
  const auto begin = [&] {
    const double value = separable(start, {}, gradient);
    stopped = tell(0, start, value, gradient, {}, start, [] { return Observations(); });
  };
  options.on_step = [&](const StochasticOptions::Step& s) {
    return tell(s.step, s.x, s.value, s.gradient, s.rows, s.at, s.state) || stopped;
  };
  train::TermsCheckpoint checkpoint = make_checkpoint(begin);
  if (checkpoint.load)
    checkpoint.load = [&last, rest = checkpoint.load](const Archive& archive) {
      rest(archive);
      last = archive.doubles("terms.x");
    };
  Result result = train::run_terms(separable, start, *p.method.rule, options, checkpoint);
  result.evaluations.check += 1;
  result.value *= sign;
  for (double& g : result.gradient) g *= sign;
  if (result.success())
    result.message += cat("; over all rows f = ", text::brief(result.value), " and the gradient norm is ",
                          text::brief(result.gradient_norm, 3));
  result.last_x = last;
  result.last_value = last == result.x ? result.value : formula::DataFormula(whole).evaluate(last);
  return result;
}

struct FunctionInBatches::State {
  formula::DataFormula formula;
  data::Batches batches;
  bool looks_ahead;        ///< two evaluations a step: at the look-ahead point, and at the next one
  std::int64_t calls = 0;  ///< so far
  std::int64_t epoch = 0, dealt = 0;

  std::int64_t step() const { return looks_ahead ? calls / 2 + 1 : calls + 1; }
  /// Of any step, in any order; those of an epoch come one after the other.
  std::span<const std::uint32_t> rows(std::int64_t number) {
    const auto per_epoch = static_cast<std::int64_t>(batches.per_epoch());
    const std::int64_t wanted = (number - 1) / per_epoch + 1, place = (number - 1) % per_epoch;
    if (wanted != epoch || place < dealt) {
      batches.start_epoch(static_cast<std::uint64_t>(wanted));
      epoch = wanted, dealt = 0;
    }
    std::span<const std::uint32_t> out;
    for (; dealt <= place; ++dealt) out = batches.next();
    return out;
  }
};

FunctionInBatches::FunctionInBatches(const MinimizeRequest& r, const PreparedMinimize& p) {
  const formula::DataFormula& f = *p.problem->over_rows();
  const Optimizer<double> optimizer(*p.method.rule, f.variables().size());
  state_ = std::make_shared<State>(State{
      f, data::Batches(f.rows(), *p.batch, r.seed, r.order == "file" ? data::Order::as_in_file : data::Order::shuffled),
      optimizer.looks_ahead()});
  StochasticOptions o{.batch_size = *p.batch};
  take_lengths(r, f.rows(), o);
  steps_ = std::min(o.max_steps, o.epochs * static_cast<std::int64_t>(state_->batches.per_epoch()));
}

Function FunctionInBatches::function() const {
  return [state = state_](std::span<const double> x, std::span<double> g) {
    const auto rows = state->rows(state->step());
    ++state->calls;
    const double value = state->formula.evaluate(x, rows, g);
    const std::size_t whole = state->batches.size();
    if (rows.size() < whole)  // a short batch counts by its size
      for (double& v : g) v *= static_cast<double>(rows.size()) / static_cast<double>(whole);
    return value;
  };
}

void FunctionInBatches::begin_again(std::int64_t step) { state_->calls = state_->looks_ahead ? 2 * step - 1 : step; }

std::vector<std::uint32_t> FunctionInBatches::rows(std::int64_t step) const {
  const auto rows = state_->rows(step);
  return {rows.begin(), rows.end()};
}

void RowNotes::note(TraceRow& row, std::span<const std::uint32_t> rows, std::span<const double> x) {
  if (!problem_.over_rows()) return;
  if (!formula_) {
    formula_ = *problem_.over_rows();
    prediction_ = formula::Prediction::of(*formula_);
  }
  std::vector<std::uint32_t> all;
  if (rows.empty() && formula_->rows() <= most_listed) {
    all.resize(formula_->rows());
    std::iota(all.begin(), all.end(), 0u);
    rows = all;
  }
  for (const std::uint32_t r : rows) row.rows.push_back(problem_.line(r));
  if (rows.empty() || rows.size() > most_terms) return;
  const std::size_t n = x.size(), terms = formula_->terms().size();
  row.terms.resize(terms * rows.size());
  row.term_gradients.resize(terms * rows.size() * n);
  std::vector<double> columns;
  for (std::size_t i = 0; i < rows.size() && prediction_; ++i) {
    columns.clear();
    for (const std::size_t c : prediction_->over()) columns.push_back(formula_->columns().values[c][rows[i]]);
    row.predictions.push_back((*prediction_)(x, columns));
  }
  for (std::size_t k = 0; k < terms; ++k)
    formula_->term(k, x, rows, std::span(row.terms).subspan(k * rows.size(), rows.size()),
                   std::span(row.term_gradients).subspan(k * rows.size() * n, rows.size() * n));
}

}  // namespace talweg::api
