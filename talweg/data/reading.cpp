#include "talweg/data/reading.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 9> delimiters{{{",", ','},
                                                                       {"|", '|'},
                                                                       {";", ';'},
                                                                       {"tab", '\t'},
                                                                       {"space", ' '},
                                                                       {"\t", '\t'},
                                                                       {"\\t", '\t'},
                                                                       {" ", ' '},
                                                                       {"blank", ' '}}};

[[noreturn]] void refuse(std::string_view option, const std::string& given, std::string_view expected) {
  throw Error(option, text::cat(text::option(option, given), ": expected ", expected));
}

void check_kept(const Reading& r) {
  for (auto name = r.keep.begin(); name != r.keep.end(); ++name)
    if (*name == r.id || std::find(r.keep.begin(), name, *name) != name)
      throw Error("keep", text::cat(text::option("keep", *name), ": the column is kept already; name it once"));
}

/// No column is two things at once, and none is named twice.
void check_roles(const Reading& r) {
  std::vector<std::pair<std::string_view, std::string_view>> roles;  // column, option
  for (const auto& name : r.categories) roles.emplace_back(name, "category");
  for (const auto& name : r.numbers) roles.emplace_back(name, "number");
  for (const auto& name : r.dates) roles.emplace_back(name, "date");
  if (!r.id.empty()) roles.emplace_back(r.id, "id");
  for (std::size_t i = 0; i < roles.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (roles[i].first == roles[k].first)
        throw Error(roles[i].second,
                    text::cat(text::option(roles[k].second, roles[k].first), " and ",
                              text::option(roles[i].second, roles[i].first), ": a column is named once"));
}

void check_separators(const Reading& r) {
  if (!r.decimal.empty() && r.decimal != "." && r.decimal != ",") refuse("decimal", r.decimal, ". or ,");
  if (r.thousands.empty()) return;
  constexpr std::string_view expected = ", or . or ' or space";
  constexpr std::array<std::string_view, 5> known{",", ".", "'", "space", " "};
  if (std::find(known.begin(), known.end(), r.thousands) == known.end()) refuse("thousands", r.thousands, expected);
  const std::string_view decimal = r.decimal.empty() ? "." : std::string_view(r.decimal);
  if (r.thousands == decimal)
    throw Error("thousands",
                text::cat(text::option("thousands", r.thousands), ": the same character begins the decimals; add ",
                          text::option("decimal", decimal == "." ? "," : ".")));
  if ((r.thousands == "space" || r.thousands == " ") && r.delimiter_char() == ' ')
    throw Error("thousands", text::cat(text::option("thousands", "space"), " and ", text::option("delimiter", "space"),
                                       ": a blank cannot be both; leave one of them out"));
}

}  // namespace

std::optional<char> Reading::delimiter_char() const {
  for (const auto& [name, c] : delimiters)
    if (delimiter == name) return c;
  return std::nullopt;
}

std::optional<bool> Reading::has_header() const {
  return header.empty() ? std::nullopt : std::optional(header == "yes");
}

std::vector<std::string> Reading::missing_texts() const {
  std::vector<std::string> out;
  for (const auto& list : missing)
    for (const auto token : text::split(list, ',')) out.emplace_back(text::trim(token));
  return out;
}

void Reading::check() const {
  if (!delimiter.empty() && !delimiter_char()) refuse("delimiter", delimiter, "one of , | ; tab and space");
  if (!header.empty() && header != "yes" && header != "no") refuse("header", header, "yes or no");
  if (skip < 0) refuse("skip", text::cat(skip), "a number of lines, 0 or more");
  check_separators(*this);
  for (const auto& token : missing_texts())
    if (token.empty() || token == "NA" || token == "?")
      throw Error("missing", text::cat(text::option("missing"), token.empty() ? " names an empty text" : " names ",
                                       token, ": empty, NA and ? are missing without it"));
  check_roles(*this);
  check_kept(*this);
}

Reading Reading::of_cells() const {
  return {.decimal = decimal, .thousands = thousands, .missing = missing, .dates = dates, .id = id};
}

Reading Reading::of_columns() const {
  return {.dates = dates,
          .categories = categories,
          .numbers = numbers,
          .drop_missing_target = drop_missing_target,
          .id = id,
          .keep = keep};
}

Reading Reading::or_else(const Reading& remembered) const {
  Reading out = *this;
  if (decimal.empty() && thousands.empty()) out.decimal = remembered.decimal, out.thousands = remembered.thousands;
  if (missing.empty()) out.missing = remembered.missing;
  if (dates.empty()) out.dates = remembered.dates;
  if (id.empty()) out.id = remembered.id;
  return out;
}

std::vector<std::string_view> Reading::given() const {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view name, bool given) {
    if (given) names.push_back(name);
  };
  add("delimiter", !delimiter.empty());
  add("header", !header.empty());
  add("skip", skip != 0);
  add("decimal", !decimal.empty());
  add("thousands", !thousands.empty());
  add("missing", !missing.empty());
  add("date", !dates.empty());
  add("category", !categories.empty());
  add("number", !numbers.empty());
  add("drop_missing_target", drop_missing_target);
  add("id", !id.empty());
  add("keep", !keep.empty());
  return names;
}

void Reading::refuse_except(std::initializer_list<std::string_view> allowed, std::string_view what) const {
  for (const auto name : given())
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      throw Error(name, text::cat(text::option(name), " has no effect on ", what, "; leave it out"));
}

void Reading::save(Archive& archive) const {
  if (!decimal.empty() || !thousands.empty())
    archive.put("reading.numbers", std::vector<std::string>{decimal, thousands});
  if (!missing.empty()) archive.put("reading.missing", missing_texts());
  if (!dates.empty()) archive.put("reading.dates", dates);
  if (!id.empty()) archive.put("reading.id", std::string_view(id));
}

Reading Reading::load(const Archive& archive) {
  Reading r;
  if (archive.has("reading.numbers")) {
    const auto separators = archive.texts("reading.numbers");
    r.decimal = separators[0], r.thousands = separators[1];
  }
  if (archive.has("reading.missing")) r.missing = archive.texts("reading.missing");
  if (archive.has("reading.dates")) r.dates = archive.texts("reading.dates");
  if (archive.has("reading.id")) r.id = archive.text("reading.id");
  try {
    r.check();
  } catch (const Error& error) {
    archive.fail("reading", text::cat("cannot be used: ", error.what()));
  }
  return r;
}

void check_columns(const Reading& reading, const Table& table) {
  for (const auto* names : {&reading.categories, &reading.numbers, &reading.dates, &reading.keep})
    for (const auto& name : *names) table.column(name);
  if (!reading.id.empty()) table.column(reading.id);
}

}  // namespace talweg::data
