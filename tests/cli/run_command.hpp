#pragma once
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "support/files.hpp"

/// Runs the talweg command as a user's shell would.
namespace talweg::test {

struct Ran {
  int status;  ///< the exit status, or 128 + the signal that killed it
  std::string out, err;
};

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder of its own for each test process, gone with it. Not named by the process id: ids come again, and a test
/// then finds the files of another one.
inline std::filesystem::path scratch() {
  static const testing::Folder folder;
  return folder.path();
}

/// Whether a command that runs is where a signal may come. Moments are told by what the command did, not by a clock: a
/// machine under load, or a sanitizer, makes seconds long.
using Moment = std::function<bool(pid_t)>;

/// Has spent so much processor time.
inline Moment worked(std::chrono::microseconds time) {
  return [time](pid_t child) {
    clockid_t clock;
    timespec spent = {};
    return clock_getcpuclockid(child, &clock) == 0 && clock_gettime(clock, &spent) == 0 &&
           std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec) >= time;
  };
}

/// At any moment of its life.
inline Moment after(std::chrono::microseconds time) {
  return [time](pid_t) {
    std::this_thread::sleep_for(time);
    return true;
  };
}

/// Has written `text` into a file.
inline Moment wrote(const std::filesystem::path& path, const std::string& text) {
  return [path, text](pid_t) { return slurp(path).find(text) != std::string::npos; };
}

/// A signal to a command, or none, the number of times that it is sent, 2 ms apart, and when.
struct Sent {
  int signal = 0;
  Moment when = worked(std::chrono::seconds(1));
  int times = 1;
};

inline Ran run_command(const std::vector<std::string>& arguments, const Sent& sent = {}) {
  const auto folder = scratch();
  const std::string out = folder / "stdout", err = folder / "stderr";
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGHUP, SIG_DFL);  // under nohup it would stay ignored
    dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    std::vector<char*> argv{const_cast<char*>(TALWEG_CLI)};
    for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  bool ended = false;
  if (sent.signal != 0) {
    while (!(ended = waitpid(child, &status, WNOHANG) == child) && !sent.when(child))
      std::this_thread::sleep_for(std::chrono::microseconds(300));
    for (int i = 0; i < sent.times && !ended; ++i) {
      if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      kill(child, sent.signal);
    }
  }
  if (!ended) waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), slurp(out), slurp(err)};
}

}  // namespace talweg::test
