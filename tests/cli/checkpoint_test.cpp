// Runs that are interrupted or made longer, and wrong use of checkpoints; kill_test.cpp kills them.
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg {
namespace {

using test::Ran;
using test::run_command;
using test::slurp;
using testing::contains;
using testing::Folder;
using testing::put;

using Arguments = std::vector<std::string>;

const std::string digits = TALWEG_SOURCE_DIR "/data/digits.csv";

Arguments with(Arguments all, const Arguments& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(CliCheckpoint, AnInterruptedMinimisationGoesOn) {
  const Folder folder;
  const std::string dir = folder / "state", picture = folder / "p.svg";
  const Arguments run{"minimize",    "100*(y-x^2)^2+(1-x)^2",   "--start",      "x=-1.2,y=1", "--tolerance", "0",
                      "--optimizer", "adam,learning_rate=1e-4", "--iterations", "60000",      "--plot",      picture};
  const Ran straight = run_command(run);
  ASSERT_EQ(straight.status, 0) << straight.err;
  const std::string drawn = slurp(picture);
  const auto began = [&](pid_t) { return std::filesystem::exists(dir) && !std::filesystem::is_empty(dir); };
  const Ran stopped = run_command(with(run, {"--checkpoint", dir, "--every", "1000steps"}), {SIGINT, began});
  ASSERT_EQ(stopped.status, 130) << stopped.err;
  const Ran last = run_command(with(run, {"--resume", dir}));
  ASSERT_EQ(last.status, 0) << last.err;
  EXPECT_EQ(last.out, straight.out);
  EXPECT_TRUE(slurp(picture) == drawn);
}

TEST(CliCheckpoint, ARunMayBeMadeLongerWhereItsScheduleDoesNotSpanIt) {
  const Folder folder;
  const Arguments run{"train", digits, "--target", "digit", "--model", "mlp:8", "--optimizer", "adam"};
  const std::string dir = folder / "c", whole = folder / "whole", longer = folder / "longer";
  ASSERT_EQ(run_command(with(run, {"--epochs", "9", "--save", whole})).status, 0);
  ASSERT_EQ(run_command(with(run, {"--epochs", "4", "--checkpoint", dir})).status, 0);
  const Ran shorter = run_command({"train", digits, "--resume", dir, "--epochs", "3"});
  EXPECT_EQ(shorter.status, 2);
  EXPECT_TRUE(contains(shorter.err, "may be made longer, not shorter")) << shorter.err;
  ASSERT_EQ(run_command({"train", digits, "--resume", dir, "--epochs", "9", "--save", longer}).status, 0);
  EXPECT_EQ(slurp(longer), slurp(whole));
  const std::string other = folder / "d";
  ASSERT_EQ(
      run_command({"train", digits, "--target", "digit", "--model", "mlp:8", "--epochs", "2", "--checkpoint", other})
          .status,
      0);
  const Ran spans = run_command({"train", digits, "--resume", other, "--epochs", "3"});
  EXPECT_EQ(spans.status, 2);
  EXPECT_TRUE(contains(spans.err, "the schedule cosine")) << spans.err;
  EXPECT_TRUE(contains(spans.err, "spans the 2 epochs")) << spans.err;
}

TEST(CliCheckpoint, WrongUseIsToldInOneLine) {
  const Folder folder;
  const std::string dir = folder / "c";
  const Arguments run{"train", digits, "--target", "digit", "--model", "mlp:4", "--epochs", "2"};
  ASSERT_EQ(run_command(with(run, {"--checkpoint", dir})).status, 0);
  const auto refused = [&](const Arguments& arguments, const std::string& said) {
    const Ran ran = run_command(arguments);
    EXPECT_EQ(ran.status, 2) << said;
    EXPECT_TRUE(contains(ran.err, said)) << ran.err;
  };
  refused({"train", digits, "--resume", dir, "--seed", "5"}, "--seed 5: the run of the checkpoint in");
  refused({"train", digits, "--resume", dir, "--model", "mf:4"},
          "holds a checkpoint of mini-batches, where a checkpoint of ratings is needed");
  refused(with(run, {"--every", "5s"}), "--every has no effect without --checkpoint DIR");
  refused(with(run, {"--checkpoint", dir, "--keep-last", "0"}), "expected a whole number from 1 to 20");
  refused(with(run, {"--checkpoint", dir, "--every", "soon"}), "such as 60s, 100steps or 1epochs");
  refused({"train", digits, "--resume", dir, "--optimizer", "lbfgs"},
          "--optimizer lbfgs: the run of the checkpoint in");
  refused({"minimize", "--resume", dir},
          "holds a checkpoint of mini-batches, where a checkpoint of a minimisation is needed");
  // Older checkpoints, too, are files of the run: a model there would be gone with the next one.
  refused(with(run, {"--checkpoint", dir, "--keep-last", "3", "--save", dir + "/checkpoint-2.talweg"}), "--save");
  put(folder / "file", "");
  refused(with(run, {"--checkpoint", folder / "file"}), "cannot be made a folder for checkpoints");
  put(dir + "/checkpoint.talweg", "no archive");
  refused({"train", digits, "--resume", dir}, "checkpoint.talweg");
}

}  // namespace
}  // namespace talweg
