#pragma once
#include <string_view>
#include <vector>

#include "talweg/base/option.hpp"
#include "talweg/data/reading.hpp"

/// The options of how a file of rows is read, for every request that names one.
namespace talweg::api {

/// What a request does with rows, which decides what can be said of them.
enum class RowsFor {
  predicting,  ///< what columns are is known from a model
  evaluating,
  formulas,  ///< columns are numbers
  training
};

/// Of the `data::Reading` at the end of the path.
template <class R, auto... Path> std::vector<Option<R>> reading_options(RowsFor rows) {
  constexpr std::string_view group = "Reading";
  using D = data::Reading;
  using O = Option<R>;
  std::vector<O> all{
      O::template of<Path..., &D::delimiter>({.name = "delimiter",
                                              .takes = "D",
                                              .help = "between cells: , | ; tab or space (as the file shows)",
                                              .group = group}),
      O::template of<Path..., &D::header>({.name = "header",
                                           .takes = "yes|no",
                                           .help = "whether the first row has the names (as the file shows)",
                                           .group = group}),
      O::template of<Path..., &D::skip>({.name = "skip",
                                         .takes = "N",
                                         .help = "lines before the header, or the first row (0)",
                                         .group = group,
                                         .low = 0}),
      O::template of<Path..., &D::decimal>(
          {.name = "decimal", .takes = "C", .help = "what begins the decimals of numbers: . or , (.)", .group = group}),
      O::template of<Path..., &D::thousands>(
          {.name = "thousands", .takes = "C", .help = "what stands between thousands: , . ' or space", .group = group}),
      O::template of<Path..., &D::missing>(
          {.name = "missing",
           .takes = "TEXT,…",
           .help = "cells that stand for no value, beside empty, NA and ?; may be repeated",
           .group = group})};
  if (rows == RowsFor::training || rows == RowsFor::formulas)
    all.push_back(O::template of<Path..., &D::dates>({.name = "date",
                                                      .takes = "COLUMN",
                                                      .help = "a column of dates, as numbers: days since 1970-01-01; "
                                                              "may be repeated",
                                                      .group = group}));
  if (rows == RowsFor::training) {
    all.push_back(O::template of<Path..., &D::categories>(
        {.name = "category",
         .takes = "COLUMN",
         .help = "a column of texts, whatever its cells look like; may be repeated",
         .group = group}));
    all.push_back(
        O::template of<Path..., &D::numbers>({.name = "number",
                                              .takes = "COLUMN",
                                              .help = "a column of numbers: another cell is an error; may be repeated",
                                              .group = group}));
  }
  if (rows == RowsFor::training || rows == RowsFor::predicting)
    all.push_back(O::template of<Path..., &D::id>(
        {.name = "id",
         .takes = "COLUMN",
         .help = rows == RowsFor::training ? "a column that names rows: no input, written beside predictions later"
                                           : "a column that names rows, written beside the predictions",
         .group = group}));
  if (rows == RowsFor::predicting)
    all.push_back(O::template of<Path..., &D::keep>(
        {.name = "keep",
         .takes = "COLUMN",
         .help = "a column whose cells are written beside the predictions as they stand; may be repeated",
         .group = group}));
  if (rows == RowsFor::training || rows == RowsFor::evaluating)
    all.push_back(O::template of<Path..., &D::drop_missing_target>(
        {.name = "drop_missing_target", .help = "leave out rows without the target", .group = group}));
  return all;
}

/// Behind the others.
template <class R, auto... Path> void add_reading_options(std::vector<Option<R>>& to, RowsFor rows) {
  for (const Option<R>& option : reading_options<R, Path...>(rows)) to.push_back(option);
}

}  // namespace talweg::api
