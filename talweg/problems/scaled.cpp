#include "talweg/problems/scaled.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"

namespace talweg::problems {

namespace {

using text::cat;

constexpr int draws = 5;
/// What rounding may take from a value that b carries: b itself, its sum with a f, and the sums inside f.
constexpr double roundings = 4 * std::numeric_limits<double>::epsilon();

std::vector<double> scaled_point(const Units& units, std::vector<double> x) {
  for (std::size_t i = 0; i < units.d.size(); ++i) x[i] *= units.d[i];
  for (std::size_t i = 0; i < units.c.size(); ++i) x[i] += units.c[i];
  return x;
}

/// Takes points and gradients between the two systems of coordinates.
class Coordinates {
 public:
  Coordinates(const Problem& problem, const Units& units)
      : d_(units.d), c_(units.c), box_(problem.bounds), scaled_box_(box_) {
    if (box_.empty()) return;
    scaled_box_.lower = scaled_point(units, box_.lower);
    scaled_box_.upper = scaled_point(units, box_.upper);
  }

  std::vector<double> back(std::span<const double> z) const {
    std::vector<double> x(z.begin(), z.end());
    for (std::size_t i = 0; i < c_.size(); ++i) x[i] -= c_[i];
    for (std::size_t i = 0; i < d_.size(); ++i) x[i] /= d_[i];
    // Inside the scaled box rounding leads to no point outside the box, where f may not exist.
    for (std::size_t i = 0; i < box_.lower.size(); ++i) {
      if (z[i] >= scaled_box_.lower[i]) x[i] = std::max(x[i], box_.lower[i]);
      if (z[i] <= scaled_box_.upper[i]) x[i] = std::min(x[i], box_.upper[i]);
      if (z[i] == scaled_box_.lower[i]) x[i] = box_.lower[i];
      if (z[i] == scaled_box_.upper[i]) x[i] = box_.upper[i];
    }
    return x;
  }

  void scale_gradient(std::span<double> g, double a) const {
    for (double& v : g) v *= a;
    for (std::size_t i = 0; i < d_.size(); ++i) g[i] /= d_[i];
  }

  const Bounds& scaled_box() const { return scaled_box_; }

 private:
  std::vector<double> d_, c_;
  Bounds box_, scaled_box_;
};

Function in_units(Function f, const Coordinates& coordinates, double a, double b) {
  return [f = std::move(f), coordinates, a, b](std::span<const double> z, std::span<double> g) {
    const std::vector<double> x = coordinates.back(z);
    const double value = f(x, g);
    coordinates.scale_gradient(g, a);
    return a * value + b;
  };
}

/// FNV-1a: the same name gives the same draws on every platform.
std::uint64_t hash(std::string_view name) {
  std::uint64_t state = 0xcbf29ce484222325;
  for (const char c : name) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return state;
}

/// The copies, in the order in which they are added.
class Copies {
 public:
  Copies(const Problem& problem, double largest) : problem_(problem), largest_(largest) {}

  void as_given() { add("as given", "as given", 0, {}); }

  void value_times(const std::string& family, std::initializer_list<double> factors) {
    for (const double a : factors) add(family, cat("f*", text::brief(a)), 0, {.a = a});
  }
  void value_plus(const std::string& family, std::initializer_list<double> multiples) {
    for (const double m : multiples)
      add(family, cat("f", m < 0 ? "-" : "+", text::brief(std::abs(m)), "*F"), 0, {.b = m * largest_});
  }
  void variables_times(const std::string& family, std::initializer_list<double> factors) {
    for (const double d : factors)
      add(family, cat("x*", text::brief(d)), 0, {.d = std::vector<double>(problem_.n(), d)});
  }
  void constraints_times(const std::string& family, std::initializer_list<double> factors) {
    for (const double s : factors) add(family, cat("c*", text::brief(s)), 0, {.s = s});
  }
  /// `draw` makes units from random numbers.
  template <class Draw> void drawn(const std::string& family, Draw draw) {
    for (std::uint64_t seed = 1; seed <= draws; ++seed) {
      Random random(hash(cat(family, " ", problem_.name)) + seed);
      add(family, cat(family, ", seed ", seed), seed, draw(random));
    }
  }

  std::vector<double> powers_of_ten(Random& random, double decades) const {
    std::vector<double> d(problem_.n());
    for (double& v : d) v = std::pow(10, random.uniform(-decades, decades));
    return d;
  }
  std::vector<double> shifts(Random& random) const {
    std::vector<double> c(problem_.n());
    for (double& v : c) v = 10 * random.normal();
    return c;
  }

  std::vector<Copy> take() { return std::move(list_); }

 private:
  void add(const std::string& family, std::string change, std::uint64_t seed, Units units) {
    list_.push_back({family, std::move(change), seed, std::move(units)});
  }

  const Problem& problem_;
  double largest_;
  std::vector<Copy> list_;
};

/// f * 10^U(-12,12), then b within 1e3 times the largest value; x_i + 10 N(0,1), then * 10^U(-6,6).
Units everything(const Copies& copies, Random& random, double largest) {
  Units units;
  units.a = std::pow(10, random.uniform(-12, 12));
  units.b = units.a * random.uniform(-1e3, 1e3) * largest;
  units.d = copies.powers_of_ten(random, 6);
  units.c = copies.shifts(random);
  for (std::size_t i = 0; i < units.c.size(); ++i) units.c[i] *= units.d[i];
  return units;
}

}  // namespace

Problem in_units(const Problem& problem, const Units& units) {
  const Coordinates coordinates(problem, units);
  Problem copy = problem;
  copy.start = scaled_point(units, problem.start);
  copy.bounds = coordinates.scaled_box();
  copy.function = in_units(problem.function, coordinates, units.a, units.b);
  for (Constraint& c : copy.constraints) c.function = in_units(std::move(c.function), coordinates, units.s, 0);
  for (double& v : copy.optima) v = units.a * v + units.b;
  for (double& v : copy.saddles) v = units.a * v + units.b;
  return copy;
}

std::vector<double> original_point(const Problem& problem, const Units& units, std::span<const double> z) {
  return Coordinates(problem, units).back(z);
}

bool solves(const Problem& problem, const Units& units, std::span<const double> z, double value) {
  const bool known = std::any_of(problem.optima.begin(), problem.optima.end(), [&](double optimum) {
    const double error = std::abs(value - (units.a * optimum + units.b));
    return error <= 1e-5 * units.a * std::max(1.0, std::abs(optimum)) + roundings * std::abs(units.b);
  });
  return known && violation(problem, original_point(problem, units, z)) <= feasibility;
}

std::vector<Copy> scaled_copies(const Problem& problem, double largest) {
  Copies copies(problem, largest);
  copies.as_given();
  if (!problem.constraints.empty()) {
    copies.value_times("f*1e-10, 1e10", {1e-10, 1e10});
    copies.value_times("f*1e-6, 1e6", {1e-6, 1e6});
    copies.variables_times("x*1e-5, 1e5", {1e-5, 1e5});
    copies.variables_times("x*1e-3, 1e3", {1e-3, 1e3});
    copies.constraints_times("c*1e-6, 1e6", {1e-6, 1e6});
    return copies.take();
  }
  copies.value_times("f*1e-12, 1e-6, 1e6, 1e12", {1e-12, 1e-6, 1e6, 1e12});
  copies.value_plus("f+-1e3*F", {1e3, -1e3});
  copies.value_plus("f-1e6*F", {-1e6});
  copies.variables_times("x*1e-6, 1e-3, 1e3, 1e6", {1e-6, 1e-3, 1e3, 1e6});
  copies.drawn("x_i+10N(0,1)", [&](Random& random) { return Units{.c = copies.shifts(random)}; });
  copies.drawn("x_i*10^U(-1,1)", [&](Random& random) { return Units{.d = copies.powers_of_ten(random, 1)}; });
  copies.drawn("x_i*10^U(-6,6)", [&](Random& random) { return Units{.d = copies.powers_of_ten(random, 6)}; });
  copies.drawn("all of it at once", [&](Random& random) { return everything(copies, random, largest); });
  return copies.take();
}

std::vector<Copy> exact_copies(const Problem& problem) {
  const auto times = [](const char* family, Units units) { return Copy{family, family, 0, std::move(units)}; };
  const auto every = [&](double d) { return Units{.d = std::vector<double>(problem.n(), d)}; };
  std::vector<Copy> copies{times("f*2^40", {.a = 0x1p40}), times("f*2^-40", {.a = 0x1p-40})};
  if (std::any_of(problem.start.begin(), problem.start.end(), [](double v) { return v != 0; })) {
    copies.push_back(times("x*2^20", every(0x1p20)));
    copies.push_back(times("x*2^-20", every(0x1p-20)));
  }
  return copies;
}

}  // namespace talweg::problems
