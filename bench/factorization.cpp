// Matrix factorisation on generated ratings: ratings per second of the updates by single ratings, and a check that they
// learn what was generated. 8.7 million ratings of 72,000 users and 10,000 items, both with a heavy tail, values from
// factors of rank 8 with biases and noise, rounded to half stars. On a busy machine the best of each round, summed over
// the rounds of an epoch, comes nearest to what the code can do. LIBMF reaches 32 million ratings/s per thread at this
// size (rank 8). Usage: bench_factorization [threads [ratings]]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "talweg/base/random.hpp"
#include "talweg/models/factorization_objective.hpp"
#include "talweg/train/factorization/fit.hpp"
#include "talweg/train/factorization/online.hpp"

namespace {

using namespace talweg;
using Clock = std::chrono::steady_clock;

constexpr std::size_t users = 72'000, items = 10'000, hidden = 8;
constexpr double noise = 0.7;

/// Numbers in 0 … count − 1, the small ones the more often: the top hundredth has about a tenth of all.
std::uint32_t skewed(Random& random, std::size_t count, double tail) {
  return static_cast<std::uint32_t>(static_cast<double>(count) * std::pow(random.uniform(), tail));
}

train::RatingRows generate(std::size_t count, std::uint64_t seed) {
  Random random(1);  // the same truth for training and test
  std::vector<double> u(users * hidden), v(items * hidden), b(users), c(items);
  for (auto* part : {&u, &v})
    for (double& x : *part) x = random.normal() * std::sqrt(0.5 / std::sqrt(double(hidden)));
  for (auto* part : {&b, &c})
    for (double& x : *part) x = 0.35 * random.normal();
  train::RatingRows rows;
  Random draw(seed);
  for (std::size_t r = 0; r < count; ++r) {
    const auto i = skewed(draw, users, 1.5), j = skewed(draw, items, 2.5);
    double value = 3.5 + b[i] + c[j] + noise * draw.normal();
    for (std::size_t k = 0; k < hidden; ++k) value += u[i * hidden + k] * v[j * hidden + k];
    rows.user.push_back(i), rows.item.push_back(j);
    rows.value.push_back(std::clamp(std::round(2 * value) / 2, 0.5, 5.0));
  }
  return rows;
}

struct Setup {
  const char* method;
  std::int64_t rank;
};

void run(const Setup& setup, const train::RatingRows& rows, const train::RatingRows& test,
         const models::RatingMatrix& matrix, Pool& pool) {
  double mean = 0, squares = 0;
  for (const double v : rows.value) mean += v / double(rows.size());
  for (const double v : rows.value) squares += (v - mean) * (v - mean);
  const double deviation = std::sqrt(squares / double(rows.size()));
  models::FactorizationSpec spec;
  spec.rank = setup.rank;
  models::Factorization model(spec, users, items);
  model.mean = model.fallback = mean;
  models::start_factors(model, spec, matrix, deviation, 1);
  const models::Penalties l2 = spec.penalties(deviation);
  const FirstOrder method = FirstOrder::parse(setup.method);
  auto sweeper = train::make_sweeper<float>(method);
  const auto shape = train::OnlineRows<float>::shape(model, *sweeper);
  std::vector<double> user_weight, item_weight;
  for (std::size_t i = 0; i < users; ++i)
    user_weight.push_back(std::pow(std::max<double>(1, double(matrix.ratings_of_user(i))), l2.power - 1));
  for (std::size_t j = 0; j < items; ++j)
    item_weight.push_back(std::pow(std::max<double>(1, double(matrix.ratings_of_item(j))), l2.power - 1));
  const auto before = Clock::now();
  train::RatingBlocks<float> blocks(users, items, rows.user, rows.item, rows.value, mean, shape.stride * sizeof(float),
                                    1);
  train::OnlineRows<float> online(model, std::move(sweeper), std::move(blocks), user_weight, item_weight, l2);
  const double prepared = std::chrono::duration<double>(Clock::now() - before).count();

  std::vector<double> seconds, best(online.grid(), 1e9);
  std::int64_t t = 1;
  const double rate = method.rule().learning_rate();
  for (int epoch = 0; epoch < 12; ++epoch) {
    double sum = 0;
    for (std::size_t d = 0; d < online.grid(); ++d) {
      const auto start = Clock::now();
      t += online.round(d, {t, rate, rate}, pool).ratings;
      const double took = std::chrono::duration<double>(Clock::now() - start).count();
      best[d] = std::min(best[d], took);
      sum += took;
    }
    seconds.push_back(sum);
  }
  online.store(model);
  const double rmse = train::measure(model, test, pool).get("rmse");
  std::sort(seconds.begin(), seconds.end());
  const double undisturbed = std::accumulate(best.begin(), best.end(), 0.0);
  const auto speed = [&](double s) { return double(rows.size()) / s * 1e-6 / pool.threads(); };
  std::printf(
      "%-27s rank %2d, %d thread%s: %5.1f million ratings/s per thread (best epoch %5.1f, best of each round %5.1f), "
      "test rmse %.4f; %d rounds, prepared in %.2f s\n",
      setup.method, int(setup.rank), pool.threads(), pool.threads() > 1 ? "s" : "", speed(seconds[seconds.size() / 2]),
      speed(seconds[0]), speed(undisturbed), rmse, int(online.grid()), prepared);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = static_cast<std::size_t>(argc > 2 ? std::atoll(argv[2]) : 8'700'000);
  const auto rows = generate(count, 2), test = generate(count / 20, 3);
  const models::RatingMatrix matrix(users, items, rows.user, rows.item, rows.value);
  const Setup setups[] = {{"sgd,learning_rate=0.02", 8},
                          {"adagrad,learning_rate=0.07", 8},
                          {"adam,learning_rate=0.002", 8},
                          {"sgd,learning_rate=0.02", 32},
                          {"adagrad,learning_rate=0.07", 32}};
  for (int threads = 1; threads <= (argc > 1 ? std::atoi(argv[1]) : 2); ++threads) {
    Pool pool(threads);
    for (const Setup& setup : setups) run(setup, rows, test, matrix, pool);
  }
}
