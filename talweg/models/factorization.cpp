#include "talweg/models/factorization.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/random.hpp"

namespace talweg::models {

RatingMatrix::RatingMatrix(std::size_t user_count, std::size_t item_count, std::span<const std::uint32_t> user,
                           std::span<const std::uint32_t> item, std::span<const double> value)
    : users(user_count),
      items(item_count),
      user_begin(user_count + 1),
      item_begin(item_count + 1),
      user_item(user.size()),
      user_value(user.size()),
      item_user(user.size()),
      item_place(user.size()) {
  for (const auto i : user) ++user_begin[i + 1];
  for (const auto j : item) ++item_begin[j + 1];
  for (std::size_t i = 0; i < users; ++i) user_begin[i + 1] += user_begin[i];
  for (std::size_t j = 0; j < items; ++j) item_begin[j + 1] += item_begin[j];
  auto at = user_begin;
  for (std::size_t r = 0; r < user.size(); ++r) {
    const std::size_t place = at[user[r]]++;
    user_item[place] = item[r];
    user_value[place] = value[r];
  }
  auto behind = item_begin;
  for (std::size_t i = 0; i < users; ++i)
    for (std::size_t place = user_begin[i]; place < user_begin[i + 1]; ++place) {
      const std::size_t spot = behind[user_item[place]]++;
      item_user[spot] = static_cast<std::uint32_t>(i);
      item_place[spot] = static_cast<std::uint32_t>(place);
    }
}

Factorization::Factorization(const FactorizationSpec& spec, std::size_t user_count, std::size_t item_count)
    : rank(static_cast<std::size_t>(spec.rank)),
      users(user_count),
      items(item_count),
      biases(spec.biases),
      clip(spec.clip) {
  parameters.resize(size());
}

double Factorization::score(std::uint32_t user, std::uint32_t item) const {
  const bool both = user != cold && item != cold;
  double sum = biases ? mean : both ? 0 : fallback;
  if (biases && user != cold) sum += parameters[user_biases_at() + user];
  if (biases && item != cold) sum += parameters[item_biases_at() + item];
  if (both) {
    const double* u = parameters.data() + user * rank;
    const double* v = parameters.data() + item_factors_at() + item * rank;
    double product = 0;
    for (std::size_t c = 0; c < rank; ++c) product += u[c] * v[c];
    sum += product;
  }
  return sum;
}

double Factorization::predict(std::uint32_t user, std::uint32_t item) const {
  const double value = score(user, item);
  return clip ? std::clamp(value, low, high) : value;
}

void start_factors(Factorization& f, const FactorizationSpec& spec, const RatingMatrix& ratings, double deviation,
                   std::uint64_t seed) {
  constexpr std::uint64_t stream = 0x466163746f72u << 16;  // apart from what else is drawn from the same seed
  Random random(seed ^ stream);
  const double rank = static_cast<double>(f.rank);
  const double size = spec.init * std::sqrt(std::max(deviation, 1e-300) / rank);
  // Without mean and biases the products have to reach the ratings themselves.
  const double middle = spec.biases ? 0 : std::sqrt(std::abs(f.fallback) / rank);
  const double sign = f.fallback < 0 ? -1 : 1;
  const auto fill = [&](std::size_t from, std::size_t rows, auto count_of, double centre) {
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < f.rank; ++c) {
        const double drawn = centre + size * random.normal();
        f.parameters[from + r * f.rank + c] = count_of(r) == 0 ? 0 : spec.nonnegative ? std::abs(drawn) : drawn;
      }
  };
  fill(
      f.user_factors_at(), f.users, [&](std::size_t i) { return ratings.ratings_of_user(i); }, middle);
  fill(
      f.item_factors_at(), f.items, [&](std::size_t j) { return ratings.ratings_of_item(j); }, sign * middle);
}

}  // namespace talweg::models
