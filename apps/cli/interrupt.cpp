#include "interrupt.hpp"

#include <atomic>
#include <csignal>

namespace interrupt {

namespace {
std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch nothing else");
}  // namespace

// The handler needs a stack of its own: matrix kernels generated at run time use the stack pointer in ways that a
// handler on the same stack would destroy (seen with oneDNN 2.6: one interrupted training in seven ended in a damaged
// heap).
void listen() {
  alignas(64) static char memory[64 * 1024];
  stack_t stack = {};
  stack.ss_sp = memory;
  stack.ss_size = sizeof memory;
  sigaltstack(&stack, nullptr);
  struct sigaction action = {};
  action.sa_handler = [](int number) { caught = number; };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int signal() { return caught; }

}  // namespace interrupt
