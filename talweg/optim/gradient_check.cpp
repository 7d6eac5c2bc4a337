#include "talweg/optim/gradient_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"

namespace talweg {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::size_t thorough_limit = 1000;  // above it, halving instead of one coordinate at a time

/// The lengths of the segments, as shares of the size of x. The first suits a double; the others are for an f that is
/// coarser or finer than that, and are tried in this order, outwards from the first.
constexpr std::array<int, 8> decades{-5, -4, -3, -2, -1, -6, -7, -8};
constexpr int shortest = -8, longest = -1;

/// Along one segment: the change of f that the gradient promises, the change measured, and the length.
struct Comparison {
  double promised = 0, measured = 0, magnitude = 0, rounding = 0, length = 0;
  double value_above = 0, value_below = 0;
  bool usable = false;
  double error() const { return promised - measured; }
  bool agrees(double relative) const { return std::abs(error()) <= relative * magnitude + rounding; }
};

/// Several segments of about one length: the slope of the error of the gradient, by least squares through 0, and how
/// sure it is. Noise and quantisation of f show as scatter, so they are measured where they matter.
struct Reading {
  bool usable = false;
  double error = 0;      ///< (given - true) slope
  double doubt = 0;      ///< what noise, quantisation and rounding explain of it
  double magnitude = 0;  ///< Σ|g_i|: the given slope without cancellation
  double noise = 0;      ///< of f, in its own unit
  bool contradicts(double relative) const { return usable && std::abs(error) > doubt + relative * magnitude; }
  /// The gradient is right to a percent as far as this can tell.
  bool confirms(double relative) const {
    return usable && !contradicts(relative) && doubt <= std::max(relative, 0.01) * magnitude;
  }
};

/// What a whole search over lengths says.
struct Finding {
  bool wrong = false;
  Reading reading = {};  ///< the surer of the two that agree
  int decade = decades[0];
};

class Checker {
 public:
  Checker(Evaluator& f, const Point& start)
      : f_(f), x_(start.x), size_(sizes()), a_(x_), b_(x_), ga_(x_.size()), gb_(x_.size()) {}

  double size(std::size_t i) const { return size_[i]; }

  /// Over the segment from x - below·d to x + above·d, d_i = direction_i · (size of x_i), kept inside the box.
  Comparison compare(std::span<const std::size_t> coordinates, std::span<const double> direction, double above,
                     double below) {
    const Bounds& box = f_.bounds();
    a_ = b_ = x_;
    for (const std::size_t i : coordinates) {
      a_[i] = x_[i] + direction[i] * size_[i] * above;
      b_[i] = x_[i] - direction[i] * size_[i] * below;
    }
    box.project(a_);
    box.project(b_);
    Comparison c;
    c.value_above = f_.check(a_, ga_);
    c.value_below = f_.check(b_, gb_);
    for (const std::size_t i : coordinates) {
      if (size_[i] == 0) continue;
      const double width = a_[i] - b_[i], area = 0.5 * (ga_[i] + gb_[i]) * width;
      c.promised += area;
      c.magnitude += std::abs(area);
      c.length += std::abs(width) / size_[i];
    }
    c.measured = c.value_above - c.value_below;
    c.rounding = 32 * epsilon * std::max(std::abs(c.value_above), std::abs(c.value_below));
    c.usable = std::isfinite(c.promised) && std::isfinite(c.measured) && c.length > 0;
    return c;
  }

  /// Whether the gradient contradicts f in these coordinates: at two neighbouring lengths the same error of the slope,
  /// beyond what noise explains at each. Rounding shrinks with the length, curvature grows with its square.
  Finding search(std::span<const std::size_t> coordinates, std::span<const double> direction, double relative) {
    std::array<Reading, longest - shortest + 1> readings;
    for (const int decade : decades) {
      Reading& here = readings[std::size_t(decade - shortest)];
      here = read(coordinates, direction, std::pow(10.0, decade));
      if (here.confirms(relative)) return {};
      if (!here.contradicts(relative)) continue;
      for (const int next : {decade - 1, decade + 1}) {
        if (next < shortest || next > longest) continue;
        const Reading& there = readings[std::size_t(next - shortest)];
        if (!there.contradicts(relative) || !alike(here.error, there.error)) continue;
        const bool surer = here.doubt <= there.doubt;
        return {true, surer ? here : there, surer ? decade : next};
      }
    }
    return {};
  }

  /// How noisy f was where it was resolved: what holds where it is not.
  void remember_noise(double noise) { noise_ = noise; }
  bool out_of_time() const { return f_.out_of_time(); }

 private:
  static bool alike(double a, double b) {
    return a * b > 0 && std::abs(a) < 1.5 * std::abs(b) && std::abs(b) < 1.5 * std::abs(a);
  }

  /// The size of x_i: |x_i|, or of all of x where it is 0, and never beyond the width of its bounds.
  std::vector<double> sizes() const {
    double largest = 0;
    for (const double v : x_) largest = std::max(largest, std::abs(v));
    if (largest == 0) largest = 1;
    const Bounds& box = f_.bounds();
    std::vector<double> size(x_.size());
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const double width = box.empty() ? infinity : box.upper[i] - box.lower[i];
      const bool bounded = std::isfinite(width);
      size[i] = x_[i] != 0 ? std::abs(x_[i]) : bounded ? width : largest;
      if (bounded) size[i] = std::min(size[i], width);
    }
    return size;
  }

  Reading read(std::span<const std::size_t> coordinates, std::span<const double> direction, double length) {
    // Unequal on the two sides, so that an even function does not look quantised.
    static constexpr std::array<std::array<double, 2>, 4> segments{
        {{1, 0.93}, {0.84, 0.89}, {0.71, 0.66}, {0.53, 0.59}}};
    std::array<Comparison, segments.size()> seen;
    std::vector<double> values;
    double errors = 0, lengths = 0, magnitudes = 0, rounding = 0, largest = 0;
    for (std::size_t k = 0; k < segments.size(); ++k) {
      const Comparison& c = seen[k] = compare(coordinates, direction, segments[k][0] * length, segments[k][1] * length);
      if (!c.usable) return {};
      errors += c.error() * c.length;
      lengths += c.length * c.length;
      magnitudes += c.magnitude * c.length;
      rounding = std::max(rounding, c.rounding);
      for (const double v : {c.value_above, c.value_below}) {
        values.push_back(v);
        largest = std::max(largest, std::abs(v));
      }
    }
    Reading r{true, errors / lengths, 0, magnitudes / lengths};
    double scatter = 0;
    for (const Comparison& c : seen) scatter += (c.error() - r.error * c.length) * (c.error() - r.error * c.length);
    scatter = std::sqrt(scatter / double(segments.size() - 1));
    // With three degrees of freedom, ten standard errors are passed once in a thousand times.
    double noise = std::max(10 * scatter, rounding);
    // Where half of the values repeat, f does not resolve the length; one that never changes contradicts nothing.
    std::sort(values.begin(), values.end());
    const auto distinct = std::unique(values.begin(), values.end()) - values.begin();
    if (distinct < 5) noise = std::max(noise, noise_ ? *noise_ : distinct > 1 ? coarsest * largest : infinity);
    r.noise = noise;
    r.doubt = noise / std::sqrt(lengths);
    return r;
  }

  static constexpr double coarsest = 1e-3;  ///< of |f|: no f with fewer than three digits is checked
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  Evaluator& f_;
  const std::vector<double>& x_;
  std::vector<double> size_, a_, b_, ga_, gb_;
  std::optional<double> noise_;
};

std::string coordinate_name(const Options& options, std::size_t i) {
  return i < options.names.size() ? options.names[i] : text::cat("x[", i, "]");
}

/// The slip that would turn the true derivatives into those given; `close` is how well the true ones are known.
std::string likely_slip(std::span<const std::size_t> wrong, std::span<const double> given,
                        std::span<const double> truth, double tolerance) {
  const auto close = [=](double a, double b) {
    return std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
  };
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

/// A coordinate whose gradient contradicts f, and what differences make of its derivative.
struct Wrong {
  std::size_t coordinate;
  double truth;
  double doubt;  ///< of `truth`
};

/// The wrong coordinates: `alarm` is what was seen along all of them.
class Culprits {
 public:
  Culprits(Checker& checker, std::span<const double> given, const Finding& alarm)
      : checker_(checker), given_(given), alarm_(alarm), ones_(given.size(), 1.0) {}

  /// Among all, one at a time: two evaluations, and a search of its own for one that looks wrong.
  std::vector<Wrong> each() {
    std::vector<Wrong> wrong;
    const double length = std::pow(10.0, alarm_.decade);
    for (std::size_t i = 0; i < given_.size() && !checker_.out_of_time(); ++i) {
      const Comparison c = checker_.compare(std::span(&i, 1), ones_, length, length);
      const bool suspect = !c.usable || std::abs(c.error()) > tolerance(c.magnitude / c.length) * c.length;
      if (suspect) add(i, wrong);
    }
    return wrong;
  }

  /// One, by halving.
  std::vector<Wrong> one(std::span<const double> direction) {
    std::vector<std::size_t> all(direction.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::span<const std::size_t> suspects = all;
    while (suspects.size() > 1) {
      const auto left = suspects.first(suspects.size() / 2), right = suspects.subspan(suspects.size() / 2);
      if (checker_.search(left, direction, slope_tolerance).wrong)
        suspects = left;
      else if (checker_.search(right, direction, slope_tolerance).wrong)
        suspects = right;
      else
        return {};
    }
    std::vector<Wrong> wrong;
    add(suspects.front(), wrong);
    return wrong;
  }

  static constexpr double slope_tolerance = 1e-6;  ///< of Σ|g_i|: a gradient computed in float has 1e-7

 private:
  static constexpr double coordinate_tolerance = 1e-4;  ///< of |g_i|

  double tolerance(double magnitude) const {
    return coordinate_tolerance * magnitude + slope_tolerance * alarm_.reading.magnitude;
  }

  void add(std::size_t i, std::vector<Wrong>& wrong) {
    const Finding found = checker_.search(std::span(&i, 1), ones_, coordinate_tolerance);
    if (!found.wrong || std::abs(found.reading.error) <= tolerance(found.reading.magnitude)) return;
    const double size = checker_.size(i);
    wrong.push_back({i, given_[i] - found.reading.error / size, found.reading.doubt / size});
  }

  Checker& checker_;
  std::span<const double> given_;
  Finding alarm_;
  std::vector<double> ones_;
};

std::string describe(const std::vector<Wrong>& wrong, std::span<const double> given, const Options& options) {
  std::vector<std::size_t> indices;
  std::vector<double> truth(given.size());
  double tolerance = 1e-4;
  for (const Wrong& w : wrong) {
    indices.push_back(w.coordinate);
    truth[w.coordinate] = w.truth;
    tolerance = std::max(tolerance, std::min(0.05, w.doubt / std::abs(w.truth)));
  }
  const std::size_t i = indices.front();
  std::string what = text::cat("the gradient is wrong in ", coordinate_name(options, i), ": given ",
                               text::brief(given[i]), ", central differences of f say ", text::brief(truth[i]));
  if (wrong.size() > 1) what += text::cat(" (and in ", wrong.size() - 1, " more of ", given.size(), ")");
  return what + text::cat("; ", likely_slip(indices, given, truth, tolerance),
                          "; Options::check_gradient = false leaves this check out");
}

/// The rows of a vector constraint: each is looked at in the same points one after the other, for which one call is
/// enough.
class RowsSeen {
 public:
  explicit RowsSeen(std::shared_ptr<const ConstraintRows> rows) : rows_(std::move(rows)) {}
  const ConstraintRows* rows() const { return rows_.get(); }
  double operator()(std::size_t row, std::span<const double> x, std::span<double> gradient) {
    auto at = std::ranges::find_if(seen_, [&](const Seen& s) { return std::ranges::equal(s.x, x); });
    if (at == seen_.end()) {
      at = seen_.begin() + (next_++ % static_cast<std::ptrdiff_t>(seen_.size()));
      at->x.clear();  // the call may throw
      at->c.resize(rows_->size());
      at->jacobian.resize(rows_->size() * x.size());
      (*rows_)(x, at->c, at->jacobian);
      at->x.assign(x.begin(), x.end());
    }
    std::copy_n(at->jacobian.begin() + static_cast<std::ptrdiff_t>(row * x.size()), x.size(), gradient.begin());
    return at->c[row];
  }

 private:
  struct Seen {
    std::vector<double> x, c, jacobian;
  };
  std::shared_ptr<const ConstraintRows> rows_;
  std::array<Seen, 3> seen_;  ///< the start and both ends of the first segment
  std::ptrdiff_t next_ = 0;
};

}  // namespace

GradientVerdict check_gradient(Evaluator& f, const Point& start) {
  const std::size_t n = start.x.size();
  Random random(20070701);
  std::vector<double> direction(n);
  for (double& d : direction) d = (random.uniform() < 0.5 ? -1 : 1) * random.uniform(0.5, 1);
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});

  Checker checker(f, start);
  const double first_length = std::cbrt(epsilon);
  const Comparison first = checker.compare(all, direction, first_length, first_length);
  // A gradient of 0 and an f that does not change agree, but nothing was seen: f may be coarser than the length.
  const double value = f.sign() * start.f;
  const bool seen = first.promised != 0 || first.value_above != value || first.value_below != value;
  if (!first.usable || (seen && first.agrees(1e-7))) return {};
  const Finding alarm = checker.search(all, direction, Culprits::slope_tolerance);
  if (!alarm.wrong) return {};

  std::vector<double> given(start.g);
  for (double& g : given) g *= f.sign();
  checker.remember_noise(alarm.reading.noise);
  Culprits culprits(checker, given, alarm);
  const std::vector<Wrong> wrong = n <= thorough_limit ? culprits.each() : culprits.one(direction);
  if (wrong.empty()) return {};
  GradientVerdict verdict{true, {}, describe(wrong, given, f.options())};
  for (const Wrong& w : std::span(wrong).first(std::min<std::size_t>(wrong.size(), 10)))
    verdict.coordinates.push_back(w.coordinate);
  return verdict;
}

GradientVerdict check_constraints(Evaluator& f, const Point& start) {
  const auto& constraints = f.options().constraints;
  Options options;
  options.bounds = f.bounds();
  options.names = f.options().names;
  std::optional<RowsSeen> rows;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    if (!constraints[i].check_gradient) continue;
    if (const auto& together = constraints[i].together; together && !(rows && rows->rows() == together.get()))
      rows.emplace(together);
    const Function of_row = [&](std::span<const double> x, std::span<double> g) {
      return (*rows)(constraints[i].row, x, g);
    };
    Evaluator c(constraints[i].together ? of_row : constraints[i].function, options);
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
