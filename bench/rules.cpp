// Every update rule against a plain loop that reads and writes the same arrays. The goal: at most 1.3 times its time,
// 2 times for the Rprop family. Usage: bench_rules [elements...]; once on one thread and once on two.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "talweg/optim/optimizer.hpp"
#include "talweg/parallel/pool.hpp"
#include "talweg/simd/clones.hpp"

namespace {

using Array = std::vector<float>;

// The same traffic with next to no arithmetic: x and every slot are read and written, g is read.
TALWEG_CLONES void traffic0(std::size_t n, float* __restrict x, const float* __restrict g) {
  for (std::size_t i = 0; i < n; ++i) x[i] -= 1e-3f * g[i];
}
TALWEG_CLONES void traffic1(std::size_t n, float* __restrict x, const float* __restrict g, float* __restrict a) {
  for (std::size_t i = 0; i < n; ++i) {
    a[i] = 0.9f * a[i] + g[i];
    x[i] -= 1e-3f * a[i];
  }
}
TALWEG_CLONES void traffic2(std::size_t n, float* __restrict x, const float* __restrict g, float* __restrict a,
                            float* __restrict b) {
  for (std::size_t i = 0; i < n; ++i) {
    a[i] = 0.9f * a[i] + g[i];
    b[i] = 0.9f * b[i] + g[i];
    x[i] -= 1e-3f * (a[i] + b[i]);
  }
}
TALWEG_CLONES void traffic3(std::size_t n, float* __restrict x, const float* __restrict g, float* __restrict a,
                            float* __restrict b, float* __restrict c) {
  for (std::size_t i = 0; i < n; ++i) {
    a[i] = 0.9f * a[i] + g[i];
    b[i] = 0.9f * b[i] + g[i];
    c[i] = 0.9f * c[i] + g[i];
    x[i] -= 1e-3f * (a[i] + b[i] + c[i]);
  }
}

constexpr std::int64_t piece = 1 << 15;

void traffic(talweg::Pool& pool, std::size_t slots, Array& x, const Array& g, std::vector<Array>& s) {
  talweg::for_ranges(pool, std::int64_t(x.size()), piece, [&](std::int64_t begin, std::int64_t end) {
    const std::size_t b = std::size_t(begin), n = std::size_t(end - begin);
    float *x0 = x.data() + b, *s0 = s[0].data() + b, *s1 = s[1].data() + b, *s2 = s[2].data() + b;
    const float* g0 = g.data() + b;
    switch (slots) {
      case 0:
        return traffic0(n, x0, g0);
      case 1:
        return traffic1(n, x0, g0, s0);
      case 2:
        return traffic2(n, x0, g0, s0, s1);
      default:
        return traffic3(n, x0, g0, s0, s1, s2);
    }
  });
}

template <class F> double seconds(F f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> v) {
  std::ranges::nth_element(v, v.begin() + std::ptrdiff_t(v.size() / 2));
  return v[v.size() / 2];
}

/// x has no structure and g changes sign every few elements, so that selects have something to choose.
void fill(Array& x, Array& g) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = 0.5f + float(i % 17) / 16;
    g[i] = (float(i * 2654435761u % 1024) - 511.5f) / 256;
  }
}

void compare(talweg::Pool& pool, const talweg::FirstOrder& method, std::size_t n, Array& x, Array& g,
             std::vector<Array>& s) {
  talweg::Optimizer<float> optimizer(method, n);
  optimizer.set_parallel([&](std::size_t count, const auto& body) {
    talweg::for_ranges(pool, std::int64_t(count), piece,
                       [&](std::int64_t begin, std::int64_t end) { body(std::size_t(begin), std::size_t(end)); });
  });
  const std::size_t slots = method.rule().active_slots();
  const int rounds = std::max(5, int(20'000'000 / n)) | 1;
  std::vector<double> rule, plain, ratio;
  fill(x, g);
  for (int round = -2; round < rounds; ++round) {  // the first two warm up
    if (round % 3 == 0)
      for (float& v : g) v = -v;
    // Each once before it is timed: what the other has left in the caches does not count.
    const auto step = [&] { optimizer.step(x, g, {.value = 1.0}); };
    const auto loop = [&] { traffic(pool, slots, x, g, s); };
    step();
    const double a = seconds(step);
    loop();
    const double b = seconds(loop);
    if (round < 0) continue;
    rule.push_back(a);
    plain.push_back(b);
    ratio.push_back(a / b);
  }
  const double bytes = double(n) * sizeof(float) * double(3 + 2 * slots);
  const bool rprop = method.name() == "rprop";
  const double measured = median(ratio);
  std::printf("%-22s %9zu %9.3f %9.3f %8.1f %7.2f%s\n", method.label().c_str(), n, 1e3 * median(rule),
              1e3 * median(plain), bytes / median(rule) / 1e9, measured,
              measured > (rprop ? 2.0 : 1.3) ? "  above the goal" : "");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::size_t(std::atof(argv[i])));
  if (sizes.empty()) sizes = {1'000'000, 10'000'000};
  for (const int threads : {1, 2}) {
    talweg::Pool pool(threads);
    std::printf("%-22s %9s %9s %9s %8s %7s   %d thread%s\n", "rule (float)", "elements", "ms", "plain ms", "GB/s",
                "ratio", threads, threads == 1 ? "" : "s");
    for (const std::size_t n : sizes) {
      Array x(n), g(n);
      std::vector<Array> s(3, Array(n));
      std::string_view last;
      for (const talweg::RuleInfo& m : talweg::first_order_methods()) {
        if (m.card.formula == last) continue;  // a preset has the loop of its rule
        last = m.card.formula;
        compare(pool, talweg::FirstOrder::parse(m.label()), n, x, g, s);
      }
      for (const char* spec : {"adam,amsgrad=true", "rmsprop,momentum=.9,centered=true", "adam,weight_decay=.01"})
        compare(pool, talweg::FirstOrder::parse(spec), n, x, g, s);
    }
  }
}
