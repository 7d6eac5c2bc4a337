#include "talweg/optim/certificate/by_products.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/optim/certificate/falls.hpp"
#include "talweg/optim/certificate/newton_steps.hpp"
#include "talweg/optim/certificate/products.hpp"
#include "talweg/optim/deterministic/descent.hpp"

namespace talweg::certificate {

namespace {

constexpr std::int64_t fewest_products = 3;
/// Curvature, beside the largest, that differences on one side may settle: they cost half.
constexpr double plain_share = 1e-4;
/// Conjugate gradients that leave more of the gradient have not settled the matter.
constexpr double products_left = 0.3;
constexpr double recent_share = 1e6;  ///< how much more the whole fall may count than the recent one

/// One question on its way to an answer.
class Sampler {
 public:
  Sampler(Evaluator& f, const Question& q, std::span<const double> lengths)
      : f_(f), q_(q), n_(q.at.x.size()), lengths_(lengths), precision_{f} {}

  Finding answer(std::span<const std::size_t> free, std::int64_t pays) {
    const bool exact = f_.options().exact_gradient;
    const std::int64_t evaluations = std::min(pays, most_products);
    if (evaluations < fewest_products) return believe(q_);
    Products p = measure_products(f_, q_.at, free, lengths_, Differences::forward, evaluations);
    if (exact && !(p.finite && p.least > plain_share * p.most))
      p = measure_products(f_, q_.at, free, lengths_, Differences::central, 2 * most_products);
    if (!p.finite) return believe(q_);
    if (p.least < -p.doubt()) {
      const double fall = q_.journey.fall(q_.at.f);
      Falls falls(f_, q_.at, lengths_);
      const double unit = falls.unit(p.direction);
      const double most = fall > 0 ? std::sqrt(escape_fall * fall / std::abs(p.least)) : unit;
      out_.to = falls.along(p.direction, std::max(most, unit), escape_shrink, escape_times);
      if (out_.to) return std::move(out_);
    }
    const bool solved = p.left <= products_left;
    // Conjugate gradients end where f curves downwards: what they promised until then is no bound.
    const bool bounded = p.least >= -p.doubt();
    out_.certificate.checked = p.count;
    if (solved && p.least_settled && p.least > p.doubt())
      out_.certificate = {Certificate::Kind::minimum, p.curvature, p.count};
    if (q_.absolute) return end(Status::converged);
    // Twenty products see one part of f: what the whole way was worth may be another's.
    const double fall = std::min(q_.journey.fall(q_.at.f), recent_share * q_.journey.recent_fall(q_.at.f));
    const double least = q_.tolerance * q_.tolerance * fall;
    const bool little = p.decrement <= least;
    out_.decrement = p.decrement;
    const bool promised = (solved || q_.stalled) && step_as_promised(p) && solved;
    if (contradicted_ && !exact) return contradiction();
    if (promised) {
      // What conjugate gradients left, and what H did not foresee, is all that can still fall.
      const double rest = p.decrement * (p.left * p.left + surprise_ * surprise_);
      if (!q_.polish ? little : rest <= least) {
        out_.decrement = q_.polish ? rest : p.decrement;
        return finish(p.decrement);
      }
    }
    if (q_.stalled && q_.polish && precision_.falls(q_.at, best_, p.decrement)) {
      out_.to = best_;
      return std::move(out_);
    }
    const double rounding = q_.stalled ? precision_.coarse_rounding(q_.at) : solved ? precision_.rounding(q_.at) : 0;
    if (q_.insists && bounded && p.decrement <= rounding) return end(Status::converged_at_precision);
    if (q_.insists && bounded && little) return end(Status::converged);
    if (q_.stalled && q_.insists) return end(Status::line_search_failed);
    return std::move(out_);
  }

 private:
  /// Whether the gradient behind the step is what conjugate gradients left of it: then H is the Hessian on the way,
  /// too.
  bool step_as_promised(const Products& p) {
    best_ = q_.at;
    Point next;
    next.x = q_.at.x;
    for (std::size_t i = 0; i < n_; ++i) next.x[i] += p.step[i];
    f_.bounds().project(next.x);
    surprise_ = 0;
    if (next.x == q_.at.x) return true;
    f_.look(next);
    if (!finite(next) || precision_.rises(q_.at, next)) return false;
    const std::vector<double> before = precision_.movable(q_.at), after = precision_.movable(next);
    double whole = 0, off = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      whole = std::hypot(whole, lengths_[i] * before[i]);
      off = std::hypot(off, lengths_[i] * (after[i] - p.rest[i]));
    }
    if (next.f <= q_.at.f) best_ = next;
    surprise_ = off / whole;
    double slopes = 0, mean = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const double d = next.x[i] - q_.at.x[i];
      mean += (q_.at.g[i] + next.g[i]) / 2 * d;
      slopes += (std::abs(q_.at.g[i]) + std::abs(next.g[i])) * std::abs(d);
    }
    // The whole change of f, by values and by slopes.
    contradicted_ = std::abs(next.f - q_.at.f - mean) > slopes + 1e3 * precision_.rounding(q_.at);
    return surprise_ <= std::sqrt(contraction);
  }

  Finding end(Status status) {
    out_.status = status;
    return std::move(out_);
  }
  Finding finish(double decrement) {
    const double nothing = polished * q_.tolerance * q_.tolerance * q_.journey.recent_fall(q_.at.f);
    if (q_.polish && best_.x != q_.at.x && !(decrement <= nothing)) out_.to = best_;
    return end(Status::converged);
  }

  Evaluator& f_;
  const Question& q_;
  const std::size_t n_;
  std::span<const double> lengths_;
  Precision precision_;
  Finding out_;
  Point best_;
  bool contradicted_ = false;
  double surprise_ = 0;  ///< how far the gradient behind the step is from what was foreseen, as a share
};

}  // namespace

Finding certify_by_products(Evaluator& f, const Question& question, std::span<const std::size_t> free,
                            std::span<const double> lengths, std::int64_t pays) {
  return Sampler(f, question, lengths).answer(free, pays);
}

Finding believe(const Question& q) {
  Finding out;
  const bool little = q.promise <= q.tolerance * q.tolerance * q.journey.recent_fall(q.at.f);
  out.status = !q.stalled ? Status::converged : little ? Status::converged_at_precision : Status::line_search_failed;
  return out;
}

Finding contradiction() {
  Finding out;
  out.status = Status::line_search_failed;
  out.why = "f does not follow its gradient around this point";
  return out;
}

}  // namespace talweg::certificate
