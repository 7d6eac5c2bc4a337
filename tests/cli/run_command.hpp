#pragma once
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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

/// With a signal, it is sent after `wait`, and so many times as `sent` says, 2 ms apart.
inline Ran run_command(const std::vector<std::string>& arguments, int signal = 0,
                       std::chrono::microseconds wait = std::chrono::milliseconds(300), int sent = 1) {
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
  if (signal != 0) {
    std::this_thread::sleep_for(wait);
    for (int i = 0; i < sent; ++i) {
      if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      kill(child, signal);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), slurp(out), slurp(err)};
}

}  // namespace talweg::test
