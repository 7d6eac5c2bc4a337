#include <algorithm>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;

/// A run that was asked to save its model, under circumstances that a shell makes.
class LostModel : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string rows = "a,b,y\n";
    for (int i = 0; i < 60; ++i)
      rows += std::to_string(i % 7) + "," + std::to_string(i % 5) + "," + std::to_string(i % 3 == 0) + "\n";
    put(data, rows);
    ASSERT_EQ(shell(train + " > out"), 0);
    expected = slurp(model);
    std::filesystem::remove(model);
  }
  int shell(const std::string& command) {
    const int status = std::system(("cd " + folder.path() + " && { " + command + " ; } 2> " + errors).c_str());
    err = slurp(errors);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  /// Its standard output is a pipe that nobody reads.
  int without_reader(std::vector<std::string> arguments) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    const pid_t child = fork();
    if (child == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      arguments.insert(arguments.begin(), TALWEG_CLI);
      std::vector<char*> argv;
      for (auto& a : arguments) argv.push_back(a.data());
      argv.push_back(nullptr);
      execv(argv[0], argv.data());
      _exit(127);
    }
    ::close(ends[1]);
    int status = 0;
    waitpid(child, &status, 0);
    err = slurp(errors);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  ::testing::AssertionResult saved() {
    if (slurp(model) == expected) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "the model is not the one of a run without trouble: " << err;
  }

  const Folder folder;
  const std::string data = folder / "d.csv", model = folder / "m.talweg", errors = folder / "err";
  const std::string train =
      std::string(TALWEG_CLI) + " train d.csv --target y --model mlp:4 --epochs 20 --seed 1 --save " + model;
  std::string expected, err;
};

TEST_F(LostModel, StandardOutputIsFull) {
  EXPECT_EQ(shell(train + " > /dev/full"), 2);
  EXPECT_TRUE(contains(err, "standard output cannot be written to"));
  EXPECT_TRUE(contains(err, "; the model is saved in " + model));
  EXPECT_TRUE(saved());
}

TEST_F(LostModel, TheReaderOfTheTextIsGone) {
  EXPECT_EQ(without_reader(
                {"train", data, "--target", "y", "--model", "mlp:4", "--epochs", "20", "--seed", "1", "--save", model}),
            128 + SIGPIPE);
  EXPECT_EQ(err, "");
  EXPECT_TRUE(saved());
}

TEST_F(LostModel, TheDiskOfTheLogIsFull) {
  EXPECT_EQ(shell(train + " --log /dev/full --report page.html > out"), 2);
  EXPECT_TRUE(contains(err, "/dev/full: cannot be written: No space left on device"));
  EXPECT_TRUE(saved());
  EXPECT_TRUE(contains(slurp(folder / "page.html"), "<html"));
  EXPECT_TRUE(contains(slurp(folder / "out"), model));
}

TEST_F(LostModel, ItsOwnDiskIsFull) {
  std::filesystem::create_directory(folder / "spare");
  EXPECT_EQ(shell("TMPDIR=" + (folder / "spare") + " " + TALWEG_CLI +
                  " train d.csv --target y --model mlp:4 --epochs 20 --seed 1 --save /dev/full > out"),
            2);
  EXPECT_TRUE(contains(err, "/dev/full: cannot be written: No space left on device"));
  const std::string words = "; the model is saved in ";
  const auto at = err.find(words);
  ASSERT_NE(at, std::string::npos) << err;
  const std::string place = err.substr(at + words.size(), err.find('\n', at) - at - words.size());
  EXPECT_TRUE(slurp(place) == expected) << place;
}

TEST_F(LostModel, AFileSizeLimitStopsTheLog) {
  EXPECT_EQ(shell("ulimit -f 64; " + std::string(TALWEG_CLI) +
                  " train d.csv --target y --model mlp:4 --epochs 3000 --save " + model + " --log l.jsonl > out"),
            2);
  EXPECT_TRUE(contains(err, "l.jsonl: cannot be written: File too large; raise the limit"));
  EXPECT_TRUE(std::filesystem::exists(model));
}

TEST_F(LostModel, ClosedStreamsAreNotTakenForTheLog) {
  EXPECT_EQ(shell(train + " --log l.jsonl >&-"), 0);
  const std::string log = slurp(folder / "l.jsonl");
  EXPECT_EQ(log.find("epoch "), std::string::npos) << log;
  EXPECT_EQ(log.substr(0, 1), "{");
  EXPECT_TRUE(saved());
  EXPECT_EQ(shell(train + " <&- >&- 2>&-"), 0);
  EXPECT_TRUE(saved());
}

TEST_F(LostModel, AHangUpEndsTheRunAndKeepsItsModel) {
  const Ran ran = run_command({"train", data, "--target", "y", "--model", "mlp:4", "--epochs", "100000000", "--save",
                               model, "--log", folder / "log"},
                              {SIGHUP, wrote(folder / "log", "\"event\":\"epoch\"")});
  EXPECT_EQ(ran.status, 129) << ran.err;
  EXPECT_TRUE(std::filesystem::exists(model));
}

TEST_F(LostModel, NothingIsLeftBesideAfterASignal) {
  const std::string pipe = folder / "rows";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  ASSERT_EQ(shell(std::string(TALWEG_CLI) + " train d.csv --target y --model logistic --hash-bits 8 --save s > out"),
            0);
  const auto unfinished = [&](pid_t = 0) {
    const std::filesystem::directory_iterator here(folder.path());
    return std::any_of(begin(here), end(here), [](const std::filesystem::directory_entry& entry) {
      return entry.path().filename().string().find(".tmp-") != std::string::npos;
    });
  };
  // Waits for rows with its output open beside.
  const Ran ran = run_command({"predict", folder / "s", pipe, "--output", folder / "p.csv"}, {SIGTERM, unfinished});
  EXPECT_EQ(ran.status, 128 + SIGTERM);
  EXPECT_FALSE(unfinished());
}

TEST_F(LostModel, ADocumentWhoseReaderLeavesEndsQuietly) {
  EXPECT_EQ(without_reader({"list", "optimizers", "--format", "json"}), 128 + SIGPIPE);
  EXPECT_EQ(err, "");
}

}  // namespace
}  // namespace talweg::test
