#pragma once
#include <optional>
#include <string>

#include "talweg/data/target.hpp"
#include "talweg/models/head.hpp"

namespace talweg::api {

/// What was asked of two classes.
struct PositiveClass {
  std::string value = {};                ///< the label of the positive one; empty: as the model has it
  std::optional<double> threshold = {};  ///< the probability of it above which a row is said to be of it
};

/// Puts it into `head`, whose classes are those of `target`. Throws Error for a label that is none of them, and for
/// models of which one of the two says nothing.
void choose_positive(const PositiveClass& asked, const data::Target& target, models::Head& head);

/// The label of the positive class; empty unless there are two classes.
std::string positive_label(const data::Target& target, const models::Head& head);

}  // namespace talweg::api
