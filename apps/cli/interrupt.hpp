#pragma once

/// Ctrl-C and SIGTERM end the step at work, not the program: what was reached is printed or saved first. A second one
/// ends the program at once.
namespace interrupt {

void listen();
/// 0, or the signal that came.
int signal();
/// 130 after SIGINT, 143 after SIGTERM.
inline int exit_status() { return 128 + signal(); }

}  // namespace interrupt
