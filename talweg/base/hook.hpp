#pragma once
#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace talweg {

/// Any callable over const Event&. If it returns a bool, true ends the run that it listens to.
template <class Event> class Hook {
 public:
  Hook() = default;
  template <class F>
  requires std::invocable<F&, const Event&> &&(!std::same_as<std::remove_cvref_t<F>, Hook>)Hook(F f)
      : call_([f = std::move(f)](const Event& event) mutable {
          if constexpr (std::convertible_to<std::invoke_result_t<F&, const Event&>, bool>)
            return static_cast<bool>(f(event));
          else
            return f(event), false;
        }) {}
  explicit operator bool() const { return static_cast<bool>(call_); }
  bool operator()(const Event& event) const { return call_(event); }

 private:
  std::function<bool(const Event&)> call_;
};

/// Calls this hook of all listeners in their order, each of them, whatever those before it answered. Whether any ends
/// the run.
template <class Listeners, class Listener, class Event>
bool tell(const Listeners& listeners, Hook<Event> Listener::*hook, const Event& event) {
  bool ends = false;
  for (const Listener& listener : listeners)
    if (listener.*hook && (listener.*hook)(event)) ends = true;
  return ends;
}

}  // namespace talweg
