// NLopt: Luksan's L-BFGS, Kraft's SLSQP, and the augmented Lagrangian of Birgin & Martinez around L-BFGS. It has no
// default tolerance; `usual` sets 1e-8 for f, x and the constraints, as its users have to set something.
#include <nlopt.h>

#include <memory>

#include "peer.hpp"

namespace peers {
namespace {

constexpr double usual_tolerance = 1e-8;

struct Job {
  Counter* f;
  nlopt_opt opt;
};

double objective(unsigned, const double* x, double* g, void* data) {
  const Job& job = *static_cast<Job*>(data);
  const double value = (*job.f)(x, g);
  if (job.f->done()) nlopt_force_stop(job.opt);
  return value;
}

/// c >= 0 is -c <= 0 there; c = 0 may have either sign.
double constraint(unsigned n, const double* x, double* g, void* data) {
  std::vector<double> row(n);
  const double c = static_cast<const talweg::Constraint*>(data)->function({x, n}, row);
  if (g)
    for (unsigned i = 0; i < n; ++i) g[i] = -row[i];
  return -c;
}

void limit(nlopt_opt opt, Mode mode) {
  if (mode == Mode::tight) return;
  nlopt_set_ftol_rel(opt, usual_tolerance);
  nlopt_set_xtol_rel(opt, usual_tolerance);
}

Claim minimize(nlopt_algorithm algorithm, Counter& f, Mode mode) {
  const Problem& p = f.problem();
  const auto n = static_cast<unsigned>(p.n());
  const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> owner(nlopt_create(algorithm, n), nlopt_destroy);
  const nlopt_opt opt = owner.get();
  Job job{&f, opt};
  nlopt_set_min_objective(opt, objective, &job);
  nlopt_set_maxeval(opt, 2 * budget);
  limit(opt, mode);
  if (mode == Mode::tight) nlopt_set_vector_storage(opt, 10);
  if (!p.bounds.empty()) {
    nlopt_set_lower_bounds(opt, p.bounds.lower.data());
    nlopt_set_upper_bounds(opt, p.bounds.upper.data());
  }
  for (const talweg::Constraint& c : p.constraints) {
    const auto add =
        c.kind == talweg::Constraint::Kind::equality ? nlopt_add_equality_constraint : nlopt_add_inequality_constraint;
    add(opt, constraint, const_cast<talweg::Constraint*>(&c), usual_tolerance);
  }
  if (algorithm == NLOPT_AUGLAG) {
    const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> inner(nlopt_create(NLOPT_LD_LBFGS, n), nlopt_destroy);
    nlopt_set_ftol_rel(inner.get(), usual_tolerance);
    nlopt_set_xtol_rel(inner.get(), usual_tolerance);
    nlopt_set_local_optimizer(opt, inner.get());
  }
  std::vector<double> x = start_of(p);
  double value = 0;
  const nlopt_result status = nlopt_optimize(opt, x.data(), &value);
  return {status == NLOPT_SUCCESS || status == NLOPT_STOPVAL_REACHED || status == NLOPT_FTOL_REACHED ||
              status == NLOPT_XTOL_REACHED,
          x};
}

Claim lbfgs(Counter& f, Mode mode) { return minimize(NLOPT_LD_LBFGS, f, mode); }
Claim slsqp(Counter& f, Mode mode) { return minimize(NLOPT_LD_SLSQP, f, mode); }
Claim auglag(Counter& f, Mode mode) { return minimize(NLOPT_AUGLAG, f, mode); }

}  // namespace

void add_nlopt(std::vector<Peer>& list);
void add_nlopt(std::vector<Peer>& list) {
  list.push_back({"NLopt LD_LBFGS", Group::lbfgs, lbfgs});
  list.push_back({"NLopt LD_LBFGS", Group::box, lbfgs});
  list.push_back({"NLopt LD_SLSQP", Group::constrained, slsqp});
  list.push_back({"NLopt AUGLAG, LD_LBFGS", Group::constrained, auglag});
}

}  // namespace peers
