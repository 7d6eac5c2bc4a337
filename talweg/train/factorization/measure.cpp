#include <algorithm>
#include <cmath>

#include "talweg/train/factorization/fit.hpp"

namespace talweg::train {

namespace {

constexpr std::int64_t rows_at_once = 16384, ratings_between_questions = 64 * rows_at_once;

struct Sums {
  double squares = 0, absolute = 0;
};

}  // namespace

Metrics measure(const models::Factorization& model, const RatingRows& rows, Pool& pool, const Stop& stop) {
  Metrics m;
  if (rows.size() == 0) return m;
  const auto count = static_cast<std::int64_t>(rows.size());
  std::vector<Sums> pieces(static_cast<std::size_t>((count + rows_at_once - 1) / rows_at_once));
  for_ranges(pool, count, rows_at_once, [&](std::int64_t begin, std::int64_t end) {
    if (begin % ratings_between_questions == ratings_between_questions - rows_at_once) stop.check();
    Sums sums;
    for (auto r = static_cast<std::size_t>(begin); r < static_cast<std::size_t>(end); ++r) {
      const double error = model.predict(rows.user[r], rows.item[r]) - rows.value[r];
      sums.squares += error * error;
      sums.absolute += std::abs(error);
    }
    pieces[static_cast<std::size_t>(begin / rows_at_once)] = sums;
  });
  const auto n = static_cast<double>(count);
  double squares = 0, absolute = 0, mean = 0, spread = 0;
  for (const Sums& s : pieces) squares += s.squares, absolute += s.absolute;
  for (const double v : rows.value) mean += v / n;
  for (const double v : rows.value) spread += (v - mean) * (v - mean);
  m.values.emplace_back("loss", squares / n / 2);
  m.values.emplace_back("rmse", std::sqrt(squares / n));
  m.values.emplace_back("mae", absolute / n);
  const auto [low, high] = std::ranges::minmax(rows.value);
  if (low < high && spread > 0) m.values.emplace_back("r2", 1 - squares / spread);
  return m;
}

}  // namespace talweg::train
