#include "talweg/models/spec_refusals.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::models {

using text::cat;

void refuse_option(std::string_view model, std::string_view key, std::span<const std::string_view> known) {
  const std::string hint = text::did_you_mean(key, known);
  throw Error(cat("model '", model, "' has no option '", key, "'; ",
                  hint.empty() ? cat("there are ", text::list(known)) : hint));
}

void refuse_value(const FieldInfo& field, std::string_view value) {
  const Range& r = field.range;
  throw Error(cat("model option ", field.name, "=", value, ": expected ",
                  field.kind == FieldKind::flag
                      ? "true or false"
                      : cat("a number ", r.low_open ? "above " : "of at least ", text::number(r.low),
                            r.high_open ? " and below " : " and at most ", text::number(r.high))));
}

}  // namespace talweg::models
