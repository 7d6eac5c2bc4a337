#include "talweg/api/positive_class.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

std::string kind_of(const data::Target& target) {
  if (target.task == data::Task::regression) return text::cat("'", target.name, "' is a number");
  return text::cat("'", target.name, "' has ", target.classes.size(), " classes");
}

std::size_t place_of(const std::string& label, const data::Target& target) {
  const auto found = std::ranges::find(target.classes, label);
  if (found != target.classes.end()) return static_cast<std::size_t>(found - target.classes.begin());
  if (const auto number = text::parse_number(label); number && target.numeric) {
    const auto same = std::ranges::find(target.class_values, *number);
    if (same != target.class_values.end()) return static_cast<std::size_t>(same - target.class_values.begin());
  }
  const std::vector<std::string_view> names(target.classes.begin(), target.classes.end());
  throw Error("positive", text::cat(text::option("positive", label), ": is no class of the target '", target.name,
                                    "'; they are ", text::list_some(names, 8)));
}

}  // namespace

void choose_positive(const PositiveClass& asked, const data::Target& target, models::Head& head) {
  const bool two = target.task != data::Task::regression && target.classes.size() == 2;
  if (!asked.value.empty()) {
    if (!two)
      throw Error("positive", text::cat(text::option("positive"), " is for two classes, and ", kind_of(target)));
    const std::size_t place = place_of(asked.value, target);
    if (place != head.positive) head.threshold = 1 - head.threshold;  // the same rows as before are said to be of it
    head.positive = place;
  }
  if (!asked.threshold) return;
  const double t = *asked.threshold;
  if (!two)
    throw Error("threshold", text::cat(text::option("threshold"), " is for two classes, and ", kind_of(target)));
  if (head.task != data::Task::binary || !head.has_probabilities())
    throw Error("threshold", text::cat(text::option("threshold"), " has no effect on ",
                                       head.task == data::Task::binary
                                           ? text::cat("the loss ", head.loss, ", which gives no probabilities")
                                           : std::string("softmax, which says the class with the largest output"),
                                       "; use ", text::option("model", "logistic")));
  if (!(t > 0 && t < 1))
    throw Error("threshold", text::cat(text::option("threshold", t), ": expected a number between 0 and 1"));
  head.threshold = t;
}

std::string positive_label(const data::Target& target, const models::Head& head) {
  return target.classes.size() == 2 ? target.classes[head.positive] : "";
}

}  // namespace talweg::api
