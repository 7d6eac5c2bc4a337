#include "talweg/models/factorization_objective.hpp"

#include <cmath>

#include "talweg/elementary/functions.hpp"
#include "talweg/simd/clones.hpp"

namespace talweg::models {

namespace {

constexpr std::int64_t rows_at_once = 32;  // users or items in one piece of work

/// Whether to stop is asked once in so many pieces.
bool asks_at(std::int64_t row) {
  constexpr std::int64_t every = 16 * rows_at_once;
  return row % every == every - rows_at_once;
}

/// Eight sums side by side, then a fixed tree: vectors of any width give the same bits.
inline double dot(const double* a, const double* b, std::size_t n) {
  double sum[8] = {};
  std::size_t c = 0;
  for (; c + 8 <= n; c += 8)
    for (std::size_t l = 0; l < 8; ++l) sum[l] += a[c + l] * b[c + l];
  for (std::size_t l = 0; c < n; ++c, ++l) sum[l] += a[c] * b[c];
  return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

/// g (n) += factor · v (n)
inline void add(double factor, const double* __restrict v, double* __restrict g, std::size_t n) {
  for (std::size_t c = 0; c < n; ++c) g[c] += factor * v[c];
}

/// The part of one side of the ratings: `user` where rows are users.
struct Side {
  const double *factors, *biases;              ///< of the rows
  const double *other_factors, *other_biases;  ///< of the columns
  double *gradient, *bias_gradient;
  const double* weight;
  double l2, l2_bias;
  std::size_t rank;
};

struct Sums {
  double squares = 0, penalty = 0;
};

inline void add_penalty(const Side& s, std::size_t row, Sums& sums) {
  const double pull = s.l2 * s.weight[row];
  const double* u = s.factors + row * s.rank;
  add(pull, u, s.gradient + row * s.rank, s.rank);
  sums.penalty += pull * dot(u, u, s.rank);
  if (!s.biases) return;
  const double bias_pull = s.l2_bias * s.weight[row], b = s.biases[row];
  s.bias_gradient[row] += bias_pull * b;
  sums.penalty += bias_pull * b * b;
}

TALWEG_CLONES Sums user_rows(const Side s, const RatingMatrix& r, double mean, double* error, std::size_t begin,
                             std::size_t end) {
  Sums sums;
  for (std::size_t i = begin; i < end; ++i) {
    const double* u = s.factors + i * s.rank;
    double* g = s.gradient + i * s.rank;
    for (std::size_t c = 0; c < s.rank; ++c) g[c] = 0;
    double bias = mean, total = 0;
    if (s.biases) bias += s.biases[i];
    for (std::size_t p = r.user_begin[i]; p < r.user_begin[i + 1]; ++p) {
      const std::size_t j = r.user_item[p];
      const double* v = s.other_factors + j * s.rank;
      const double e = dot(u, v, s.rank) + (s.biases ? bias + s.other_biases[j] : bias) - r.user_value[p];
      error[p] = e;
      sums.squares += e * e;
      total += e;
      add(e, v, g, s.rank);
    }
    if (s.biases) s.bias_gradient[i] = total;
    add_penalty(s, i, sums);
  }
  return sums;
}

TALWEG_CLONES Sums item_rows(const Side s, const RatingMatrix& r, const double* error, std::size_t begin,
                             std::size_t end) {
  Sums sums;
  for (std::size_t j = begin; j < end; ++j) {
    double* g = s.gradient + j * s.rank;
    for (std::size_t c = 0; c < s.rank; ++c) g[c] = 0;
    double total = 0;
    for (std::size_t p = r.item_begin[j]; p < r.item_begin[j + 1]; ++p) {
      const double e = error[r.item_place[p]];
      total += e;
      add(e, s.other_factors + r.item_user[p] * s.rank, g, s.rank);
    }
    if (s.biases) s.bias_gradient[j] = total;
    add_penalty(s, j, sums);
  }
  return sums;
}

std::vector<double> weights(const std::vector<std::size_t>& begin, double power) {
  std::vector<double> out;
  for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
    const auto count = static_cast<double>(begin[i + 1] - begin[i]);
    out.push_back(power == 0 ? 1 : elementary::pow(count, power));
  }
  return out;
}

}  // namespace

FactorizationObjective::FactorizationObjective(const Factorization& shape, const RatingMatrix& ratings,
                                               const Penalties& penalties, Pool& pool)
    : shape_(shape),
      ratings_(ratings),
      penalties_(penalties),
      pool_(pool),
      user_weight_(weights(ratings.user_begin, penalties.power)),
      item_weight_(weights(ratings.item_begin, penalties.power)),
      error_(ratings.ratings()) {
  shape_.parameters = {};
}

void FactorizationObjective::user_pass(std::span<const double> x, std::span<double> g) {
  const Factorization& f = shape_;
  const Side side{x.data(),
                  f.biases ? x.data() + f.user_biases_at() : nullptr,
                  x.data() + f.item_factors_at(),
                  f.biases ? x.data() + f.item_biases_at() : nullptr,
                  g.data(),
                  f.biases ? g.data() + f.user_biases_at() : nullptr,
                  user_weight_.data(),
                  penalties_.user,
                  penalties_.user_bias,
                  f.rank};
  for_ranges(pool_, static_cast<std::int64_t>(f.users), rows_at_once, [&](std::int64_t begin, std::int64_t end) {
    if (asks_at(begin)) stop_.check();
    const Sums sums = user_rows(side, ratings_, f.mean, error_.data(), static_cast<std::size_t>(begin),
                                static_cast<std::size_t>(end));
    squares_[static_cast<std::size_t>(begin / rows_at_once)] = sums.squares;
    penalty_[static_cast<std::size_t>(begin / rows_at_once)] = sums.penalty;
  });
}

void FactorizationObjective::item_pass(std::span<const double> x, std::span<double> g) {
  const Factorization& f = shape_;
  const Side side{x.data() + f.item_factors_at(),
                  f.biases ? x.data() + f.item_biases_at() : nullptr,
                  x.data(),
                  nullptr,
                  g.data() + f.item_factors_at(),
                  f.biases ? g.data() + f.item_biases_at() : nullptr,
                  item_weight_.data(),
                  penalties_.item,
                  penalties_.item_bias,
                  f.rank};
  const auto first = (f.users + rows_at_once - 1) / rows_at_once;
  for_ranges(pool_, static_cast<std::int64_t>(f.items), rows_at_once, [&](std::int64_t begin, std::int64_t end) {
    if (asks_at(begin)) stop_.check();
    penalty_[first + static_cast<std::size_t>(begin / rows_at_once)] =
        item_rows(side, ratings_, error_.data(), static_cast<std::size_t>(begin), static_cast<std::size_t>(end))
            .penalty;
  });
}

double FactorizationObjective::operator()(std::span<const double> x, std::span<double> g) {
  const auto pieces = [](std::size_t rows) { return (rows + rows_at_once - 1) / rows_at_once; };
  squares_.assign(pieces(shape_.users), 0);
  penalty_.assign(pieces(shape_.users) + pieces(shape_.items), 0);
  user_pass(x, g);
  item_pass(x, g);
  double squares = 0, penalty = 0;
  for (const double s : squares_) squares += s;
  for (const double s : penalty_) penalty += s;
  half_squares_ = 0.5 * squares;
  return 0.5 * (squares + penalty);
}

double FactorizationObjective::penalty(std::span<const double> x) const {
  const Factorization& f = shape_;
  const auto block = [&](std::size_t from, std::size_t rows, std::size_t width, double l2,
                         const std::vector<double>& weight) {
    double sum = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      const double* row = x.data() + from + r * width;
      sum += weight[r] * dot(row, row, width);
    }
    return l2 * sum;
  };
  double sum = block(f.user_factors_at(), f.users, f.rank, penalties_.user, user_weight_) +
               block(f.item_factors_at(), f.items, f.rank, penalties_.item, item_weight_);
  if (f.biases)
    sum += block(f.user_biases_at(), f.users, 1, penalties_.user_bias, user_weight_) +
           block(f.item_biases_at(), f.items, 1, penalties_.item_bias, item_weight_);
  return 0.5 * sum;
}

}  // namespace talweg::models
