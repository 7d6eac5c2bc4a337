#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/minimizer_engine.hpp"
#include "talweg/optim/state_visit.hpp"

namespace talweg {

using text::cat;

template <class Self, class V> void Minimizer::Engine::visit(Self& e, V&& v, std::size_t n) {
  double seconds = e.evaluate_.seconds();
  v(seconds);
  if constexpr (!std::is_const_v<Self>) e.evaluate_.set_seconds(seconds);
  Evaluator::visit(e.evaluate_, v, n);
  v(e.options_.bounds.lower), v(e.options_.bounds.upper);
  MinimizerState::visit(e, v, n);
}

saved_run::Setup Minimizer::Engine::setup() const {
  return {traits_, options_, given_bounds_ ? *given_bounds_ : options_.bounds, x0_, *run_};
}

bool Minimizer::Engine::can_save() const {
  return run_ && whole_ && status_ != Status::not_finite && finite(run_->at()) && finite(best_) &&
         saved_run::holds_numbers(*run_);
}

void Minimizer::Engine::save(Archive& archive) const {
  if (!can_save())
    throw Error(
        "the run cannot be saved: it has not begun, is at a point that is not finite, or a limit ended it inside an "
        "iteration; save it between two iterations");
  saved_run::put(archive, setup());
  SaveState state;
  visit(*this, state, x0_.size());
  archive.put(std::string(saved_run::state_entry), state.out.take());
  archive.put(std::string(saved_run::method_entry), run_->save());
}

/// The same run at its beginning.
std::unique_ptr<Minimizer::Engine> Minimizer::Engine::anew() const {
  Options options = options_;
  if (given_bounds_) options.bounds = *given_bounds_;
  return std::make_unique<Engine>(f_, x0_, method_, std::move(options));
}

/// Of one at its beginning.
void Minimizer::Engine::load(const Archive& archive) {
  check_entries(archive, saved_run::entries());
  const std::size_t n = x0_.size();
  best_ = {x0_, 0, std::vector<double>(n)};
  options_.bounds.project(best_.x);
  run_ = method_->start(best_, options_);
  saved_run::require_same(archive, setup());
  convergence_.begin(options_, traits_, best_);
  std::string_view entry = saved_run::state_entry;
  try {
    const auto state = archive.raw(entry);
    LoadState load{StateReader(state)};
    const Bounds given = options_.bounds;
    visit(*this, load, n);
    load.in.finish();
    if (best_.x.empty()) load.in.fail();
    if (given.lower != options_.bounds.lower || given.upper != options_.bounds.upper) given_bounds_ = given;
    run_ = turned_ ? certificate::run_in_metric(*method_, {best_.x, std::vector<double>(n, 1.0), true}, best_, options_)
                   : method_->start(best_, options_);
    entry = saved_run::method_entry;
    run_->load(archive.raw(entry));
    if (!finite(run_->at())) throw Error("its point is not finite");
  } catch (const Error& error) {
    archive.fail(entry, cat("cannot be used: ", error.what()));
  }
  look_up();
}

}  // namespace talweg
