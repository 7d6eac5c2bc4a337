#pragma once
#include <string_view>

#include "talweg/base/option.hpp"

/// Options of figures that several commands have.
namespace talweg::api {

template <auto member, class R> Option<R> weights_option(std::string_view group = "") {
  return Option<R>::template of<member>(
      {.name = "weights",
       .takes = "COLUMN",
       .help = "what each row counts: a column of numbers of at least 0, which is no input",
       .group = group});
}

template <auto member, class R> Option<R> positive_option(std::string_view group = "") {
  return Option<R>::template of<member>(
      {.name = "positive",
       .takes = "VALUE",
       .help = "of two classes: the one that precision, recall, f1 and pr_auc are about (1 of "
               "0/1 and -1/1, 2 of 1/2, else the last in order)",
       .group = group});
}

template <auto member, class R> Option<R> threshold_option(std::string_view group = "") {
  return Option<R>::template of<member>(
      {.name = "threshold",
       .takes = "T",
       .help = "of two classes: a row is said to be of the positive one where its probability "
               "is above T (0.5)",
       .group = group,
       .low = 0,
       .high = 1,
       .low_open = true,
       .high_open = true,
       .range = "a number between 0 and 1"});
}

}  // namespace talweg::api
