// Full training steps (forward, loss, backward, Adam) of two networks of float; the medians and the best of several
// rounds. Usage: bench_mlp [threads]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "talweg/nn/nn.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Setup {
  const char* name;
  std::int64_t inputs;
  std::vector<std::int64_t> hidden;
  std::int64_t batch;
  int steps;  // in one round
};

/// Adam on one flat vector, in ranges over the pool.
class PlainAdam {
 public:
  explicit PlainAdam(std::size_t n) : m_(n), v_(n) {}
  void step(talweg::Pool& pool, std::span<float> x, std::span<const float> g) {
    ++t_;
    const float c1 = float(1 / (1 - std::pow(0.9, t_))), c2 = float(1 / (1 - std::pow(0.999, t_)));
    talweg::for_ranges(pool, std::int64_t(x.size()), 16384, [&](std::int64_t begin, std::int64_t end) {
      range(std::size_t(begin), std::size_t(end), x.data(), g.data(), c1, c2);
    });
  }

 private:
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4"))) void range(std::size_t begin,
                                                                                           std::size_t end, float* x,
                                                                                           const float* g, float c1,
                                                                                           float c2) {
    float *m = m_.data(), *v = v_.data();
#pragma GCC ivdep
    for (std::size_t i = begin; i < end; ++i) {
      m[i] = 0.9f * m[i] + 0.1f * g[i];
      v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
      x[i] -= 0.001f * (m[i] * c1) / (std::sqrt(v[i] * c2) + 1e-8f);
    }
  }
  talweg::AlignedVector<float> m_, v_;
  int t_ = 0;
};

void run(const Setup& setup, talweg::Pool& pool) {
  auto model = talweg::nn::mlp<float>({.inputs = setup.inputs, .outputs = 10, .hidden = setup.hidden, .seed = 1});
  model.use(pool);
  const auto parameters = model.parameters();
  PlainAdam adam(parameters.values.size());
  constexpr std::int64_t batches = 16;
  talweg::Random random(2);
  talweg::Tensor<float> x({batches * setup.batch, setup.inputs});
  for (float& v : x) v = float(random.uniform());
  std::vector<std::int32_t> classes(std::size_t(batches * setup.batch));
  for (auto& c : classes) c = std::int32_t(random.below(10));

  std::vector<double> seconds;
  float loss_value = 0;
  for (int round = 0; round < 15; ++round) {
    const auto start = Clock::now();
    for (int step = 0; step < setup.steps; ++step) {
      const std::int64_t first = step % batches * setup.batch;
      const auto batch = talweg::View<const float>(x.view()).row_range(first, setup.batch);
      const auto loss = talweg::nn::softmax_cross_entropy(
          model(batch), std::span<const std::int32_t>(classes).subspan(std::size_t(first), std::size_t(setup.batch)));
      parameters.zero_gradients();
      loss.backward();
      adam.step(pool, parameters.values, parameters.gradients);
      loss_value = loss.value();
    }
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count() / setup.steps);
  }
  std::sort(seconds.begin(), seconds.end());
  const double best = seconds.front(), median = seconds[seconds.size() / 2];
  std::printf("%-24s batch %3d, %d thread%s: %8.1f us/step (best %.1f), %8.0f samples/s (best %.0f), loss %.3f\n",
              setup.name, int(setup.batch), pool.threads(), pool.threads() > 1 ? "s" : "", median * 1e6, best * 1e6,
              double(setup.batch) / median, double(setup.batch) / best, double(loss_value));
}

}  // namespace

int main(int argc, char** argv) {
  const Setup setups[] = {{"mlp 784-256-128-10", 784, {256, 128}, 64, 100},
                          {"mlp 64-64-32-10", 64, {64, 32}, 32, 3000}};
  for (int threads = 1; threads <= (argc > 1 ? std::atoi(argv[1]) : 2); ++threads) {
    talweg::Pool pool(threads);
    for (const Setup& setup : setups) run(setup, pool);
  }
}
