#include "talweg/base/describe.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg {

using text::cat;

std::string describe(const Range& r) {
  const bool lower = std::isfinite(r.low), upper = std::isfinite(r.high);
  std::string out;
  if (lower) out = cat(r.low_open ? "above " : "at least ", text::brief(r.low));
  if (upper) out += cat(lower ? " and " : "", r.high_open ? "below " : "at most ", text::brief(r.high));
  if (!upper) out += lower ? " and finite" : "finite";
  return out;
}

std::string allowed(const FieldInfo& field) {
  if (field.kind == FieldKind::flag) return "true or false";
  if (field.kind == FieldKind::text) return "any text";
  std::string out = field.kind == FieldKind::word ? "" : describe(field.range);
  for (const std::string_view word : field.words) out += cat(out.empty() ? "" : ", ", word);
  return out;
}

Reading read_value(const FieldInfo& field, std::string_view text) {
  const auto word = std::ranges::find(field.words, text);
  if (field.kind == FieldKind::word) {
    if (word == field.words.end()) return {.fault = "is not known"};
    return {static_cast<double>(word - field.words.begin())};
  }
  if (word != field.words.end()) return {};  // auto
  if (field.kind == FieldKind::flag) {
    if (text == "true" || text == "1") return {1};
    if (text == "false" || text == "0") return {0};
    return {.fault = "must be true or false"};
  }
  const auto number = text::parse_number(text);
  const bool whole = field.kind == FieldKind::whole;
  if (!number || (whole && *number != std::floor(*number)))
    return {.fault = whole ? "is not a whole number" : "is not a number"};
  if (!field.range.contains(*number)) return {*number, "is out of range"};
  return {*number};
}

std::string write_value(const FieldInfo& field, double value) {
  switch (field.kind) {
    case FieldKind::flag:
      return value != 0 ? "true" : "false";
    case FieldKind::word:
      return std::string(field.words[static_cast<std::size_t>(value)]);
    case FieldKind::whole:
      return value == 0 && !field.words.empty() ? "auto" : cat(static_cast<std::int64_t>(value));
    default:
      return text::number(value);
  }
}

}  // namespace talweg
