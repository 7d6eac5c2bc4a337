// dlib's find_min with its L-BFGS and CG strategies. It returns a point without any status: a return counts as success.
#include <dlib/optimization.h>

#include "peer.hpp"

namespace peers {
namespace {

using Column = dlib::matrix<double, 0, 1>;

/// Goes on until the counter is done; dlib itself would not end where a step of zero is repeated.
class UntilDone {
 public:
  explicit UntilDone(const Counter& f) : f_(&f) {}
  template <class T> bool should_continue_search(const T&, double, const T&) {
    return !f_->done() && ++rounds_ < budget;
  }

 private:
  const Counter* f_;
  int rounds_ = 0;
};

template <class Strategy> Claim minimize(Strategy strategy, Counter& f, Mode mode) {
  const std::vector<double> start = start_of(f.problem());
  Column x(static_cast<long>(start.size()));
  std::copy(start.begin(), start.end(), x.begin());
  const auto value = [&](const Column& at) { return f(&at(0), nullptr); };
  const auto gradient = [&](const Column& at) {
    Column g(at.size());
    f(&at(0), &g(0));
    return g;
  };
  constexpr double no_floor = -std::numeric_limits<double>::infinity();
  try {
    if (mode == Mode::tight)
      dlib::find_min(strategy, UntilDone(f), value, gradient, x, no_floor);
    else
      dlib::find_min(strategy, dlib::objective_delta_stop_strategy(), value, gradient, x, no_floor);
  } catch (const Counter::Spent&) {
    return {false, {x.begin(), x.end()}};
  } catch (const dlib::error&) {  // a value that is not finite
    return {false, {x.begin(), x.end()}};
  }
  return {true, {x.begin(), x.end()}};
}

Claim lbfgs(Counter& f, Mode mode) { return minimize(dlib::lbfgs_search_strategy(10), f, mode); }
Claim cg(Counter& f, Mode mode) { return minimize(dlib::cg_search_strategy(), f, mode); }

}  // namespace

void add_dlib(std::vector<Peer>& list);
void add_dlib(std::vector<Peer>& list) {
  list.push_back({"dlib L-BFGS", Group::lbfgs, lbfgs});
  list.push_back({"dlib CG", Group::cg, cg});
}

}  // namespace peers
