#include <algorithm>
#include <cmath>

#include "talweg/advise/kinks.hpp"
#include "talweg/advise/measure.hpp"
#include "talweg/base/random.hpp"

namespace talweg::advise {

namespace {

using Vec = std::vector<double>;
constexpr int products = 24, lines = 4;
constexpr int pairs_kept = 10;  // by L-BFGS
constexpr std::uint64_t seed = 20;

double norm(std::span<const double> v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return std::sqrt(sum);
}

/// The function around a point, inside its box.
class Neighbourhood {
 public:
  Neighbourhood(const compare::FunctionTask& task) : task_(task), function_(task.function()), x_(task.start) {
    task.bounds.project(x_);
  }
  const Vec& start() const { return x_; }
  Vec gradient(Vec x) {
    Vec g(x.size());
    task_.bounds.project(x);
    ++evaluations;
    (void)function_(x, g);
    return g;
  }
  /// The Hessian at x times v, from the gradients on both sides.
  void product(const Vec& x, std::span<const double> v, std::span<double> out) {
    const double h = 1e-5 * std::max(1.0, norm(x)) / std::max(norm(v), 1e-300);
    Vec up = x, down = x;
    for (std::size_t i = 0; i < x.size(); ++i) up[i] += h * v[i], down[i] -= h * v[i];
    const Vec a = gradient(std::move(up)), b = gradient(std::move(down));
    for (std::size_t i = 0; i < x.size(); ++i) out[i] = (a[i] - b[i]) / (2 * h);
  }

  std::int64_t evaluations = 0;

 private:
  const compare::FunctionTask& task_;
  Function function_;
  Vec x_;
};

/// Whether products with one vector agree at three points: then the Hessian is constant.
bool is_quadratic(Neighbourhood& f, Random& random) {
  const Vec& x = f.start();
  const std::size_t n = x.size();
  Vec v(n), here(n), there(n);
  for (double& c : v) c = random.normal();
  f.product(x, v, here);
  for (int k = 0; k < 2; ++k) {
    Vec away = x;
    for (double& c : away) c += random.uniform(-1, 1) * std::max(1.0, std::abs(c));
    f.product(away, v, there);
    double difference = 0;
    for (std::size_t i = 0; i < n; ++i) difference = std::max(difference, std::abs(there[i] - here[i]));
    if (!(difference <= 1e-5 * norm(here))) return false;
  }
  return norm(here) > 0;
}

/// Lines from the start: against the gradient first, then anywhere.
void look_along_lines(Neighbourhood& f, Random& random, FunctionFacts& facts) {
  const Vec& x = f.start();
  for (int k = 0; k < lines; ++k) {
    Vec d = k == 0 ? f.gradient(x) : Vec(x.size());
    if (k > 0)
      for (double& c : d) c = random.normal();
    const double length = norm(d), reach = 2 * std::max(1.0, norm(x));
    if (!(length > 0) || !std::isfinite(length)) continue;
    for (double& c : d) c *= (k == 0 ? -reach : reach) / length;
    const LineShape shape = shape_of_line([&](double t) {
      Vec at = x;
      for (std::size_t i = 0; i < at.size(); ++i) at[i] += (k == 0 ? t : t - 0.5) * d[i];
      const Vec g = f.gradient(std::move(at));
      double slope = 0;
      for (std::size_t i = 0; i < g.size(); ++i) slope += g[i] * d[i];
      return slope;
    });
    ++facts.lines;
    facts.kinked += shape.kink;
    facts.undefined += !shape.defined;
    facts.minima = std::max(facts.minima, shape.minima);
  }
}

}  // namespace

FunctionFacts measure(const compare::FunctionTask& task) {
  FunctionFacts facts;
  Neighbourhood f(task);
  Random random(seed);
  const std::size_t n = task.start.size();
  facts.variables = n;
  for (std::size_t i = 0; i < n && !task.bounds.empty(); ++i)
    facts.bounds += std::isfinite(task.bounds.lower[i]) || std::isfinite(task.bounds.upper[i]);
  if (task.constraints) facts.constraints = task.constraints().size();
  facts.lbfgs_bytes = std::int64_t(2 * pairs_kept * n * sizeof(double));
  facts.gradient = norm(f.gradient(f.start()));
  facts.curvature = lanczos([&](std::span<const double> v, std::span<double> out) { f.product(f.start(), v, out); }, n,
                            products, seed);
  facts.quadratic = is_quadratic(f, random);
  // A box folds the line at its sides, which would look like a kink of f.
  if (facts.bounds == 0) look_along_lines(f, random, facts);
  facts.evaluations = f.evaluations;
  return facts;
}

}  // namespace talweg::advise
