#include "talweg/data/folds.hpp"

#include <algorithm>
#include <map>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/split.hpp"

namespace talweg::data {

namespace {

constexpr std::uint64_t fold_stream = 0x466f6c6473u << 20;

std::vector<std::uint32_t> chosen(std::span<const std::uint32_t> rows, const auto& wanted) {
  std::vector<std::uint32_t> some;
  for (const auto r : rows)
    if (wanted(r)) some.push_back(r);
  return some;
}

}  // namespace

std::vector<std::uint32_t> Folds::inside(std::span<const std::uint32_t> rows, std::uint32_t k) const {
  return chosen(rows, [&](std::uint32_t r) { return fold[r] == k; });
}

std::vector<std::uint32_t> Folds::outside(std::span<const std::uint32_t> rows, std::uint32_t k) const {
  return chosen(rows, [&](std::uint32_t r) { return fold[r] != k; });
}

Folds draw_folds(std::span<const std::uint32_t> rows, std::size_t rows_of_table, std::span<const double> classes,
                 std::uint32_t count, std::uint64_t seed, std::uint32_t repeat) {
  if (rows.size() < count)
    throw Error("folds",
                text::cat(text::option("folds", count), ": there are ", rows.size(), " rows; each fold needs one"));
  Folds folds{std::vector<std::uint32_t>(rows_of_table), count};
  Random random(seed ^ (fold_stream + repeat));
  std::uint32_t next = 0;  // goes on from class to class, so that the folds stay of one size
  for (auto& group : rows_by_class(rows, classes)) {
    random.shuffle(std::span(group));
    for (const auto r : group) folds.fold[r] = next++ % count;
  }
  return folds;
}

Folds folds_of(const Table& table, std::span<const std::uint32_t> rows, std::string_view name) {
  const Column& column = table.column(name);
  column.check_usable();
  const bool texts = column.kind == Column::Kind::text;
  const auto value = [&](std::uint32_t r) { return texts ? static_cast<double>(column.codes[r]) : column.number(r); };
  std::map<double, std::uint32_t> places;
  for (const auto r : rows) {
    if (column.is_missing(r))
      throw Error(text::cat(table.where(r), ": the fold '", name, "' is missing; fill it in, or remove the row"));
    places.emplace(value(r), 0);
    if (places.size() > most_folds)
      throw Error("folds_from", text::cat(text::option("folds_from", name), ": the column has more than ", most_folds,
                                          " different values, and each is a fold"));
  }
  if (places.size() < 2)
    throw Error("folds_from",
                text::cat(text::option("folds_from", name), ": the column has one value, and folds are two or more"));
  Folds folds{std::vector<std::uint32_t>(table.rows), static_cast<std::uint32_t>(places.size())};
  std::uint32_t next = 0;
  for (auto& [ignored, place] : places) place = next++;
  for (const auto r : rows) folds.fold[r] = places[value(r)];
  return folds;
}

}  // namespace talweg::data
