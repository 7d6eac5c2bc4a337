#pragma once

/// Ctrl-C, SIGTERM and SIGHUP end the step at work, not the program: what was reached is printed or saved first. A
/// second one, a tenth of a second later or more, ends the program at once.
namespace interrupt {

/// For every command, at its start: a signal that ends the program removes files that are half written, a broken pipe
/// and a limit of file sizes are errors of writing like others.
void leave_nothing_behind();
/// From the first call on, signals wait to be asked for.
void listen();
/// 0, or the signal that came.
int signal();
/// What a shell tells of a program that a signal ended.
inline int exit_status_of(int signal) { return 128 + signal; }
/// 129 after SIGHUP, 130 after SIGINT, 143 after SIGTERM.
inline int exit_status() { return exit_status_of(signal()); }

}  // namespace interrupt
