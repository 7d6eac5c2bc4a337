#include "talweg/optim/gradient_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"

namespace talweg {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::size_t thorough_limit = 1000;  // above it, halving instead of one coordinate at a time

/// Along one segment: the change of f that the gradient promises, the change measured, and what rounding may add.
struct Comparison {
  double promised = 0, measured = 0, magnitude = 0, rounding = 0, length = 0;
  bool usable = false;
  double error() const { return promised - measured; }
  bool agrees(double relative) const { return std::abs(error()) <= relative * magnitude + rounding; }
};

class Checker {
 public:
  Checker(Evaluator& f, const Point& start) : f_(f), x_(start.x), a_(x_), b_(x_), ga_(x_.size()), gb_(x_.size()) {}

  /// Over the segment between x + d and x - d for d_i = direction_i · max(1, |x_i|) · step, kept inside the box.
  Comparison compare(std::span<const std::size_t> coordinates, std::span<const double> direction, double step) {
    const Bounds& box = f_.bounds();
    a_ = b_ = x_;
    for (const std::size_t i : coordinates) {
      const double d = direction[i] * std::max(1.0, std::abs(x_[i])) * step;
      a_[i] = x_[i] + d;
      b_[i] = x_[i] - d;
    }
    box.project(a_);
    box.project(b_);
    Comparison c;
    const double fa = f_.check(a_, ga_), fb = f_.check(b_, gb_);
    for (const std::size_t i : coordinates) {
      const double width = a_[i] - b_[i], area = 0.5 * (ga_[i] + gb_[i]) * width;
      c.promised += area;
      c.magnitude += std::abs(area);
      c.length += std::abs(width);
    }
    c.measured = fa - fb;
    c.rounding = 32 * epsilon * std::max(std::abs(fa), std::abs(fb));
    c.usable = std::isfinite(c.promised) && std::isfinite(c.measured) && c.length > 0;
    return c;
  }

  /// Whether the gradient contradicts f in these coordinates: the slope error must be there at both steps, alike.
  bool contradicts(std::span<const std::size_t> coordinates, std::span<const double> direction) {
    const Comparison fine = compare(coordinates, direction, fine_step),
                     coarse = compare(coordinates, direction, coarse_step);
    if (!fine.usable || !coarse.usable || fine.agrees(1e-6) || coarse.agrees(1e-6)) return false;
    const double slope_fine = fine.error() / fine.length, slope_coarse = coarse.error() / coarse.length;
    return slope_fine * slope_coarse > 0 && std::abs(slope_coarse) < 3 * std::abs(slope_fine) &&
           std::abs(slope_fine) < 3 * std::abs(slope_coarse);
  }

  static inline const double fine_step = std::cbrt(epsilon);
  static inline const double coarse_step = 30 * fine_step;

 private:
  Evaluator& f_;
  const std::vector<double>& x_;
  std::vector<double> a_, b_, ga_, gb_;
};

std::string coordinate_name(const Options& options, std::size_t i) {
  return i < options.names.size() ? options.names[i] : text::cat("x[", i, "]");
}

/// The slip that would turn the true derivatives into those given.
std::string likely_slip(std::span<const std::size_t> wrong, std::span<const double> given,
                        std::span<const double> truth) {
  const auto close = [](double a, double b) { return std::abs(a - b) <= 1e-4 * std::max(std::abs(a), std::abs(b)); };
  const auto all = [&](auto test) { return std::all_of(wrong.begin(), wrong.end(), test); };
  if (all([&](std::size_t i) { return close(given[i], -truth[i]); })) return "the sign is flipped";
  const std::size_t first = wrong.front();
  const double factor = given[first] / truth[first];
  if (wrong.size() > 1 && all([&](std::size_t i) { return close(given[i], factor * truth[i]); }))
    return text::cat("every one is ", text::brief(factor, 4), " times the true one");
  if (wrong.size() > 1 && all([&](std::size_t i) {
        return std::any_of(wrong.begin(), wrong.end(),
                           [&](std::size_t j) { return j != i && close(given[i], truth[j]); });
      }))
    return "the indices are shuffled";
  if (wrong.size() == 1 && std::abs(factor) > 1e-3 && close(factor, std::round(factor)) && std::abs(factor) < 100)
    return text::cat("it is ", text::brief(factor, 4), " times the true one, in this index only");
  if (wrong.size() == 1)
    return text::cat("only this index is off, by ", text::brief(given[first] - truth[first], 4),
                     ": a missing or extra term");
  return text::cat("a term is missing or wrong: ", text::brief(given[first] - truth[first], 4),
                   " too much in the first");
}

/// The wrong coordinates among all, one at a time.
std::vector<std::size_t> each_wrong(Checker& checker, std::size_t n) {
  std::vector<std::size_t> wrong;
  const std::vector<double> ones(n, 1.0);
  for (std::size_t i = 0; i < n; ++i)
    if (checker.contradicts(std::span(&i, 1), ones)) wrong.push_back(i);
  return wrong;
}

/// One wrong coordinate, by halving.
std::vector<std::size_t> one_wrong(Checker& checker, std::span<const double> direction) {
  std::vector<std::size_t> all(direction.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::span<const std::size_t> suspects = all;
  while (suspects.size() > 1) {
    const auto left = suspects.first(suspects.size() / 2), right = suspects.subspan(suspects.size() / 2);
    if (checker.contradicts(left, direction))
      suspects = left;
    else if (checker.contradicts(right, direction))
      suspects = right;
    else
      return {};
  }
  if (!checker.contradicts(suspects, direction)) return {};
  return {suspects.begin(), suspects.end()};
}

}  // namespace

GradientVerdict check_gradient(Evaluator& f, const Point& start) {
  const std::size_t n = start.x.size();
  Random random(20070701);
  std::vector<double> direction(n);
  for (double& d : direction) d = (random.uniform() < 0.5 ? -1 : 1) * random.uniform(0.5, 1);
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});

  Checker checker(f, start);
  const Comparison first = checker.compare(all, direction, Checker::fine_step);
  if (!first.usable || first.agrees(1e-7)) return {};

  std::vector<std::size_t> wrong = n <= thorough_limit ? each_wrong(checker, n) : one_wrong(checker, direction);
  if (wrong.empty()) return {};

  std::vector<double> truth(n);
  const std::vector<double> ones(n, 1.0);
  for (const std::size_t i : wrong) {
    const Comparison c = checker.compare(std::span(&i, 1), ones, Checker::fine_step);
    truth[i] = c.measured / c.length;
  }
  std::vector<double> given(start.g);
  for (double& g : given) g *= f.sign();
  const std::size_t i = wrong.front();
  std::string what = text::cat("the gradient is wrong in ", coordinate_name(f.options(), i), ": given ",
                               text::brief(given[i]), ", central differences of f say ", text::brief(truth[i]));
  if (wrong.size() > 1) what += text::cat(" (and in ", wrong.size() - 1, " more of ", n, ")");
  what += text::cat("; ", likely_slip(wrong, given, truth));
  wrong.resize(std::min<std::size_t>(wrong.size(), 10));
  return {true, std::move(wrong), std::move(what)};
}

GradientVerdict check_constraints(Evaluator& f, const Point& start) {
  const auto& constraints = f.options().constraints;
  Options options;
  options.bounds = f.bounds();
  options.names = f.options().names;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    Evaluator c(constraints[i].function, options);
    Point at{start.x, 0, std::vector<double>(start.x.size())};
    at.f = c.check(at.x, at.g);
    if (!finite(at)) continue;
    GradientVerdict verdict = check_gradient(c, at);
    f.count_checks(c.evaluations().check);
    if (!verdict.wrong) continue;
    const std::string& name = constraints[i].name;
    verdict.message = text::cat("constraint ", name.empty() ? text::cat("c[", i, "]") : name, ": ", verdict.message);
    return verdict;
  }
  return {};
}

}  // namespace talweg
