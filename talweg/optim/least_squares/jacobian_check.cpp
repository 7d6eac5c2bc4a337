#include "talweg/optim/least_squares/jacobian_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "talweg/base/text.hpp"
#include "talweg/optim/least_squares/qr.hpp"

namespace talweg::lsq {

using text::brief;
using text::cat;

namespace {

constexpr double agrees = 1e-4, differs = 1e-3;
/// Of the size of x; the first is tried alone.
constexpr int exponents[] = {-18, -22, -26, -14, -10};

/// A derivative as differences have it, and as J has it, both along the same direction.
struct Compared {
  std::vector<double> measured, given;
  double error() const {
    std::vector<double> d(measured.size());
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = measured[i] - given[i];
    const double size = std::max(norm(measured), norm(given));
    return size > 0 ? norm(d) / size : 0;
  }
};

class Check {
 public:
  Check(Problem& problem, const FitPoint& point, const std::vector<double>& jacobian)
      : problem_(problem), point_(point), jacobian_(jacobian) {}

  /// Along d, whose entries are lengths; nothing where the residuals are not finite there.
  std::optional<Compared> compare(const std::vector<double>& d, double part) {
    std::vector<double> above = point_.x, below = point_.x;
    for (std::size_t j = 0; j < d.size(); ++j) above[j] += part * d[j], below[j] -= part * d[j];
    if (const Bounds& box = problem_.options().bounds; !box.empty()) box.project(above), box.project(below);
    const FitPoint a = problem_.probe(above), b = problem_.probe(below);
    if (!std::isfinite(a.value) || !std::isfinite(b.value)) return std::nullopt;
    Compared out{std::vector<double>(problem_.rows()), std::vector<double>(problem_.rows())};
    for (std::size_t i = 0; i < problem_.rows(); ++i) {
      out.measured[i] = (a.weighted[i] - b.weighted[i]) / part;
      for (std::size_t j = 0; j < d.size(); ++j)
        out.given[i] += jacobian_[j * problem_.rows() + i] * ((above[j] - below[j]) / part);
    }
    return out;
  }

  /// The part of d at which the residuals plainly have another derivative than J says.
  std::optional<double> plainly_wrong(const std::vector<double>& d) {
    std::optional<Compared> before;
    for (const int e : exponents) {
      const double part = std::ldexp(1.0, e);
      auto now = compare(d, part);
      if (now && now->error() <= agrees) return std::nullopt;
      if (now && before && now->error() > differs) {
        std::vector<double> scatter(now->measured.size()), off(scatter.size());
        for (std::size_t i = 0; i < scatter.size(); ++i) {
          scatter[i] = now->measured[i] - before->measured[i];
          off[i] = now->measured[i] - now->given[i];
        }
        if (norm(scatter) <= 0.01 * norm(off)) return part;
      }
      before = std::move(now);
    }
    return std::nullopt;
  }

 private:
  Problem& problem_;
  const FitPoint& point_;
  const std::vector<double>& jacobian_;
};

std::string slip(const Compared& c) {
  double product = 0, square = 0;
  for (std::size_t i = 0; i < c.given.size(); ++i)
    product += c.given[i] * c.measured[i], square += c.given[i] * c.given[i];
  if (square == 0) return "is 0 where the residuals change";
  const double factor = product / square;
  Compared scaled = c;
  for (double& e : scaled.given) e *= factor;
  if (scaled.error() > differs) return "is not the derivative of the residuals";
  return std::abs(factor + 1) < differs ? "has the wrong sign" : cat("is too small by the factor ", brief(factor, 4));
}

}  // namespace

std::string wrong_columns(Problem& problem, const FitPoint& point, const std::vector<double>& jacobian) {
  const std::size_t m = problem.rows(), n = point.x.size();
  const auto& names = problem.options().names;
  std::vector<double> size(n);
  for (std::size_t j = 0; j < n; ++j) {
    size[j] = std::abs(point.x[j]);
    if (size[j] > 0) continue;
    const double length = norm(std::span(jacobian).subspan(j * m, m));
    size[j] = length > 0 && point.value > 0 ? std::sqrt(point.value) / length : 1;
  }
  std::vector<double> d = size;  // signs and lengths without a pattern that columns might share
  for (std::size_t j = 0; j < n; ++j) d[j] *= std::cos(1 + 2.4 * double(j));
  Check check(problem, point, jacobian);
  const auto part = check.plainly_wrong(d);
  if (!part) return "";
  std::string out;
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<double> along(n, 0.0);
    along[j] = size[j];
    const auto column = check.compare(along, *part);
    if (column && column->error() > differs)
      out += cat(out.empty() ? "the Jacobian's column of " : ", that of ",
                 j < names.size() ? names[j] : cat("x[", j, "]"), " ", slip(*column));
  }
  return out.empty() ? "the Jacobian is not the derivative of the residuals" : out;
}

}  // namespace talweg::lsq
