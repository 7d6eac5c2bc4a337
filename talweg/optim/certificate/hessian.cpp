#include "talweg/optim/certificate/hessian.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace talweg::certificate {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// As shares of a variable's natural length. Ten or a hundred times shorter or longer: the same verdicts but for one to
/// three of 117 problems.
const double central_step = std::cbrt(epsilon), forward_step = std::sqrt(epsilon);
constexpr int most_attempts = 7;
constexpr double shrink = 0.1;
/// f may differ from its parabola by this share before a shorter step is tried, unless rounding explains it.
constexpr double bend = 1e-4, rounding = 1e3 * epsilon;
/// How far the estimate of what the third derivative does may be off.
constexpr double most_explained = 5;
/// What steps of a natural length leave of truncation is less than Newton's steps would show.
constexpr double usual_truncation = 1e-9;
/// Curvature that falls below this share of itself while the step shrinks is none.
constexpr double vanished = 1e-2;
/// Between two points f changes by its mean slope, but for this share of what the slopes alone would do (a kink
/// accounts for a third) and so many roundings.
constexpr double slope_slack = 0.4, rounding_slack = 1e3;
/// Curvature of values that differs from that of gradients by this share of it is suspect.
constexpr double other_curvature = 0.5;

/// One column of H: by gradients at x ± h, or, where a bound is near or half the cost is wanted, on one side.
class Column {
 public:
  Column(Evaluator& f, const Point& p, Hessian& out) : f_(f), p_(p), out_(out) {}

  /// `length` is the natural length of variable j, `longest` that of any. False when f is not finite near p.
  bool measure(std::size_t j, double length, double longest, Differences kind) {
    const double least = 64 * epsilon * std::abs(p_.x[j]);
    const double share = kind == Differences::central ? central_step : forward_step;
    double h = std::max(share * length, least), first = 0, before = HUGE_VAL, curved = 0;
    std::vector<double> kept;
    bool stays = false;
    for (int attempt = 0;; ++attempt) {
      const bool last = attempt + 1 >= most_attempts;
      const bool known = difference(j, h, kind);
      if (!known && last) return false;
      if (known) {
        const double curvature = std::abs(column[index_of(j)]);
        // A variable that symmetry keeps at 0 has a journey of roundings, too short to see anything by.
        if (curvature == 0 && attempt == 0 && length < longest) {
          h = share * longest;
          continue;
        }
        const double parabola = h_used_ * h_used_ * curvature, bent = std::abs(bent_), missed = truncation_;
        truncation_ = truncation(j);
        const bool straight = !central_ || bent <= bend * parabola / 2 || hidden(bent);
        // A jump of the gradient looks like curvature that grows as the step shrinks, and f bends with the step itself.
        const auto tenfold = [](double more, double less) { return more > 5 * less && more < 20 * less; };
        const bool jumps = !straight && curved > 0 && tenfold(curvature, curved) && tenfold(before, bent);
        out_.kinked = out_.kinked || jumps;
        // What does not shrink with the step is the rounding of f: the longer step was better. Once it may be that of a
        // step beyond all that f does near p.
        const bool level = !straight && bent > shrink * before;
        if (level && (stays || last || h <= least)) {
          column = std::move(kept);
          bent_ = before;
          truncation_ = missed;
          return true;
        }
        if (level) {
          stays = true;
          truncation_ = missed;
          h = std::max(shrink * h, least);
          continue;
        }
        stays = false;
        if (straight || last || h <= least) {
          if (!straight && curvature < vanished * first) out_.vanishing = true;
          return true;
        }
        if (bent > other_curvature * parabola) suspect(j);
        if (first == 0) first = curvature;
        before = bent;
        curved = curvature;
        kept = column;
      }
      h = std::max(shrink * h, least);
    }
  }

  std::vector<double> column;  ///< (k)
  bool central() const { return central_; }
  double step() const { return std::abs(h_used_); }
  /// What f misses its parabola by, unless derivatives beyond the second account for it.
  double noise() const { return std::abs(bent_) <= explained_ ? 0 : std::abs(bent_); }
  double truncation() const { return truncation_; }

 private:
  /// The relative error of the curvature in variable j, because derivatives beyond the second count at this step: of a
  /// central difference about the square of what the third adds to gradients, of a forward one six times what the
  /// trapezoid misses f by, unless rounding hides that.
  double truncation(std::size_t j) {
    const double parabola = h_used_ * h_used_ * std::abs(column[index_of(j)]);
    if (!(parabola > 0)) return 0;
    if (!central_) return hidden(bent_) ? 0 : 6 * std::abs(bent_) / parabola;
    const double third = (one_.g[j] + two_.g[j] - 2 * p_.g[j]) / (one_.g[j] - two_.g[j]), share = third * third;
    explained_ = most_explained * share * parabola;
    return share > usual_truncation ? share : 0;
  }
  bool hidden(double bent) const { return std::abs(bent) <= rounding * std::abs(p_.f); }

  std::size_t index_of(std::size_t j) const {
    return static_cast<std::size_t>(std::find(out_.free.begin(), out_.free.end(), j) - out_.free.begin());
  }

  bool look(std::size_t j, double to, Point& at) {
    at.x = p_.x;
    at.x[j] = to;
    f_.look(at);
    if (!finite(at)) return false;
    if (at.f < out_.lowest.f) out_.lowest = at;
    return true;
  }

  bool difference(std::size_t j, double h, Differences kind) {
    const Bounds& box = f_.bounds();
    const double x = p_.x[j];
    const double above = box.empty() ? HUGE_VAL : box.upper[j] - x, below = box.empty() ? HUGE_VAL : x - box.lower[j];
    central_ = kind == Differences::central && above >= h && below >= h;
    column.resize(out_.size());
    bent_ = 0;
    if (central_) {
      if (!look(j, x + h, one_) || !look(j, x - h, two_)) return false;
      const double width = one_.x[j] - two_.x[j];
      for (std::size_t i = 0; i < column.size(); ++i) column[i] = (one_.g[out_.free[i]] - two_.g[out_.free[i]]) / width;
      h_used_ = width / 2;
      compare(j, one_.f - two_.f, (one_.g[j] + 4 * p_.g[j] + two_.g[j]) / 6, width,
              std::abs(one_.g[j]) + std::abs(two_.g[j]));
      bent_ = one_.f + two_.f - 2 * p_.f - h_used_ * h_used_ * column[index_of(j)];
      return true;
    }
    const double side = above >= below ? 1 : -1, room = std::max(above, below);
    const bool two_steps = kind == Differences::central;
    h = std::min(h, two_steps ? room / 2 : room);
    if (!look(j, x + side * h, one_)) return false;
    h_used_ = one_.x[j] - x;
    compare(j, one_.f - p_.f, (one_.g[j] + p_.g[j]) / 2, h_used_, std::abs(one_.g[j]) + std::abs(p_.g[j]));
    if (!two_steps) {
      for (std::size_t i = 0; i < column.size(); ++i) {
        const std::size_t k = out_.free[i];
        column[i] = (one_.g[k] - p_.g[k]) / h_used_;
      }
      bent_ = one_.f - p_.f - h_used_ * (one_.g[j] + p_.g[j]) / 2;
      return true;
    }
    if (!look(j, x + 2 * side * h, two_)) return false;
    for (std::size_t i = 0; i < column.size(); ++i) {
      const std::size_t k = out_.free[i];
      column[i] = (4 * (one_.g[k] - p_.g[k]) - (two_.g[k] - p_.g[k])) / (2 * h_used_);
    }
    return true;
  }

  /// The change of f with the mean slope over the width, but for what the slopes and the rounding of f explain.
  void compare(std::size_t j, double change, double slope, double width, double slopes) {
    const double off = std::abs(change - slope * width);
    if (off > slope_slack * slopes * std::abs(width) + rounding_slack * epsilon * std::abs(p_.f)) suspect(j);
  }
  void suspect(std::size_t j) {
    if (out_.suspects.empty() || out_.suspects.back() != j) out_.suspects.push_back(j);
  }

  Evaluator& f_;
  const Point& p_;
  Hessian& out_;
  Point one_, two_;
  double h_used_ = 0, bent_ = 0, truncation_ = 0, explained_ = 0;
  bool central_ = false;
};

/// T. A variable without curvature of its own borrows that which it shows together with another; one without any is
/// straight, and its eigenvalue 0 in any scale.
void scale(Hessian& out, std::span<const double> raw, std::span<const double> lengths) {
  const std::size_t k = out.size();
  out.scale.resize(k);
  for (std::size_t i = 0; i < k; ++i) {
    double own = std::abs(raw[i * k + i]);
    if (own == 0)
      for (std::size_t j = 0; j < k; ++j) {
        const double shared = std::max(std::abs(raw[i * k + j]), std::abs(raw[j * k + i]));
        own = std::max(own, shared * lengths[out.free[j]] / lengths[out.free[i]]);
      }
    out.scale[i] = own > 0 ? 1 / std::sqrt(own) : lengths[out.free[i]];
  }
}

}  // namespace

double Hessian::stiffness(std::size_t k) const { return std::max(std::abs(spectrum.values[k]), doubt); }

double Hessian::decrement(std::span<const double> g) const {
  double sum = 0;
  for (std::size_t k = 0; k < size(); ++k) {
    double along = 0;
    for (std::size_t i = 0; i < size(); ++i) along += spectrum.vectors[k * size() + i] * scale[i] * g[free[i]];
    sum += along * (along / stiffness(k));
  }
  return sum / 2;
}

double Hessian::swing(std::span<const double> lengths) const {
  double sum = 0;
  for (std::size_t i = 0; i < size(); ++i)
    sum += lengths[free[i]] * (std::abs(h[i * size() + i]) / 2 * lengths[free[i]]);
  return sum;
}

void Hessian::newton(std::span<const double> g, std::span<double> d) const {
  std::fill(d.begin(), d.end(), 0.0);
  for (std::size_t k = 0; k < size(); ++k) {
    const double* const v = &spectrum.vectors[k * size()];
    double along = 0;
    for (std::size_t i = 0; i < size(); ++i) along += v[i] * scale[i] * g[free[i]];
    along /= stiffness(k);
    for (std::size_t i = 0; i < size(); ++i) d[free[i]] -= along * scale[i] * v[i];
  }
}

std::vector<double> Hessian::direction(std::size_t k, std::size_t n) const {
  std::vector<double> d(n, 0.0);
  for (std::size_t i = 0; i < size(); ++i) d[free[i]] = scale[i] * spectrum.vectors[k * size() + i];
  return d;
}

double Hessian::curvature(std::size_t k) const {
  double length = 0;
  for (std::size_t i = 0; i < size(); ++i) length = std::hypot(length, scale[i] * spectrum.vectors[k * size() + i]);
  return length > 0 ? spectrum.values[k] / length / length : 0;
}

Hessian measure_hessian(Evaluator& f, const Point& p, std::vector<std::size_t> free, std::span<const double> lengths,
                        Differences kind) {
  Hessian out;
  out.free = std::move(free);
  out.lowest = p;
  const std::size_t k = out.size();
  std::vector<double> raw(k * k), bent;
  double longest = 0;
  for (const std::size_t j : out.free) longest = std::max(longest, lengths[j]);
  Column column(f, p, out);
  for (std::size_t j = 0; j < k; ++j) {
    if (!column.measure(out.free[j], lengths[out.free[j]], longest, kind)) return out;
    for (std::size_t i = 0; i < k; ++i) raw[i * k + j] = column.column[i];
    if (column.central()) bent.push_back(column.noise());
    out.steps.push_back(column.step());
    out.truncation = std::max(out.truncation, column.truncation());
  }
  if (!bent.empty()) {
    const auto middle = bent.begin() + static_cast<std::ptrdiff_t>(bent.size() / 2);
    std::nth_element(bent.begin(), middle, bent.end());
    out.noise = bent.size() <= 2 ? *std::max_element(bent.begin(), bent.end()) : 2 * *middle;
  }
  scale(out, raw, lengths);
  out.h.resize(k * k);
  std::vector<double> m(k * k);
  double asymmetry = 0;
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) {
      const double one = raw[i * k + j], other = raw[j * k + i], both = out.scale[i] * out.scale[j];
      out.h[i * k + j] = one / 2 + other / 2;
      m[i * k + j] = out.h[i * k + j] * both;
      asymmetry = std::hypot(asymmetry, (one - other) / 2 * both);
    }
  // The differences themselves are good to about eight digits in the central form, to six in the other.
  const double digits = kind == Differences::central ? 64 * epsilon : forward_step;
  out.doubt = std::max({asymmetry, digits * static_cast<double>(k), out.truncation});
  if (!std::all_of(m.begin(), m.end(), [](double v) { return std::isfinite(v); })) return out;
  out.spectrum = eigen(std::move(m), k);
  return out;
}

std::vector<std::size_t> free_variables(const Point& p, const Bounds& box) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < p.x.size(); ++i) {
    if (!box.empty()) {
      if (box.lower[i] == box.upper[i]) continue;
      if (p.x[i] <= box.lower[i] && p.g[i] > 0) continue;
      if (p.x[i] >= box.upper[i] && p.g[i] < 0) continue;
    }
    free.push_back(i);
  }
  return free;
}

}  // namespace talweg::certificate
