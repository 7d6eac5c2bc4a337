#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/checkpoint_request.hpp"
#include "talweg/api/input_option.hpp"
#include "talweg/api/method.hpp"
#include "talweg/api/reading_options.hpp"
#include "talweg/base/option.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/options.hpp"

/// What can be asked of minimising a formula: each option is a member and its line in the description below.
namespace talweg::api {

/// x = value
struct NamedValue {
  std::string name;
  double value;
};

/// lower <= x <= upper, either side infinite where there is none
struct NamedRange {
  std::string name;
  double lower, upper;
};

/// "x=-1.2,y=1", and x[1:3]=0 for x[1]=0,x[2]=0,x[3]=0. Throws Error naming the token and the form.
std::vector<NamedValue> parse_start(std::string_view text);
/// "x=0:2,y=-inf:1". Throws Error naming the token and the form.
std::vector<NamedRange> parse_bounds(std::string_view text);
/// The same for ranges of another kind, which `where` ("the bounds") and `form` ("bounds are written …") name.
std::vector<NamedRange> parse_ranges(std::string_view text, std::string_view where, std::string_view form);
/// The texts that these read.
std::string start_text(const std::vector<NamedValue>& start);
std::string bounds_text(const std::vector<NamedRange>& bounds);

/// Checkpoints: api/minimize/checkpoint.hpp.
struct MinimizeRequest : CheckpointRequest {
  std::string formula;
  std::vector<NamedValue> start;  ///< the order of the variables everywhere
  std::vector<NamedRange> bounds;
  std::vector<std::string> constraints;  ///< "x^2 + y^2 <= 1"
  MethodRequest method;
  data::Input data;                    ///< rows that the formula is over
  std::string batch_size;              ///< rows in a step: a number or "all"; empty: all
  std::optional<std::int64_t> epochs;  ///< passes over the rows
  std::uint64_t seed = 0;              ///< of the order in which steps take the rows
  std::string order;                   ///< "shuffled" or "file"; empty: shuffled
  bool trace = false;                  ///< the path is part of the documents
  bool record = false;                 ///< the path is kept in the outcome, for pictures
  Options options;  ///< limits, tests, target, maximize and the callback; bounds and names are filled in

  /// The function, the method and how long it may go on.
  template <class R = MinimizeRequest> static std::vector<Option<R>> problem_options();
  /// What else `minimize` reads.
  template <class R = MinimizeRequest> static std::vector<Option<R>> run_options();
};

template <class R> std::vector<Option<R>> MinimizeRequest::problem_options() {
  constexpr std::string_view problem = "Problem", method = "Method", run = "Run", rows = "Formulas over rows";
  using O = Option<R>;
  std::vector<O> all{
      O::template parsed<&R::start, parse_start, start_text>({.name = "start",
                                                              .takes = "x=...,y=...",
                                                              .help = "where to begin, for every variable: x=-1.2,y=1",
                                                              .group = problem}),
      O::template parsed<&R::bounds, parse_bounds, bounds_text>({.name = "bounds",
                                                                 .takes = "x=A:B,...",
                                                                 .help = "keep variables in ranges: x=0:2,y=-inf:1",
                                                                 .group = problem}),
      O::template of<&R::constraints>({.name = "subject_to",
                                       .takes = "CONSTRAINT",
                                       .help = "a constraint with <=, >= or =; may be repeated",
                                       .group = problem}),
      O::template of<&R::options, &Options::maximize>(
          {.name = "maximize", .help = "go uphill: the largest value is wanted", .group = problem}),
      O::template of<&R::method, &MethodRequest::optimizer>(
          {.name = "optimizer", .takes = "SPEC", .help = "the method: name[:variant][,key=value]...", .group = method}),
      O::template of<&R::method, &MethodRequest::schedule>({.name = "schedule",
                                                            .takes = "SPEC",
                                                            .help = "how the learning rate changes: cosine,warmup=10",
                                                            .group = method}),
      O::template of<&R::method, &MethodRequest::clip>({.name = "clip",
                                                        .takes = "KIND=LIMIT",
                                                        .help = "limit the gradient: norm=1, global=1 or value=0.5",
                                                        .group = method}),
      O::template of<&R::method, &MethodRequest::groups>(
          {.name = "group",
           .takes = "PATTERN:KEY=VALUE",
           .help = "settings for one variable: 'x:learning_rate=0.1'; may be repeated",
           .group = method}),
      O::template of<&R::options, &Options::max_iterations>(
          {.name = "iterations", .takes = "N", .help = "updates at most", .group = run, .low = 0, .decides = false}),
      O::template of<&R::options, &Options::tolerance>(
          {.name = "tolerance",
           .takes = "T",
           .help = "converged when f can fall by T^2 of its fall so far, in any units (1e-8); 0: make all iterations",
           .group = run,
           .low = 0,
           .high = 1,
           .high_open = true,
           .range = "a number from 0 to below 1"}),
      O::template of<&R::options, &Options::gradient_tolerance>(
          {.name = "gradient_tolerance",
           .takes = "G",
           .help = "converged when max|gradient| <= G, in your units",
           .group = run,
           .low = 0,
           .range = "a number of 0 or more"}),
      input_option<&R::data, R>(
          {.name = "data",
           .takes = "FILE",
           .help = "rows: names of columns are vectors over them, mean(…) and sum(…) make numbers",
           .group = rows,
           .path = PathRole::input,
           .path_words = "the data",
           .decides = false}),
      O::template of<&R::batch_size>({.name = "batch_size",
                                      .takes = "N|all",
                                      .help = "rows in a step of a first-order method (all)",
                                      .group = rows}),
      O::template of<&R::epochs>(
          {.name = "epochs",
           .takes = "N",
           .help = "passes over the rows (20 in batches); where a step takes all of them, so many steps",
           .group = rows,
           .low = 1,
           .decides = false}),
      O::template of<&R::seed>(
          {.name = "seed", .takes = "N", .help = "of the order of the rows (0)", .group = rows, .low = 0}),
      O::template of<&R::order>({.name = "order",
                                 .takes = "shuffled|file",
                                 .help = "how batches take the rows: anew in each epoch, or as they stand (shuffled)",
                                 .group = rows})};
  add_reading_options<R, &R::data, &data::Input::reading>(all, RowsFor::formulas);
  return all;
}

template <class R> std::vector<Option<R>> MinimizeRequest::run_options() {
  constexpr std::string_view run = "Run";
  using O = Option<R>;
  constexpr auto trimmed = [](std::string_view given) { return std::string(text::trim(given)); };
  constexpr auto as_it_is = [](const std::string& given) { return given; };
  std::vector<O> all{
      O::template parsed<&R::formula, trimmed, as_it_is>(
          {.name = "formula", .help = "what to minimise, such as \"x^2 + 3*x + 2\"", .argument = true}),
      O::template of<&R::options, &Options::max_evaluations>({.name = "max_evaluations",
                                                              .takes = "N",
                                                              .help = "evaluations of the formula at most",
                                                              .group = run,
                                                              .low = 1,
                                                              .decides = false}),
      O::template of<&R::options, &Options::max_seconds>({.name = "max_seconds",
                                                          .takes = "S",
                                                          .help = "seconds at most",
                                                          .group = run,
                                                          .low = 0,
                                                          .low_open = true,
                                                          .range = "a number above 0",
                                                          .decides = false}),
      O::template of<&R::options, &Options::target_value>(
          {.name = "target_value", .takes = "F", .help = "stop when f reaches this value", .group = run})};
  for (const O& option : R::template checkpoint_options<R>(run, "how often: 60s or 100steps (60s)"))
    all.push_back(option);
  all.push_back(O::template of<&R::trace>(
      {.name = "trace", .help = "every iteration with the method's own numbers", .group = "Output", .decides = false}));
  return all;
}

}  // namespace talweg::api
