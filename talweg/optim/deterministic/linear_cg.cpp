#include "talweg/optim/deterministic/linear_cg.hpp"

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {

using text::brief;
using text::cat;

void check_use(std::span<const double> b, const LinearOptions& o) {
  if (!o.x0.empty() && o.x0.size() != b.size())
    throw Error(cat("linear conjugate gradients: x0 has ", o.x0.size(), " entries, b has ", b.size()));
  if (!(o.tolerance >= 0 && o.tolerance < 1))
    throw Error(cat("linear conjugate gradients: tolerance = ", o.tolerance, " is out of range [0, 1)"));
  if (o.max_iterations < 0)
    throw Error(
        cat("linear conjugate gradients: max_iterations = ", o.max_iterations, " is out of range; use 0 or more"));
  for (std::size_t i = 0; i < b.size(); ++i)
    if (!std::isfinite(b[i])) throw Error(cat("linear conjugate gradients: b[", i, "] = ", b[i], " is not finite"));
}

/// r, z, d, Ad in the usual letters; z = M⁻¹ r.
class Solver {
 public:
  Solver(const Product& a, std::span<const double> b, const LinearOptions& o) : a_(a), b_(b), o_(o), n_(b.size()) {}

  LinearResult run() {
    out_.x = o_.x0.empty() ? std::vector<double>(n_) : o_.x0;
    r_.resize(n_), z_.resize(n_), ad_.resize(n_);
    measure();
    const double goal = o_.tolerance * vectors::norm(b_);
    const std::int64_t limit = o_.max_iterations > 0 ? o_.max_iterations : 10 * static_cast<std::int64_t>(n_);
    out_.status = iterate(goal, limit);
    if (out_.iterations > 0) measure();
    out_.residual_norm = vectors::norm(r_);
    // The recursion drifts from the residual that is there: what counts is the latter.
    if (out_.status == Status::converged && !(out_.residual_norm <= 2 * goal))
      out_.status = Status::converged_at_precision;
    out_.message = words(goal);
    return std::move(out_);
  }

 private:
  /// r = b − A x.
  void measure() {
    multiply(a_, out_.x, ad_);
    vectors::subtract(b_, ad_, r_);
  }
  void multiply(const Product& p, std::span<const double> v, std::span<double> out) {
    if (&p == &a_) ++out_.products;
    p(v, out);
  }

  Status iterate(double goal, std::int64_t limit) {
    double old_rz = 0;
    for (;; ++out_.iterations) {
      const double rr = vectors::dot(r_, r_);
      if (!std::isfinite(rr)) return Status::not_finite;
      if (std::sqrt(rr) <= goal || rr == 0) return Status::converged;
      if (out_.iterations >= limit) return Status::iteration_limit;
      std::span<const double> z = r_;
      if (o_.preconditioner) {
        multiply(o_.preconditioner, r_, z_);
        z = z_;
      }
      const double rz = vectors::dot(r_, z);
      if (!(rz > 0)) return refuse("the preconditioner", rz);
      if (out_.iterations == 0)
        d_.assign(z.begin(), z.end());
      else
        vectors::mix(1, z, rz / old_rz, d_, r_);
      old_rz = rz;
      multiply(a_, d_, ad_);
      const double bend = vectors::dot(d_, ad_);
      if (!(bend > 0)) return refuse("the matrix", bend);
      vectors::add(rz / bend, d_, out_.x);
      vectors::add(-rz / bend, ad_, r_);
    }
  }

  Status refuse(std::string_view what, double value) {
    why_ = cat(what, " is not positive definite: v'", what == "the matrix" ? "A" : "M", "v = ", brief(value),
               " for a v ≠ 0");
    return std::isfinite(value) ? Status::diverged : Status::not_finite;
  }

  std::string words(double goal) const {
    const std::string norm = cat("residual norm ", brief(out_.residual_norm, 3));
    const std::string steps = cat(out_.iterations, out_.iterations == 1 ? " iteration" : " iterations");
    switch (out_.status) {
      case Status::converged:
        return cat("solved in ", steps, ": ", norm, " is within ", brief(goal, 3));
      case Status::converged_at_precision:
        return cat("solved as far as rounding allows in ", steps, ": ", norm, " against ", brief(goal, 3),
                   " asked for");
      case Status::iteration_limit:
        return cat("stopped at the limit of ", steps, "; ", norm, " is above ", brief(goal, 3),
                   ": raise max_iterations or give a preconditioner");
      case Status::not_finite:
        return cat(why_.empty() ? "a product is not finite" : why_, "; do not use x");
      default:
        return cat(why_, "; do not use x; minimise ‖Ax − b‖² instead");
    }
  }

  const Product& a_;
  std::span<const double> b_;
  const LinearOptions& o_;
  std::size_t n_;
  LinearResult out_;
  std::vector<double> r_, z_, d_, ad_;
  std::string why_;
};

}  // namespace

LinearResult solve_spd(const Product& a, std::span<const double> b, const LinearOptions& options) {
  check_use(b, options);
  return Solver(a, b, options).run();
}

}  // namespace talweg
