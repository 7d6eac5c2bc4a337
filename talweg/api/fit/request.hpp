#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/api/input_option.hpp"
#include "talweg/api/minimize/request.hpp"
#include "talweg/api/reading_options.hpp"
#include "talweg/base/option.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/least_squares/options.hpp"

/// What can be asked of a fit: each option is a member and its line in the description below.
namespace talweg::api {

struct FitRequest {
  data::Input file;
  std::string formula;            ///< "y ~ a*exp(-b*x) + c": columns on the left, columns and parameters on the right
  std::vector<NamedValue> start;  ///< the parameters, in the order they have everywhere
  std::vector<NamedRange> bounds;
  std::string weights;               ///< a column; empty: all 1
  std::string loss = "squares";      ///< Loss::parse
  std::string optimizer = "lm";      ///< LevenbergMarquardt::parse
  int threads = 0;                   ///< 0: chosen by the number of rows; results do not depend on it
  LeastSquaresOptions options = {};  ///< limits, test, level and the callback; the rest is filled in

  template <class R = FitRequest> static std::vector<Option<R>> options_of();
};

template <class R> std::vector<Option<R>> FitRequest::options_of() {
  constexpr std::string_view problem = "Problem", method = "Method", run = "Run";
  using O = Option<R>;
  using L = LeastSquaresOptions;
  constexpr auto trimmed = [](std::string_view given) { return std::string(text::trim(given)); };
  constexpr auto as_it_is = [](const std::string& given) { return given; };
  std::vector<O> all{
      input_option<&R::file, R>(
          {.name = "file", .help = "the data", .path = PathRole::input, .path_words = "the data", .argument = true}),
      O::template parsed<&R::formula, trimmed, as_it_is>(
          {.name = "formula",
           .help = "\"y ~ a*exp(-b*x) + c\": columns left, columns and parameters right",
           .argument = true}),
      O::template parsed<&R::start, parse_start, start_text>({.name = "start",
                                                              .takes = "a=...,b=...",
                                                              .help = "where to begin, for every parameter: a=1,b=0.5",
                                                              .group = problem}),
      O::template parsed<&R::bounds, parse_bounds, bounds_text>({.name = "bounds",
                                                                 .takes = "a=A:B,...",
                                                                 .help = "keep parameters in ranges: a=0:2,b=-inf:1",
                                                                 .group = problem}),
      O::template of<&R::weights>({.name = "weights",
                                   .takes = "COLUMN",
                                   .help = "a column of numbers of 0 or more: the sum is that of weight * residual^2",
                                   .group = problem}),
      O::template of<&R::loss>({.name = "loss",
                                .takes = "LOSS",
                                .help =
                                    "squares, or one that outliers pull less: huber=S, cauchy=S, soft_l1=S, where S "
                                    "is the size of a usual residual (squares)",
                                .group = problem}),
      O::template of<&R::optimizer>({.name = "optimizer",
                                     .takes = "SPEC",
                                     .help = "lm, or lm,step=plain without geodesic acceleration (lm)",
                                     .group = method}),
      O::template of<&R::options, &L::max_iterations>(
          {.name = "iterations", .takes = "N", .help = "steps at most (1000)", .group = run, .low = 0}),
      O::template of<&R::options, &L::tolerance>(
          {.name = "tolerance",
           .takes = "T",
           .help = "converged when the cosine between residuals and model is at most T (1e-8); 0: make all iterations",
           .group = run,
           .low = 0,
           .high = 1,
           .high_open = true,
           .range = "a number from 0 to below 1"}),
      O::template of<&R::options, &L::level>({.name = "level",
                                              .takes = "P",
                                              .help = "the probability of intervals and of the band (0.95)",
                                              .group = run,
                                              .low = 0,
                                              .high = 1,
                                              .low_open = true,
                                              .high_open = true,
                                              .range = "a number between 0 and 1"}),
      O::template of<&R::options, &L::max_evaluations>(
          {.name = "max_evaluations", .takes = "N", .help = "evaluations of all rows at most", .group = run, .low = 1}),
      O::template of<&R::options, &L::max_seconds>({.name = "max_seconds",
                                                    .takes = "S",
                                                    .help = "seconds at most",
                                                    .group = run,
                                                    .low = 0,
                                                    .low_open = true,
                                                    .range = "a number above 0"}),
      O::template of<&R::threads>({.name = "threads",
                                   .takes = "N",
                                   .help = "changes the speed, never the result",
                                   .group = run,
                                   .low = 1,
                                   .decides = false})};
  add_reading_options<R, &R::file, &data::Input::reading>(all, RowsFor::formulas);
  return all;
}

}  // namespace talweg::api
