// Runs that are killed and taken up again: networks, ratings, minimisations; streams have their own in stream_test.cpp.
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

std::string ratings(const std::string& path) {
  std::string rows = "user,item,rating\n";
  for (int r = 0; r < 6000; ++r)
    rows +=
        std::to_string(r * 7 % 211) + "," + std::to_string(r * 13 % 97) + "," + std::to_string(1 + r * 31 % 5) + "\n";
  return put(path, rows);
}

Arguments with(Arguments all, const Arguments& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void expect_the_same_model(const Arguments& run, const Arguments& again) {
  const Folder folder;
  const std::string whole = folder / "whole", resumed = folder / "resumed", dir = folder / "state";
  const Ran straight = run_command(with(run, {"--save", whole}));
  ASSERT_EQ(straight.status, 0) << straight.err << straight.out;
  int kills = 0;
  // Longer and longer, for slow machines: until there is something to go on from.
  for (int wait = 40; wait < 60'000; wait = wait * 3 / 2) {
    const Ran ran =
        run_command(with(run, {"--save", resumed, "--resume", dir, "--every", "11steps", "--keep-last", "2"}), SIGKILL,
                    std::chrono::milliseconds(wait));
    EXPECT_TRUE(ran.status == 0 || ran.status == 128 + SIGKILL) << ran.err;
    if (ran.status == 0) break;
    if (++kills >= 3 && std::filesystem::exists(dir + "/checkpoint.talweg")) break;
  }
  EXPECT_GE(kills, 1);
  // What decides the result is taken from the checkpoint.
  const Ran last = run_command(with(again, {"--save", resumed, "--resume", dir}));
  ASSERT_EQ(last.status, 0) << last.err;
  EXPECT_EQ(slurp(resumed), slurp(whole));
  for (const auto& entry : std::filesystem::directory_iterator(dir))
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
}

TEST(CliCheckpoint, ANetworkKilledAtAnyMomentComesToTheSameBytes) {
  expect_the_same_model({"train", digits, "--target", "digit", "--model", "mlp:24,dropout=0.1", "--epochs", "60"},
                        {"train", digits});
}

TEST(CliCheckpoint, RatingsToo) {
  const Folder folder;
  const std::string file = ratings(folder / "r.csv");
  expect_the_same_model({"train", file, "--model", "mf:8", "--epochs", "400"}, {"train", file});
  expect_the_same_model(
      {"train", file, "--model", "mf:8", "--optimizer", "adam", "--batch-size", "500", "--epochs", "300"},
      {"train", file});
}

TEST(CliCheckpoint, AndMethodsThatTakeAllRows) {
  const Arguments network{"train", digits, "--target", "digit", "--model", "mlp:12"};
  for (const char* method : {"lbfgs", "cg", "gd,line_search=armijo", "lbfgsb"})
    expect_the_same_model(with(network, {"--optimizer", method, "--epochs", "120"}), {"train", digits});
  const Folder folder;
  const std::string file = ratings(folder / "r.csv");
  expect_the_same_model({"train", file, "--model", "mf:8", "--optimizer", "lbfgs", "--epochs", "500"}, {"train", file});
}

TEST(CliCheckpoint, AMinimisationKilledAtAnyMomentPrintsTheSameDocument) {
  const Arguments valley{"minimize", "100*(y-x^2)^2+(1-x)^2", "--start", "x=-1.2,y=1", "--tolerance", "0"};
  const Arguments long_run = with(valley, {"--optimizer", "adam,learning_rate=1e-4", "--iterations", "300000"}),
                  traced =
                      with(valley, {"--optimizer", "momentum,learning_rate=1e-6", "--iterations", "30000", "--trace"});
  for (const bool trace : {false, true}) {
    const Arguments& run = trace ? traced : long_run;
    const Folder folder;
    const std::string dir = folder / "state";
    const Ran straight = run_command(with(run, {"--format", "json"}));
    ASSERT_EQ(straight.status, 0) << straight.err;
    int kills = 0;
    for (int wait = 40; wait < 60'000; wait = wait * 3 / 2) {
      const Ran ran = run_command(with(run, {"--format", "json", "--resume", dir, "--every", "2000steps"}), SIGKILL,
                                  std::chrono::milliseconds(wait));
      EXPECT_TRUE(ran.status == 0 || ran.status == 128 + SIGKILL) << ran.err;
      if (ran.status == 0) break;
      if (++kills >= 4 && std::filesystem::exists(dir + "/checkpoint.talweg")) break;
    }
    EXPECT_GE(kills, 1);
    const Arguments again{"minimize", "--resume", dir, "--format", "json"};
    const Ran last = run_command(trace ? with(again, {"--trace"}) : again);
    ASSERT_EQ(last.status, 0) << last.err;
    EXPECT_TRUE(last.out == straight.out) << last.out.substr(0, 2000);
  }
}

TEST(CliCheckpoint, AnInterruptedMinimisationGoesOn) {
  const Folder folder;
  const std::string dir = folder / "state", picture = folder / "p.svg";
  const Arguments run{"minimize",    "100*(y-x^2)^2+(1-x)^2",   "--start",      "x=-1.2,y=1", "--tolerance", "0",
                      "--optimizer", "adam,learning_rate=1e-4", "--iterations", "300000",     "--plot",      picture};
  const Ran straight = run_command(run);
  ASSERT_EQ(straight.status, 0) << straight.err;
  const std::string drawn = slurp(picture);
  const Ran stopped = run_command(with(run, {"--checkpoint", dir}), SIGINT, std::chrono::milliseconds(150));
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
