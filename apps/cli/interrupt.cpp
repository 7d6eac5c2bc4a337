#include "interrupt.hpp"

#include <atomic>
#include <csignal>

namespace interrupt {

namespace {
std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch nothing else");
}  // namespace

void listen() {
  struct sigaction action = {};
  action.sa_handler = [](int number) { caught = number; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int signal() { return caught; }

}  // namespace interrupt
