#include "talweg/api/lesson/line.hpp"

#include <algorithm>
#include <map>

#include "talweg/api/registry.hpp"
#include "talweg/base/text.hpp"
#include "talweg/compare/entrant.hpp"

namespace talweg::api::lesson {

namespace {

using text::cat;

constexpr std::string_view fault = "mean((θ0+θ1*x-y)^2)/2", start = "θ0=1,θ1=1";
constexpr std::string_view window = "θ0=-1:3,θ1=0:3";  // the same for all methods, so that they can be compared
constexpr double small_rate = 0.01, one_rate = 0.1;
constexpr std::int64_t steps = 50, first_steps = 5, passes = 20;

MinimizeRequest on_line(std::string_view optimizer, std::int64_t iterations, std::string_view from = start) {
  MinimizeRequest request = steps_of(fault, from, optimizer, iterations);
  request.data = line_points().input();
  return request;
}

ExplainRun explained(std::string_view optimizer) {
  ExplainRequest request;
  request.what = {std::string(fault)};
  request.problem.start = parse_start(start);
  request.problem.data = line_points().input();
  request.problem.method.optimizer = optimizer;
  return run(std::move(request));
}

/// "J = 3, and its gradient is (-2, -8)"
std::string j_and_gradient(const TraceRow& row) {
  return cat("J = ", said(row.value), ", and its gradient is ", said(row.gradient));
}

Page points_page() {
  return {
      .title = "Five points",
      .words = {"We look for the line h(x) = θ0 + θ1·x through five points: θ0 is where it begins, θ1 is how steep it "
                "is. The points lie on y = 2x, so we know the answer, θ0 = 0 and θ1 = 2, and can see how each method "
                "comes to it. In practice nobody knows.",
                "Make the file first: every command of this lesson reads it."},
      .exhibits = {line_points()}};
}

std::string with_rate(std::string_view method, double rate) { return cat(method, ",learning_rate=", rate); }

std::vector<Page> first_pages() {
  const std::string spec = with_rate("gd", small_rate);
  const ExplainRun descent = explained(spec);
  const MinimizeRun one = run(on_line(spec, 1)), other = run(on_line(spec, 1, "θ0=2,θ1=3"));
  return {
      {.title = "How wrong is a line?",
       .words = {cat("Take the line θ = ", said(step(one, 0).x),
                     ". At each point it is off by h(x) − y. We square these errors, so "
                     "that they all count as positive, take their mean and half of it: that is J. The half is there to "
                     "cancel the 2 of the derivative."),
                 cat("At the start ", j_and_gradient(step(one, 0)),
                     ". Both numbers of the gradient are negative: J falls when θ0 grows, and faster when θ1 does. The "
                     "rows are called by their line in the file, so the first is row 2.")},
       .exhibits = {Arithmetic{descent, {"f over rows"}}}},
      {.title = "One step of gradient descent",
       .words = {cat("Against the gradient, by the rate η = ", small_rate, ": θ becomes ", said(step(one, 1).x),
                     " and J falls from ", said(step(one, 0).value), " to ", said(step(one, 1).value), ".")},
       .exhibits = {Arithmetic{descent, {"θ0", "θ1"}}, Walk{one, 1, Walk::Columns::gradient}}},
      {.title = "From another start",
       .words = {cat("The same from θ = ", said(step(other, 0).x), ", a line that is too high and too steep: ",
                     j_and_gradient(step(other, 0)), ". One step leads to ", said(step(other, 1).x),
                     ". Work it out by hand before you read on; explain in "
                     "place of minimize shows the arithmetic.")},
       .exhibits = {Walk{other, 1, Walk::Columns::gradient}}}};
}

Page first_steps_page() {
  std::vector<Exhibit> exhibits;
  std::vector<MinimizeRun> runs;
  for (const std::string& spec :
       {with_rate("momentum", small_rate), with_rate("adagrad", one_rate), with_rate("rmsprop", one_rate)}) {
    runs.push_back(run(on_line(spec, 1)));
    exhibits.emplace_back(Walk{runs.back(), 1, Walk::Columns::gradient});
  }
  return {
      .title = "The first step of three others",
      .words = {cat("Momentum has no velocity yet, so its first step is that of gradient descent: ",
                    said(step(runs[0], 1).x), "."),
                cat("AdaGrad divides each number of the gradient by its own size at the first step, so both "
                    "coordinates move by η: ",
                    said(step(runs[1], 1).x), "."),
                cat("RMSProp divides by the root of an average that has just begun, and holds only the share 1 − ρ of "
                    "the first squared gradient. So its first step is longer, η/√(1 − ρ), again for both: ",
                    said(step(runs[2], 1).x[0]), ".")},
      .exhibits = std::move(exhibits)};
}

/// "(1, 2)": what stands in that line of the file.
std::string point_at(const MinimizeRun& made, std::uint32_t line) {
  std::vector<double> cells;
  for (const auto& column : made->outcome.problem->over_rows()->columns().values) cells.push_back(column[line - 2]);
  return said(cells);
}

Page batches_page() {
  struct Kind {
    const char *file, *batch, *order;
    std::uint64_t seed;
  };
  std::vector<Exhibit> exhibits;
  std::vector<MinimizeRun> runs;
  for (const Kind& kind : {Kind{"full-batch.svg", "", "", 0}, Kind{"stochastic.svg", "1", "file", 0},
                           Kind{"mini-batch.svg", "2", "", 4}}) {
    MinimizeRequest request = on_line("sgd,learning_rate=0.01", 0);
    request.options.max_iterations.reset();
    request.epochs = passes;
    request.batch_size = kind.batch;
    request.order = kind.order;
    request.seed = kind.seed;
    runs.push_back(run(std::move(request)));
    exhibits.emplace_back(Walk{runs.back(), 3, Walk::Columns::gradient, PathPicture{kind.file, parse_bounds(window)}});
  }
  const TraceRow &single = step(runs[1], 1), &pair = step(runs[2], 1);
  return {
      .title = "All rows, one row, two rows",
      .words = {"Gradient descent looks at all five points before it moves. Stochastic gradient descent looks at one, "
                "moves, and looks at the next; a mini-batch is something between. It is the same command with another "
                "batch size. All three see every point equally often.",
                cat("One row: the first point is ", point_at(runs[1], single.rows[0]), ", where the line gives ",
                    said(single.predictions.at(0)), ". It fits there already, so the first step stays at ",
                    said(single.x), "."),
                cat("Two rows: the first mini-batch is ", point_at(runs[2], pair.rows[0]), " and ",
                    point_at(runs[2], pair.rows[1]), ", rows ", pair.rows[0], " and ", pair.rows[1],
                    " of the file. On these two ", j_and_gradient(pair), ", and the step leads to ", said(pair.x), "."),
                "In such a run each row of the table shows f and the gradient over the rows of that step alone. Fewer "
                "rows make a step cheaper and less sure of its direction: the path shakes."},
      .exhibits = std::move(exhibits)};
}

/// So many steps, or fewer where the method ends by itself at the minimum.
MinimizeRun walk(const Contender& c) {
  MinimizeRequest request = on_line(c.spec, steps);
  if (!c.first_order) {
    request.options.tolerance = Options::default_tolerance;
    request.options.max_iterations.reset();
  }
  return run(std::move(request));
}

std::string how_far(const MinimizeRun& made) {
  const auto below = first_below(made, line_target);
  const auto made_steps = static_cast<std::size_t>(made->outcome.result.iterations);
  const std::string fell = cat("J falls from ", said(step(made, 0).value), " to ", said(step(made, made_steps).value),
                               " in ", made_steps, " steps; ");
  return cat(fell,
             below ? cat("it is at most ", line_target, " after ", *below)
                   : cat("it does not come down to ", line_target, " in that time"),
             ".");
}

std::vector<Page> method_pages() {
  std::vector<Page> pages;
  std::map<std::string, std::string> known;  // by the hash of the path
  for (const Contender& c : contenders()) {
    const MinimizeRun made = walk(c);
    const std::string title = cat(c.card.title, c.card.title.empty() ? "" : ": ", c.spec);
    const auto [same, is_new] = known.emplace(made->outcome.trace_hash, c.spec);
    if (!is_new) {
      pages.push_back(
          {.title = title,
           .words = {cat("On this line it makes the same steps, bit by bit, as ", same->second, "."), how_far(made)},
           .exhibits = {Walk{made, 1, Walk::Columns::point}}});
      continue;
    }
    pages.push_back({.title = title,
                     .words = {cat(c.card.formula, "."), how_far(made)},
                     .exhibits = {Walk{made, first_steps, Walk::Columns::point,
                                       PathPicture{cat(c.card.name, ".svg"), parse_bounds(window)}}}});
  }
  return pages;
}

Page race_page(bool tuned) {
  const RaceRun race = line_race(tuned);
  if (tuned)
    return {
        .title = "Each at its best rate",
        .words = {"A rate that is good for one method is bad for another. Here each method that has one tries several "
                  "rates first and runs with the best of them. The order changes, and that is the lesson: a comparison "
                  "at one rate says as much about the rate as about the method."},
        .exhibits = {RaceTable{race}}};
  return {
      .title = "Who gets there first",
      .words = {cat("How many evaluations of J and its gradient does each method need until J ≤ ", line_target,
                    "? For most a step is one evaluation; a search along a line takes more in a step. Every method ran "
                    "as on its page, the rate being ",
                    one_rate, " wherever there is one.")},
      .exhibits = {RaceTable{race}}};
}

}  // namespace

const File& line_points() {
  static const File file{"points.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n"};
  return file;
}

std::vector<Contender> contenders() {
  std::vector<Contender> out;
  const auto optimizers = std::ranges::find(topics(), "optimizers", &Topic::name)->items();
  for (const ItemInfo& item : optimizers) {
    if (!item.is_default || takes_residuals(item)) continue;
    const std::string name(item.card.name);
    const auto search = std::ranges::find(item.fields, "line_search", &FieldInfo::name);
    const compare::Entrant entrant = compare::Entrant::parse(name, false);
    // Gradient descent is one of the rules already, but not with a search along a line.
    const bool searches = search != item.fields.end() && entrant.rule.has_value();
    if (searches)
      for (const std::string_view word : search->words)
        out.push_back({cat(name, ",line_search=", word), item.card, false});
    else
      out.push_back({cat(name, entrant.rate_key.empty() ? "" : cat(",", entrant.rate_key, "=", one_rate)), item.card,
                     entrant.rule.has_value()});
  }
  return out;
}

RaceRun line_race(bool tuned) {
  CompareRequest request;
  request.subject.what = fault;
  request.subject.start = start;
  request.subject.rows = line_points().input();
  request.subject.jitter = 0;
  request.target_value = line_target;
  for (const Contender& c : contenders())
    request.optimizers.push_back(tuned && c.first_order ? std::string(c.card.name) : c.spec);
  return run(std::move(request));
}

std::vector<Page> line_pages() {
  std::vector<Page> pages{points_page()};
  const auto add = [&](std::vector<Page> more) {
    for (Page& page : more) pages.push_back(std::move(page));
  };
  add(first_pages());
  add({first_steps_page(), batches_page()});
  add(method_pages());
  add({race_page(false), race_page(true)});
  return pages;
}

}  // namespace talweg::api::lesson
