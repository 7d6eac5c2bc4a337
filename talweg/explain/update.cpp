#include "talweg/explain/update.hpp"

#include <cassert>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/step.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/optim/optimizer.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// A run as it stood just before the step, and where the step led.
struct Moment {
  std::vector<std::byte> saved;
  Point before;
  std::vector<double> next;
  double next_value = 0;
  bool reached = false;
};

/// The step that was asked for is made, converged or not: no test of convergence, in the run and in its repetition.
Options without_tests(Options options) {
  options.tolerance = 0;
  options.gradient_tolerance.reset();
  return options;
}

Moment find_moment(const UpdateProblem& p, Options options) {
  Moment m;
  options.on_iteration = [&](const Iteration& i) {
    if (i.iteration == p.step - 1) {
      m.saved = i.save();
      m.before.x.assign(i.x.begin(), i.x.end());
      m.before.f = i.value;
      m.before.g.assign(i.gradient.begin(), i.gradient.end());
    }
    if (i.iteration == p.step) {
      m.reached = true;
      m.next.assign(i.x.begin(), i.x.end());
      m.next_value = i.value;
    }
    return m.reached;
  };
  const Result r = minimize(p.function, p.start, p.method, options);
  if (!m.reached)
    throw Error("step", cat(text::option("step", p.step), " is beyond the end of the run, which made ", r.iterations,
                            r.iterations == 1 ? " step (" : " steps (", name(r.status), "): ", r.message));
  return m;
}

std::unique_ptr<Run> run_at(const UpdateProblem& p, const Options& options, const Moment& m) {
  Point point = m.before;
  if (options.maximize) {
    point.f = -point.f;
    for (double& g : point.g) g = -g;
  }
  auto run = p.method->start(std::move(point), options);
  run->load(m.saved);
  return run;
}

}  // namespace

Update explain_update(const UpdateProblem& p) {
  if (p.step < 1)
    throw Error("step", cat(text::option("step", p.step), " is out of range: give at least 1, the first update"));
  const Options options = without_tests(p.options);
  const Moment m = find_moment(p, options);
  const auto before = run_at(p, options, m), after = run_at(p, options, m);
  const auto again = [&] {
    if (p.before_step) p.before_step();
  };
  again();
  Evaluator evaluate(p.function, options);
  StepView view{p, p.step, *before, *after, {}};
  evaluate.on_trial = [&](double step, double value, double slope) { view.trials.push_back({step, value, slope}); };
  for (;;) {
    view.trials.clear();
    const StepReport report = after->step(evaluate);
    if (report.moved || report.status != Status::running) break;
  }
  assert(after->at().x == m.next);

  Update out{.optimizer = p.method->traits().spec,
             .step = p.step,
             .names = p.options.names,
             .x = m.before.x,
             .gradient = m.before.g,
             .next = m.next,
             .taken_at = m.before.x,
             .value = m.before.f,
             .next_value = m.next_value,
             .sections = {}};
  again();
  const auto* optimizer = part_of<Optimizer<double>>(*before);
  if (optimizer && optimizer->looks_ahead()) {
    optimizer->look_ahead(m.before.x, out.taken_at);
    options.bounds.project(out.taken_at);
  }
  out.sections = optimizer ? explain_first_order(view) : explain_deterministic(view);
  return out;
}

}  // namespace talweg::explain
