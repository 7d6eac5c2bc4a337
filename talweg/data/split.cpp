#include "talweg/data/split.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

constexpr std::uint64_t split_stream = 0x53706c6974u << 24;  // apart from what else is drawn from the same seed

constexpr std::uint64_t test_stream = 0x54657374u << 24;

}  // namespace

std::vector<std::vector<std::uint32_t>> rows_by_class(std::span<const std::uint32_t> rows,
                                                      std::span<const double> classes) {
  std::size_t count = 1;
  for (const double c : classes) count = std::max(count, static_cast<std::size_t>(c) + 1);
  std::vector<std::vector<std::uint32_t>> groups(count);
  for (const auto r : rows) groups[classes.empty() ? 0 : static_cast<std::size_t>(classes[r])].push_back(r);
  return groups;
}

Split split_rows(std::span<const std::uint32_t> rows, std::span<const double> classes, double fraction,
                 std::uint64_t seed, Drawn drawn) {
  Split split;
  Random random(seed ^ (drawn == Drawn::test ? test_stream : split_stream));
  double owed = 0;  // what rounding has left over, so that small classes together get their share
  for (auto& group : rows_by_class(rows, classes)) {
    random.shuffle(std::span(group));
    owed += fraction * static_cast<double>(group.size());
    auto take = static_cast<std::size_t>(std::max(0.0, std::round(owed)));
    take = std::min(take, group.empty() ? 0 : group.size() - 1);
    owed -= static_cast<double>(take);
    split.validation.insert(split.validation.end(), group.begin(), group.begin() + static_cast<std::ptrdiff_t>(take));
    split.train.insert(split.train.end(), group.begin() + static_cast<std::ptrdiff_t>(take), group.end());
  }
  if (split.validation.empty())
    throw Error(text::cat("a ", drawn == Drawn::test ? "test" : "validation", " share of ", fraction, " of ",
                          rows.size(), rows.size() == 1 ? " row" : " rows",
                          " is no row; give a larger share, or leave ",
                          text::option(drawn == Drawn::test ? "test" : "validation"), " out"));
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

}  // namespace talweg::data
