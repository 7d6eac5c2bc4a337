// Full training steps (forward, loss, backward, Adam) of two networks of float; the medians and the best of several
// rounds. Usage: bench_mlp [threads]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "talweg/nn/nn.hpp"
#include "talweg/train/network_optimizer.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Setup {
  const char* name;
  std::int64_t inputs;
  std::vector<std::int64_t> hidden;
  std::int64_t batch;
  int steps;  // in one round
};

void run(const Setup& setup, talweg::Pool& pool) {
  auto model = talweg::nn::mlp<float>({.inputs = setup.inputs, .outputs = 10, .hidden = setup.hidden, .seed = 1});
  model.use(pool);
  const auto parameters = model.parameters();
  auto adam = talweg::optimizer(talweg::Adam{}, parameters);
  adam.use(pool);
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
      adam.zero_gradients();
      loss.backward();
      adam.step();
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
