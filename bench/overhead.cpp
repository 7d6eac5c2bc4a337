// What a method costs beyond the function, in nanoseconds per variable and iteration at a million variables, beside a
// triad of the same run; liblbfgs too, where it is installed. All take turns, several rounds: what other programs do to
// the machine meets them alike.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#ifdef TALWEG_HAVE_LIBLBFGS
#include <lbfgs.h>
#endif

#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"

namespace {

using namespace talweg;

constexpr std::size_t n = 1'000'000;
constexpr int rounds = 5, warm_up = 12, iterations = 20;  // after the warm-up the history is full

/// Processor time of this one-threaded program: what other programs take is not counted, what they do to memory is.
double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

/// a = b + k c over vectors far larger than the caches: nanoseconds per element, best of five. 24 bytes are named per
/// element; the store first reads the line, so that 32 travel.
double triad() {
  constexpr std::size_t size = 4 * n;
  static std::vector<double> a(size, 1.0), b(size, 2.0), c(size, 3.0);
  double best = HUGE_VAL;
  for (int pass = 0; pass < 5; ++pass) {
    const double start = now();
    for (std::size_t i = 0; i < size; ++i) a[i] = b[i] + 1e-3 * pass * c[i];
    best = std::min(best, (now() - start) / static_cast<double>(size) * 1e9);
    if (a[size / 2] == -1) std::puts("");
  }
  return best;
}

/// A badly scaled bowl: cheap, separable, and hundreds of iterations long. Its time is taken off.
class Bowl {
 public:
  double operator()(const double* x, double* g) {
    const double start = now();
    double value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double weight = 1 + static_cast<double>(i % 1000), t = x[i] - 1;
      g[i] = weight * t;
      value += 0.5 * weight * t * t;
    }
    inside_ += now() - start;
    ++calls_;
    return value;
  }
  /// After an iteration: notes what it took beside the function, if it took one or two evaluations.
  void iteration() {
    const double here = now();
    if (++iteration_ > warm_up && calls_ - calls_before_ <= 2)
      times_.push_back((here - before_ - (inside_ - inside_before_)) / static_cast<double>(n) * 1e9);
    before_ = now();
    inside_before_ = inside_;
    calls_before_ = calls_;
  }
  bool enough() const { return iteration_ >= warm_up + iterations; }
  double typical() const { return times_.empty() ? NAN : median(times_); }

 private:
  double inside_ = 0, inside_before_ = 0, before_ = 0;
  int calls_ = 0, calls_before_ = 0, iteration_ = 0;
  std::vector<double> times_;
};

double run(const std::string& spec, const Bounds& bounds = {}) {
  Bowl bowl;
  Options o{.tolerance = 0, .check_gradient = false};
  o.bounds = bounds;
  o.on_iteration = [&](const Iteration& i) {
    if (i.iteration > 0) bowl.iteration();
    return bowl.enough();
  };
  minimize([&](std::span<const double> x, std::span<double> g) { return bowl(x.data(), g.data()); },
           std::vector<double>(n, -1.0), *parse_deterministic(spec), o);
  return bowl.typical();
}

/// A box that cuts the minimum, 1, off for one variable in three, or for none.
Bounds limits(bool active) {
  Bounds b(std::vector<double>(n, -10.0), std::vector<double>(n, 10.0));
  for (std::size_t i = 0; active && i < n; i += 3) b.upper[i] = 0.5;
  return b;
}

#ifdef TALWEG_HAVE_LIBLBFGS
double run_liblbfgs(int memory) {
  Bowl bowl;
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = memory;
  parameters.epsilon = 1e-30;
  lbfgsfloatval_t* x = lbfgs_malloc(static_cast<int>(n));
  std::fill(x, x + n, -1.0);
  lbfgs(
      static_cast<int>(n), x, nullptr,
      [](void* p, const double* at, double* g, int, double) { return (*static_cast<Bowl*>(p))(at, g); },
      [](void* p, const double*, const double*, double, double, double, double, int, int, int) {
        static_cast<Bowl*>(p)->iteration();
        return static_cast<Bowl*>(p)->enough() ? 1 : 0;
      },
      &bowl, &parameters);
  lbfgs_free(x);
  return bowl.typical();
}
#endif

struct Contestant {
  std::string name;
  std::function<double()> run;
  std::vector<double> times = {}, ratios = {};
};

}  // namespace

int main() {
  std::vector<Contestant> all;
  for (const char* spec : {"lbfgs,memory=10", "lbfgs,memory=5", "cg", "cg,memory=0", "cg:fr", "gd,line_search=wolfe"})
    all.push_back({spec, [=] { return run(spec); }});
  all.push_back({"lbfgsb, no bound active", [] { return run("lbfgsb", limits(false)); }});
  all.push_back({"lbfgsb, a third active", [] { return run("lbfgsb", limits(true)); }});
#ifdef TALWEG_HAVE_LIBLBFGS
  all.push_back({"liblbfgs, m = 10", [] { return run_liblbfgs(10); }});
  all.push_back({"liblbfgs, m = 5", [] { return run_liblbfgs(5); }});
#endif
  std::vector<double> triads;
  for (int round = 0; round < rounds; ++round)
    for (Contestant& c : all) {
      triads.push_back(triad());
      c.times.push_back(c.run());
      c.ratios.push_back(c.times.back() / triads.back());
    }
  const double t = median(triads);
  std::printf("triad %.2f ns per element, %.1f GB/s (median of %zu)\n\n", t, 24 / t, triads.size());
  std::printf("| ns per variable and iteration beyond f, n = 10^6 | median | least | triads |\n|:--|--:|--:|--:|\n");
  for (const Contestant& c : all)
    std::printf("| %s | %.1f | %.1f | %.1f |\n", c.name.c_str(), median(c.times),
                *std::min_element(c.times.begin(), c.times.end()), median(c.ratios));
}
