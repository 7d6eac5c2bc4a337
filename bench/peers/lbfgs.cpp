// liblbfgs (Okazaki's C translation of Nocedal's L-BFGS), with its default line search, Moré and Thuente's.
#include <lbfgs.h>

#include <algorithm>

#include "peer.hpp"

namespace peers {
namespace {

/// The library rounds n up for its vector code: the padding has a gradient of zero.
lbfgsfloatval_t evaluate(void* instance, const lbfgsfloatval_t* x, lbfgsfloatval_t* g, int n, lbfgsfloatval_t) {
  auto& f = *static_cast<Counter*>(instance);
  std::fill(g, g + n, 0.0);
  return f(x, g);
}

int progress(void* instance, const lbfgsfloatval_t*, const lbfgsfloatval_t*, lbfgsfloatval_t, lbfgsfloatval_t,
             lbfgsfloatval_t, lbfgsfloatval_t, int, int, int) {
  return static_cast<Counter*>(instance)->done() ? 1 : 0;
}

Claim run(Counter& f, Mode mode) {
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  if (mode == Mode::tight) {
    parameters.m = 10;
    parameters.epsilon = 1e-30;
  }
  const std::vector<double> start = start_of(f.problem());
  const int n = static_cast<int>(start.size());
  const auto padded = static_cast<std::ptrdiff_t>((start.size() + 7) / 8 * 8);
  lbfgsfloatval_t* x = lbfgs_malloc(static_cast<int>(padded));
  std::fill(x, x + padded, 0.0);
  std::copy(start.begin(), start.end(), x);
  const int status = lbfgs(n, x, nullptr, evaluate, progress, &f, &parameters);
  Claim claim{status == LBFGS_SUCCESS || status == LBFGS_STOP || status == LBFGS_ALREADY_MINIMIZED, {x, x + n}};
  lbfgs_free(x);
  return claim;
}

}  // namespace

void add_liblbfgs(std::vector<Peer>& list);
void add_liblbfgs(std::vector<Peer>& list) { list.push_back({"liblbfgs", Group::lbfgs, run}); }

}  // namespace peers
