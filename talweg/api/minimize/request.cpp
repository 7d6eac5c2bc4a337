#include "talweg/api/minimize/request.hpp"

#include <cmath>
#include <unordered_set>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/formula.hpp"

namespace talweg::api {

namespace {

using text::cat;

constexpr std::string_view start_form = "the start is written name=number,…, such as x=-1.2,y=1 or x[1:10]=0";
constexpr std::string_view bounds_form = "bounds are written name=lower:upper,…, such as x=0:2,y=-inf:1";

/// The name before '=' and the text behind it.
std::pair<std::string_view, std::string_view> split_assignment(std::string_view token, std::string_view form) {
  const auto equals = token.find('=');
  if (token.empty()) throw Error(cat("an entry is empty: ", form));
  if (equals == std::string_view::npos) throw Error(cat("'", token, "' has no '=': ", form));
  return {text::trim(token.substr(0, equals)), text::trim(token.substr(equals + 1))};
}

double number_in(std::string_view number, std::string_view token, std::string_view form) {
  const auto value = text::parse_number(number);
  if (!value) throw Error(cat("'", number, "' in '", token, "' is not a number: ", form));
  if (std::isnan(*value)) throw Error(cat("nan in '", token, "': give a number"));
  return *value;
}

/// The names of an entry: x[1:3] is x[1], x[2] and x[3], α₁ is α1.
std::vector<std::string> names_of(std::string_view written) {
  constexpr std::int64_t most = 1'000'000;
  const std::string name = formula::plain_name(written);
  const auto open = name.find('['), colon = name.find(':');
  if (open == std::string::npos || colon == std::string::npos || name.back() != ']') return {name};
  const auto first = text::parse_integer(std::string_view(name).substr(open + 1, colon - open - 1));
  const auto last = text::parse_integer(std::string_view(name).substr(colon + 1, name.size() - colon - 2));
  if (!first || !last || *first < 0 || *last < *first)
    throw Error(
        cat("'", written, "' names no variables: a range of them is written x[1:10], from the smaller index on"));
  if (*last - *first >= most) throw Error(cat("'", written, "' names more than ", most, " variables"));
  std::vector<std::string> names;
  for (std::int64_t i = *first; i <= *last; ++i) names.push_back(cat(name.substr(0, open), "[", i, "]"));
  return names;
}

/// Adds the names of an entry, each of which may stand once.
class OnlyOnce {
 public:
  explicit OnlyOnce(std::string_view where) : where_(where) {}
  void add(const std::string& name) {
    if (!seen_.insert(name).second) throw Error(cat("'", name, "' is given twice in ", where_));
  }

 private:
  std::string_view where_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

std::vector<NamedValue> parse_start(std::string_view text) {
  std::vector<NamedValue> start;
  OnlyOnce once("the start");
  for (const auto token : text::split(text, ',')) {
    const auto [written, number] = split_assignment(token, start_form);
    const double value = number_in(number, token, start_form);
    for (const std::string& name : names_of(written)) once.add(name), start.push_back({name, value});
  }
  return start;
}

std::vector<NamedRange> parse_ranges(std::string_view text, std::string_view where, std::string_view form) {
  std::vector<NamedRange> ranges;
  OnlyOnce once(where);
  for (const auto token : text::split(text, ',')) {
    const auto [written, range] = split_assignment(token, form);
    const auto sides = text::split(range, ':');
    if (sides.size() != 2) throw Error(cat("'", token, "' is not a range: ", form));
    const double lower = number_in(sides[0], token, form), upper = number_in(sides[1], token, form);
    for (const std::string& name : names_of(written)) once.add(name), ranges.push_back({name, lower, upper});
  }
  return ranges;
}

std::vector<NamedRange> parse_bounds(std::string_view text) { return parse_ranges(text, "the bounds", bounds_form); }

std::string start_text(const std::vector<NamedValue>& start) {
  std::string out;
  for (const NamedValue& v : start) out += cat(out.empty() ? "" : ",", v.name, "=", v.value);
  return out;
}

std::string bounds_text(const std::vector<NamedRange>& bounds) {
  std::string out;
  for (const NamedRange& b : bounds) out += cat(out.empty() ? "" : ",", b.name, "=", b.lower, ":", b.upper);
  return out;
}

}  // namespace talweg::api
