// Every update rule against a plain loop that reads and writes the same arrays. The goal: at most 1.3 times its time,
// 2 times for the Rprop family. Usage: bench_rules [elements...]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "talweg/optim/optimizer.hpp"
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

void traffic(std::size_t slots, Array& x, const Array& g, std::vector<Array>& s) {
  const std::size_t n = x.size();
  switch (slots) {
    case 0:
      return traffic0(n, x.data(), g.data());
    case 1:
      return traffic1(n, x.data(), g.data(), s[0].data());
    case 2:
      return traffic2(n, x.data(), g.data(), s[0].data(), s[1].data());
    default:
      return traffic3(n, x.data(), g.data(), s[0].data(), s[1].data(), s[2].data());
  }
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

void compare(const talweg::FirstOrder& method, std::size_t n, Array& x, Array& g, std::vector<Array>& s) {
  talweg::Optimizer<float> optimizer(method, n);
  const std::size_t slots = method.rule().active_slots();
  const int rounds = std::max(5, int(20'000'000 / n)) | 1;
  std::vector<double> rule, plain, ratio;
  fill(x, g);
  for (int round = -2; round < rounds; ++round) {  // the first two warm up
    for (float& v : g) v = round % 3 ? v : -v;
    const double a = seconds([&] { optimizer.step(x, g, {.value = 1.0}); });
    const double b = seconds([&] { traffic(slots, x, g, s); });
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
  std::printf("%-22s %9s %9s %9s %8s %7s\n", "rule (float)", "elements", "ms", "plain ms", "GB/s", "ratio");
  for (const std::size_t n : sizes) {
    Array x(n), g(n);
    std::vector<Array> s(3, Array(n));
    std::string last;
    for (const talweg::FirstOrderInfo& m : talweg::first_order_methods()) {
      if (m.formula == last) continue;  // a preset has the loop of its rule
      last = m.formula;
      compare(talweg::FirstOrder::parse(m.label()), n, x, g, s);
    }
    compare(talweg::FirstOrder::parse("adam,amsgrad=true"), n, x, g, s);
    compare(talweg::FirstOrder::parse("rmsprop,momentum=.9,centered=true"), n, x, g, s);
    compare(talweg::FirstOrder::parse("adam,weight_decay=.01"), n, x, g, s);
  }
}
