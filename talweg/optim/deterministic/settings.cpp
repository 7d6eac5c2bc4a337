#include "talweg/optim/deterministic/settings.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::detail {

using text::cat;

void check_setting(std::string_view who, const FieldInfo& field, double value) {
  if (field.range.contains(value)) return;
  throw Error(cat(who, ": ", field.name, " = ", value, " is out of range; it must be ", talweg::describe(field.range)));
}

double read_setting(std::string_view who, const FieldInfo& field, std::string_view value) {
  const Reading reading = read_value(field, value);
  if (reading.fault.empty()) return reading.value;
  if (field.kind == FieldKind::word)
    throw Error(cat(who, ": ", field.name, " = '", value, "' is not known; ", near_names(value, field.words),
                    "it is one of ", text::list(field.words)));
  if (reading.fault == "is out of range") check_setting(who, field, reading.value);
  throw Error(
      cat(who, ": ", field.name, " = '", value, "' ", reading.fault, "; it must be ", talweg::describe(field.range)));
}

void refuse(std::string_view who, std::string_view why) { throw Error(cat(who, ": ", why)); }

}  // namespace talweg::detail
