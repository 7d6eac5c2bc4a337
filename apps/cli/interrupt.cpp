#include "interrupt.hpp"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

#include "talweg/api/common.hpp"

namespace interrupt {

namespace {

std::atomic<int> caught{0};
std::atomic<std::int64_t> caught_at_ms{0};  ///< of a steady clock
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free,
              "a signal handler may touch nothing else");

// The handler needs a stack of its own: matrix kernels generated at run time use the stack pointer in ways that a
// handler on the same stack would destroy (seen with oneDNN 2.6: one interrupted training in seven ended in a damaged
// heap).
void use_own_stack() {
  alignas(64) static char memory[64 * 1024];
  stack_t stack = {};
  stack.ss_sp = memory;
  stack.ss_size = sizeof memory;
  sigaltstack(&stack, nullptr);
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK);
  sigaction(number, &action, nullptr);
}

/// The signals that ask a program to end. Under nohup a hang-up stays ignored; an interrupt that is ignored from the
/// start is what shells do to every command in the background, and no wish.
void handle_all(void (*handler)(int)) {
  handle(SIGINT, handler);
  handle(SIGTERM, handler);
  struct sigaction hang_up = {};
  if (sigaction(SIGHUP, nullptr, &hang_up) != 0 || hang_up.sa_handler != SIG_IGN) handle(SIGHUP, handler);
}

void end(int number) {
  talweg::file::remove_unfinished();
  std::raise(number);  // again, and by SA_RESETHAND it ends the program now
}

std::int64_t now_ms() {
  struct timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);  // one of the calls that a handler may make
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// timeout(1) and terminals that hang up send a signal twice at once, to the process and to its group: that is one
/// wish, and no reason to lose what would have been saved.
void end_unless_echo(int number) {
  constexpr std::int64_t echo_ms = 100;
  if (now_ms() - caught_at_ms < echo_ms)
    handle(number, end_unless_echo);
  else
    end(number);
}

}  // namespace

void leave_nothing_behind() {
  use_own_stack();
  handle_all(end);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void listen() {
  static std::atomic<bool> listens{false};
  if (listens.exchange(true)) return;
  handle_all([](int number) {
    caught_at_ms = now_ms();
    caught = number;
    handle(number, end_unless_echo);
  });
}

int signal() { return caught; }

}  // namespace interrupt
