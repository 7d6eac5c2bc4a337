#include "talweg/train/factorization/als.hpp"

#include <cmath>
#include <vector>

#include "talweg/simd/clones.hpp"

namespace talweg::train {

namespace {

constexpr std::int64_t rows_at_once = 32;                             // rows of a side in one piece of work
constexpr std::int64_t solved_between_questions = 16 * rows_at_once;  // whether to stop

/// One side: rows are solved for, columns are fixed.
struct Side {
  std::size_t rank;
  double *factors, *biases;                    ///< of the rows; no biases: nullptr
  const double *other_factors, *other_biases;  ///< of the columns
  const double* weight;
  double l2, l2_bias, mean;

  std::size_t unknowns() const { return rank + (biases ? 1 : 0); }
};

/// The ratings of one row: `column` and `value(p)` for p in begin … end.
struct RowRatings {
  const std::uint32_t* column;
  const std::uint32_t* place;  ///< of the value; nullptr: in the same order
  const double* values;
  std::size_t begin, end;
};

/// h (n, n), lower half += z·zᵀ; b (n) += y·z
inline void accumulate(double* h, double* b, const double* z, double y, std::size_t n) {
  for (std::size_t r = 0; r < n; ++r) {
    const double zr = z[r];
    double* __restrict row = h + r * n;
    for (std::size_t c = 0; c <= r; ++c) row[c] += zr * z[c];
  }
  for (std::size_t r = 0; r < n; ++r) b[r] += y * z[r];
}

/// Solves h·x = b in place by h = L·Lᵀ; h (n, n) symmetric positive definite, its lower half given.
inline void solve(double* h, double* b, std::size_t n) {
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t c = 0; c <= r; ++c) {
      double s = h[r * n + c];
      for (std::size_t k = 0; k < c; ++k) s -= h[r * n + k] * h[c * n + k];
      h[r * n + c] = c == r ? std::sqrt(s) : s / h[c * n + c];
    }
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t k = 0; k < r; ++k) b[r] -= h[r * n + k] * b[k];
    b[r] /= h[r * n + r];
  }
  for (std::size_t r = n; r-- > 0;) {
    for (std::size_t k = r + 1; k < n; ++k) b[r] -= h[k * n + r] * b[k];
    b[r] /= h[r * n + r];
  }
}

/// `work` holds n·n + 2·n numbers.
TALWEG_CLONES void solve_row(const Side s, const RowRatings r, std::size_t row, double* work) {
  const std::size_t n = s.unknowns();
  double *h = work, *b = h + n * n, *z = b + n;
  for (std::size_t k = 0; k < n * n + n; ++k) work[k] = 0;
  for (std::size_t p = r.begin; p < r.end; ++p) {
    const std::size_t column = r.column[p];
    double y = r.values[r.place ? r.place[p] : p] - s.mean;
    for (std::size_t c = 0; c < s.rank; ++c) z[c] = s.other_factors[column * s.rank + c];
    if (s.biases) z[s.rank] = 1, y -= s.other_biases[column];
    accumulate(h, b, z, y, n);
  }
  for (std::size_t c = 0; c < s.rank; ++c) h[c * n + c] += s.l2 * s.weight[row];
  if (s.biases) h[s.rank * n + s.rank] += s.l2_bias * s.weight[row];
  solve(h, b, n);
  for (std::size_t c = 0; c < s.rank; ++c) s.factors[row * s.rank + c] = b[c];
  if (s.biases) s.biases[row] = b[s.rank];
}

template <class RatingsOf>
void solve_side(const Side& side, std::size_t rows, Pool& pool, const Stop& stop, RatingsOf ratings_of) {
  const std::size_t n = side.unknowns();
  for_ranges(pool, static_cast<std::int64_t>(rows), rows_at_once, [&](std::int64_t begin, std::int64_t end) {
    if (begin % solved_between_questions == solved_between_questions - rows_at_once) stop.check();
    std::vector<double> work(n * n + 2 * n);
    for (auto row = static_cast<std::size_t>(begin); row < static_cast<std::size_t>(end); ++row) {
      const RowRatings r = ratings_of(row);
      if (r.begin < r.end) solve_row(side, r, row, work.data());
    }
  });
}

}  // namespace

void als_sweep(models::Factorization& f, const models::RatingMatrix& ratings,
               const models::FactorizationObjective& objective, Pool& pool, const Stop& stop) {
  double* x = f.parameters.data();
  double *u = x, *b = f.biases ? x + f.user_biases_at() : nullptr, *v = x + f.item_factors_at(),
         *c = f.biases ? x + f.item_biases_at() : nullptr;
  const models::Penalties& l2 = objective.penalties();
  solve_side({f.rank, u, b, v, c, objective.user_weights().data(), l2.user, l2.user_bias, f.mean}, f.users, pool, stop,
             [&](std::size_t i) {
               return RowRatings{ratings.user_item.data(), nullptr, ratings.user_value.data(), ratings.user_begin[i],
                                 ratings.user_begin[i + 1]};
             });
  solve_side({f.rank, v, c, u, b, objective.item_weights().data(), l2.item, l2.item_bias, f.mean}, f.items, pool, stop,
             [&](std::size_t j) {
               return RowRatings{ratings.item_user.data(), ratings.item_place.data(), ratings.user_value.data(),
                                 ratings.item_begin[j], ratings.item_begin[j + 1]};
             });
}

}  // namespace talweg::train
