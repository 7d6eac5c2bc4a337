#include <array>

#include "talweg/api/lesson/runs.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api::lesson {

namespace {

using text::cat;

constexpr std::string_view formula = "x^2", start = "x=10";
constexpr std::int64_t steps = 25;
constexpr std::string_view lecture = "x=-10:10";  // the range of its plots

/// One method of the lecture, and what its run shows.
struct Method {
  std::string_view name, title, spec;
  std::string (*words)(const MinimizeRun& run);
};

double x(const MinimizeRun& run, std::size_t k) { return step(run, k).x[0]; }

std::string descent(const MinimizeRun& run) {
  return cat(
      "The slope of x² at x is 2x, so the step is x − η·2x: x is multiplied by ", said(x(run, 1) / x(run, 0)),
      " every time. The distance shrinks by the same factor at each step, and f falls along a straight line over a "
      "logarithmic axis.");
}

std::string momentum(const MinimizeRun& run) {
  std::size_t k = 1;
  while (x(run, k) > 0) ++k;
  return cat(
      "Velocity adds up: each step is the last one, a little shorter, and the new gradient on top. The point runs "
      "through the minimum at step ",
      k, ", up the other side to x = ", said(x(run, k)),
      " and further, and swings back. Many lectures add the velocity; here it is subtracted, x −= v, so the column "
      "has the other sign.");
}

std::string adagrad(const MinimizeRun& run) {
  return cat(
      "The rate is divided by the root of the sum of all squared gradients so far. That sum only grows, so steps "
      "only get shorter: after ",
      steps, " of them x is still ", said(x(run, steps)),
      ". The column learning_rate is the effective one, η/(√s + ε).");
}

std::string rmsprop(const MinimizeRun& run) {
  return cat(
      "A moving average of the squared gradients in place of their sum: as gradients shrink, the average forgets the "
      "large ones, the rate grows again, and x comes to ",
      said(x(run, steps)),
      ". Slides that write ε inside the root show another formula than their own tables, which have it outside, as "
      "here; the other one is rmsprop:inside.");
}

std::string adam(const MinimizeRun& run) {
  std::size_t k = 1;
  while (k < steps && x(run, k) > 0) ++k;
  return cat(
      "Adam divides a moving average of gradients by the root of one of squared gradients. Both start at 0 and are "
      "corrected for it, so the first step has the length η whatever the gradient is: ",
      said(x(run, 0) - x(run, 1)),
      ". Near the minimum the average still carries on, and the point swings through at step ", k,
      ". Here too ε stands outside the root, as in the paper and in tables, not inside as on some slides; the other "
      "one is adam:inside.");
}

constexpr std::array methods{
    Method{"gradient-descent", "Gradient descent", "gd,learning_rate=0.1", descent},
    Method{"momentum", "Momentum", "momentum:classical,learning_rate=0.1,momentum=0.9", momentum},
    Method{"adagrad", "AdaGrad", "adagrad,learning_rate=1,epsilon=1e-8", adagrad},
    Method{"rmsprop", "RMSProp", "rmsprop:outside,learning_rate=1,decay=0.9", rmsprop},
    Method{"adam", "Adam", "adam,learning_rate=0.5", adam}};

Page first_page() {
  ExplainRequest request;
  request.what = {std::string(formula)};
  request.problem.start = parse_start(start);
  request.problem.method.optimizer = methods[0].spec;
  const ExplainRun explained = run(std::move(request));
  return {
      .title = "Down into the valley",
      .words = {cat("f(x) = x² is a valley with its lowest point at x = 0. We stand at x = ",
                    said(parse_start(start)[0].value),
                    " and see the slope under our feet, nothing else. The slope is the derivative 2x; in more than one "
                    "direction it is called the gradient g."),
                "Every method on these pages goes downhill, against the gradient. They differ in how far they go, and "
                "in what they remember of earlier steps. The simplest remembers nothing: x −= η·g. Here is its first "
                "step, number by number."},
      .exhibits = {Arithmetic{explained, {"x"}}}};
}

Page page_of(const Method& method) {
  const MinimizeRun made = run(steps_of(formula, start, method.spec, steps));
  return {.title = std::string(method.title),
          .words = {method.words(made), cat("From x = ", said(x(made, 0)), " the first step leads to ",
                                            said(x(made, 1)), ", the second to ", said(x(made, 2)), "; after ", steps,
                                            " steps f = ", said(step(made, steps).value), ".")},
          .exhibits = {Walk{made, steps, Walk::Columns::state,
                            PathPicture{cat(method.name, ".svg"), parse_bounds(lecture), true}}}};
}

Page side_by_side() {
  CompareRequest request;
  request.subject.what = formula;
  request.subject.start = start;
  request.subject.jitter = 0;
  for (const Method& method : methods) request.optimizers.emplace_back(method.spec);
  request.evaluations = steps + 1;
  const RaceRun race = run(std::move(request));
  return {
      .title = "Side by side",
      .words = {cat("All five with as many evaluations as ", steps,
                    " steps need, one at the start and one for each. The value is the lowest f on the way, so a method "
                    "that swings is judged by its best point."),
                "Do not take this for a ranking of methods: the rates are the lecture's, and another rate, or another "
                "valley, gives another order. The next lesson has a valley with two directions."},
      .exhibits = {RaceTable{race, "five.svg"}}};
}

}  // namespace

std::vector<Page> optimizers_pages() {
  std::vector<Page> pages{first_page()};
  for (const Method& method : methods) pages.push_back(page_of(method));
  pages.push_back(side_by_side());
  return pages;
}

}  // namespace talweg::api::lesson
