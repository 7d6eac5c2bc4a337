#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace talweg {

/// Thrown out of work that nobody waits for any more; who passed the Stop catches it.
struct Stopped {};

/// Whether somebody wishes a long piece of work to end: asked between its parts, from any thread. Copies share the
/// wish, and once it was uttered it stays. The work is the same, bit for bit, however often it asks.
class Stop {
 public:
  /// Nobody wishes it.
  Stop() = default;
  /// `ask` is called by one thread at a time, and never again once it said yes.
  explicit Stop(std::function<bool()> ask) {
    if (ask) state_ = std::make_shared<State>(std::move(ask));
  }

  bool wished() const {
    if (!state_) return false;
    if (state_->wished) return true;
    const std::lock_guard lock(state_->asking);
    if (!state_->wished && state_->ask()) state_->wished = true;
    return state_->wished;
  }
  /// Throws Stopped where it is wished.
  void check() const {
    if (wished()) throw Stopped();
  }

 private:
  struct State {
    explicit State(std::function<bool()> a) : ask(std::move(a)) {}
    std::function<bool()> ask;
    std::mutex asking;
    std::atomic<bool> wished{false};
  };
  std::shared_ptr<State> state_;
};

}  // namespace talweg
