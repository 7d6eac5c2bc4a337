#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/export.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/deterministic/settings.hpp"
#include "talweg/optim/deterministic/vectors.hpp"
#include "talweg/optim/method.hpp"
#include "talweg/optim/state_visit.hpp"

/// From a struct with `start`, `step`, `observe`, `details` and a State of plain data to what `minimize` drives.
/// For the .cpp file of each method, and for methods of a program's own.
namespace talweg::detail {

template <class M> class TALWEG_API RunOf final : public Run {
 public:
  RunOf(const M& method, Point start, const Options& options)
      : method_(method), state_(begin(method, std::move(start), options)) {}
  const Point& at() const override { return state_.path.at; }
  StepReport step(Evaluator& f) override { return method_.step(f, state_); }
  Proposal propose(Evaluator& f) override {
    if constexpr (requires { method_.aim(f, state_); }) {
      const Aim& aim = method_.aim(f, state_);
      if (aim.modelled && !aim.steepest && aim.slope < 0) return {state_.path.direction, aim.slope, aim.first};
    }
    return {};
  }
  void move_to(Evaluator& f, Point p) override {
    if constexpr (requires { method_.move_to(f, state_, std::move(p)); })
      method_.move_to(f, state_, std::move(p));
    else
      state_ = begin(method_, std::move(p), f.options());
  }
  void trust_scale(const Bounds& bounds) override {
    state_.path.reach = vectors::norm(state_.path.at.g);
    if constexpr (requires { method_.trust(state_, bounds); }) method_.trust(state_, bounds);
  }
  Observations observe() const override { return method_.observe(state_); }
  Observations details() const override { return method_.details(state_); }
  std::vector<double> multipliers() const override {
    if constexpr (requires { state_.multipliers; })
      return state_.multipliers;
    else
      return {};
  }
  std::vector<std::byte> save() const override {
    SaveState save;
    save.out.text(spec_of(method_));
    M::State::visit(state_, save);
    return save.out.take();
  }
  void load(std::span<const std::byte> bytes) override {
    LoadState load{StateReader(bytes)};
    if (const auto spec = load.in.text(); spec != spec_of(method_))
      throw Error(text::cat("the saved state belongs to ", spec, ", not to ", spec_of(method_)));
    typename M::State state = state_;
    M::State::visit(state, load);
    load.in.finish();
    state_ = std::move(state);
  }
  const void* part(const std::type_info& type) const override {
    if (type == typeid(M)) return &method_;
    return type == typeid(typename M::State) ? &state_ : nullptr;
  }

 private:
  static typename M::State begin(const M& method, Point start, const Options& options) {
    if constexpr (requires { method.start(std::move(start), options); })
      return method.start(std::move(start), options);
    else
      return method.start(std::move(start));
  }

  M method_;
  typename M::State state_;
};

template <class M> class TALWEG_API MethodOf final : public MethodBase {
 public:
  explicit MethodOf(const M& method) : method_(method) { check_settings(method); }
  MethodTraits traits() const override {
    // A method that takes bounds or constraints says so by MethodTraits M::takes().
    MethodTraits traits{.monotone = true, .bounds = false};
    if constexpr (requires { M::takes; }) traits = M::takes();
    traits.spec = spec_of(method_);
    traits.default_iterations = M::default_iterations;
    traits.models = requires(const M& m, Evaluator& f, typename M::State& s) { m.aim(f, s); };
    return traits;
  }
  std::unique_ptr<Run> start(Point start, const Options& options) const override {
    return std::make_unique<RunOf<M>>(method_, std::move(start), options);
  }

 private:
  M method_;
};

}  // namespace talweg::detail

namespace talweg {

/// What a `make_method` returns. Throws Error for a setting out of range, naming it.
template <class M> std::shared_ptr<const MethodBase> method_of(const M& method) {
  return std::make_shared<detail::MethodOf<M>>(method);
}

}  // namespace talweg
