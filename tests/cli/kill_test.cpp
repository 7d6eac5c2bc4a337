// Every kind of run that keeps checkpoints: killed at random moments, and whatever may happen to a disk, it comes to
// the bytes of a run that nothing happened to, or says in one line why not.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <ostream>
#include <random>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using std::chrono::microseconds;
using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;
using Arguments = std::vector<std::string>;

constexpr int kills_each = 13;  // of 16 kinds of runs: 208
constexpr unsigned seed = 20261127;

struct Case {
  const char* name;
  std::string data;  ///< "iris", "rows" of libsvm, "ratings"; empty: a minimisation
  Arguments options;
  const char* every;

  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
};

Arguments operator+(Arguments all, const Arguments& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

const Arguments valley{"100*(y-x^2)^2+(1-x)^2", "--start", "x=-1.2,y=1", "--tolerance", "0", "--iterations", "80"};

/// Short runs that spend most of their time on writing checkpoints.
const Case cases[] = {
    {"network", "iris", {"--model", "mlp:8,dropout=0.1", "--epochs", "15"}, "1steps"},
    {"best_epoch",
     "iris",
     {"--model", "softmax", "--optimizer", "adam", "--validation", "0.2", "--epochs", "15"},
     "1steps"},
    {"sparse",
     "rows",
     {"--model", "logistic", "--optimizer", "adagrad", "--batch-size", "8", "--epochs", "4"},
     "1steps"},
    {"stream", "rows", {"--model", "logistic", "--optimizer", "ftrl", "--epochs", "2"}, "5steps"},
    {"lbfgs", "iris", {"--model", "mlp:6", "--optimizer", "lbfgs", "--epochs", "60"}, "1steps"},
    {"whitened", "iris", {"--model", "softmax,l2=0.001", "--optimizer", "lbfgs", "--epochs", "60"}, "1steps"},
    {"l1", "iris", {"--model", "softmax,l1=1e-5", "--no-standardize", "--tolerance", "0", "--epochs", "60"}, "1steps"},
    {"cg", "iris", {"--model", "mlp:6", "--optimizer", "cg", "--epochs", "60"}, "1steps"},
    {"gd", "iris", {"--model", "mlp:6", "--optimizer", "gd,line_search=armijo", "--epochs", "60"}, "1steps"},
    {"lbfgsb", "iris", {"--model", "mlp:6", "--optimizer", "lbfgsb", "--epochs", "60"}, "1steps"},
    {"ratings_als", "ratings", {"--model", "mf:4", "--epochs", "60"}, "1steps"},
    {"ratings_single", "ratings", {"--model", "mf:4", "--optimizer", "sgd", "--epochs", "60"}, "1steps"},
    {"ratings_batches",
     "ratings",
     {"--model", "mf:4", "--optimizer", "adam", "--batch-size", "50", "--epochs", "6"},
     "1steps"},
    {"ratings_full", "ratings", {"--model", "mf:4", "--optimizer", "lbfgs", "--epochs", "60"}, "1steps"},
    {"minimize_adam", "", valley + Arguments{"--optimizer", "adam,learning_rate=0.01"}, "1steps"},
    {"minimize_gd", "", valley + Arguments{"--optimizer", "gd,line_search=armijo"}, "1steps"},
    {"minimize_traced", "", valley + Arguments{"--optimizer", "momentum,learning_rate=1e-4", "--trace"}, "1steps"},
    {"minimize_batches",
     "",
     {"mean((a+b*x-y)^2)/2", "--data", TALWEG_SOURCE_DIR "/data/nist/Norris.csv", "--start", "a=0,b=0", "--optimizer",
      "adam,learning_rate=0.01", "--batch-size", "5", "--epochs", "10", "--trace"},
     "1steps"}};

std::string libsvm_rows(const std::string& path) {
  std::minstd_rand random(1);
  std::string out;
  for (int r = 0; r < 160; ++r) {
    unsigned index = 0;
    int votes = 0;
    std::string row;
    for (int k = 0; k < 6; ++k) {
      index += 1 + random() % 12;
      votes += index % 2 == 0 ? 1 : -1;
      row += " " + std::to_string(index) + ":1";
    }
    out += (votes + static_cast<int>(random() % 5) > 2 ? "1" : "-1") + row + "\n";
  }
  return put(path, out);
}

std::string ratings(const std::string& path) {
  std::string rows = "user,item,rating\n";
  for (int r = 0; r < 600; ++r)
    rows +=
        std::to_string(r * 7 % 43) + "," + std::to_string(r * 13 % 29) + "," + std::to_string(1 + r * 31 % 5) + "\n";
  return put(path, rows);
}

class EachKindOfRun : public ::testing::TestWithParam<Case> {
 protected:
  const Case& kind() const { return GetParam(); }
  bool trains() const { return !kind().data.empty(); }

  void SetUp() override {
    if (kind().data == "iris") begin_ = {"train", TALWEG_SOURCE_DIR "/data/iris.csv", "--target", "species"};
    if (kind().data == "rows") begin_ = {"train", libsvm_rows(folder_ / "rows.libsvm")};
    if (kind().data == "ratings") begin_ = {"train", ratings(folder_ / "ratings.csv")};
    if (!trains()) begin_ = {"minimize"};
    straight_ = run({});
    ASSERT_LE(straight_.status, 1) << straight_.err;  // 1: ended by its limit
    whole_ = result(straight_);
    ASSERT_FALSE(whole_.empty());
  }

  Arguments command(const Arguments& more) const {
    return begin_ + kind().options + (trains() ? Arguments{"--save", model()} : Arguments{"--format", "json"}) + more;
  }
  Ran run(const Arguments& more) const { return run_command(command(more)); }
  Arguments resuming(const std::string& dir) const {
    return command({"--resume", dir, "--every", kind().every, "--keep-last", "2"});
  }
  std::string model() const { return folder_ / "model"; }
  /// The model file, or the document of a minimisation.
  std::string result(const Ran& ran) const { return trains() ? slurp(model()) : ran.out; }

  void expect_the_end(const Ran& ran, const std::string& dir) const {
    ASSERT_EQ(ran.status, straight_.status) << ran.err;
    EXPECT_TRUE(result(ran) == whole_) << "not the bytes of the run that was not killed";
    EXPECT_EQ(unfinished(dir), 0) << "temporary files are left in " << dir;
    EXPECT_EQ(unfinished(folder_.path()), 0) << "temporary files are left beside the model";
  }

  static std::ptrdiff_t unfinished(const std::string& dir) {
    if (!std::filesystem::exists(dir)) return 0;
    return std::count_if(std::filesystem::directory_iterator(dir), {}, [](const auto& entry) {
      const std::string name = entry.path().filename();
      return name.find(".tmp-") != std::string::npos || name == "next.talweg";
    });
  }

  static std::string state(const std::string& dir, int age) {
    return age == 0 ? dir + "/checkpoint.talweg" : dir + "/checkpoint-" + std::to_string(age) + ".talweg";
  }

  /// The folder of a run that was ended some steps before its end: the newest checkpoint and the one before.
  std::string interrupted(const std::string& name) const {
    const std::string dir = folder_ / name;
    const Ran ran = run({"--checkpoint", dir, "--every", kind().every, "--keep-last", "8"});
    EXPECT_EQ(ran.status, straight_.status) << ran.err;
    for (const int age : {6, 7}) std::filesystem::rename(state(dir, age), state(dir, age - 6));
    for (const int age : {2, 3, 4, 5}) std::filesystem::remove(state(dir, age));
    return dir;
  }

  std::string copy(const std::string& dir, const std::string& name) const {
    std::filesystem::remove_all(folder_ / name);
    std::filesystem::copy(dir, folder_ / name);
    return folder_ / name;
  }

  void expect_one_line(const Ran& ran, const std::string& said) const {
    EXPECT_EQ(ran.status, 2) << ran.out;
    EXPECT_TRUE(contains(ran.err, said));
    // That lbfgsb is for bounds is said in any case.
    const std::string method = "talweg: warning: lbfgsb is for bounds, and training has none: ";
    const std::size_t begin = ran.err.starts_with(method) ? ran.err.find('\n') + 1 : 0;
    EXPECT_EQ(ran.err.find('\n', begin) + 1, ran.err.size()) << "not one line: " << ran.err;
  }

  Folder folder_;
  Arguments begin_;
  Ran straight_;
  std::string whole_;
};

class Killed : public EachKindOfRun {};

TEST_P(Killed, AtRandomMomentsItComesToTheSameBytes) {
  const auto begin = std::chrono::steady_clock::now();
  expect_the_end(run_command(resuming(folder_ / "timed")), folder_ / "timed");
  const auto lasts = std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begin).count();
  std::minstd_rand random(seed);
  std::ptrdiff_t torn = 0;
  std::string dir = folder_ / "0";
  int tries = 0;
  for (int kills = 0; kills < kills_each; ++tries) {
    ASSERT_LT(tries, 20 * kills_each) << "it ends before it can be killed";
    const microseconds wait(
        static_cast<long>(static_cast<double>(random()) / random.max() * static_cast<double>(lasts)));
    SCOPED_TRACE("seed " + std::to_string(seed) + ", run " + std::to_string(tries) + ", to be killed after " +
                 std::to_string(wait.count()) + " microseconds");
    const Ran ran = run_command(resuming(dir), {SIGKILL, after(wait)});
    if (ran.status == 128 + SIGKILL) {
      ++kills, torn += unfinished(dir);
      continue;
    }
    expect_the_end(ran, dir);
    if (HasFailure()) return;
    dir = folder_ / std::to_string(tries + 1);
  }
  RecordProperty("unfinished_files", static_cast<int>(torn));
  expect_the_end(run_command(resuming(dir)), dir);
  // A finished run writes its result again.
  std::filesystem::remove(model());
  expect_the_end(run_command(resuming(dir)), dir);
}

class Checkpoints : public EachKindOfRun {};

TEST_P(Checkpoints, WhatAKillLeftInTheMiddleOfOneIsGoneAtTheNextStart) {
  const std::string good = interrupted("good"), dir = copy(good, "c"), bytes = slurp(state(dir, 0));
  put(dir + "/next.talweg.tmp-4000000-0123456789abcdef", bytes.substr(0, bytes.size() / 2));
  put(dir + "/next.talweg", bytes);
  expect_the_end(run_command(resuming(dir)), dir);
  const std::string renamed = copy(good, "d");
  std::filesystem::rename(state(renamed, 0), renamed + "/next.talweg");  // between two renames
  expect_the_end(run_command(resuming(renamed)), renamed);
}

/// The format's next version, with its checksums right.
std::string newer(std::string bytes) {
  bytes[8] = static_cast<char>(bytes[8] + 1);
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), 28);
  for (std::size_t i = 0; i < 4; ++i) bytes[28 + i] = static_cast<char>(sum >> (8 * i) & 0xff);
  return bytes;
}

TEST_P(Checkpoints, ADamagedOrNewerOneIsNamedAndTheOneBeforeUsed) {
  const std::string good = interrupted("good");
  for (const auto& [change, said] : std::initializer_list<std::pair<std::string (*)(std::string), const char*>>{
           {+[](std::string b) { return b[b.size() * 2 / 3] ^= 4, b; }, "damaged"},
           {+[](std::string b) { return b.substr(0, b.size() / 2); }, "checkpoint.talweg: "},
           {+[](std::string) { return std::string(); }, "checkpoint.talweg: "},
           {newer, "of the format; this talweg reads version"}}) {
    SCOPED_TRACE(said);
    const std::string dir = copy(good, "c");
    put(state(dir, 0), change(slurp(state(dir, 0))));
    const Ran ran = run_command(resuming(dir));
    expect_the_end(ran, dir);
    EXPECT_TRUE(contains(ran.err, said));
    EXPECT_TRUE(contains(ran.err, "the one before it is used"));
    const std::string none = copy(good, "d");
    for (const int age : {0, 1}) put(state(none, age), change(slurp(state(none, age))));
    expect_one_line(run_command(resuming(none)), said);
  }
}

TEST_P(Checkpoints, AForeignOneIsRefused) {
  const std::string dir = folder_ / "c";
  const Arguments other =
      trains() ? Arguments{"minimize", "x^2", "--start", "x=1"}
               : Arguments{"train", TALWEG_SOURCE_DIR "/data/iris.csv", "--target", "species", "--epochs", "1"};
  ASSERT_EQ(run_command(other + Arguments{"--checkpoint", dir}).status, 0);
  const std::string before = slurp(state(dir, 0));
  expect_one_line(run_command(resuming(dir)), "is needed; name the folder of one");
  EXPECT_EQ(slurp(state(dir, 0)), before);
}

TEST_P(Checkpoints, AFolderThatCannotBeWrittenIsToldBeforeTheRun) {
  const std::string file = put(folder_ / "file", ""), locked = folder_ / "locked";
  std::filesystem::create_directories(locked + "/lock");
  for (const char* option : {"--checkpoint", "--resume"}) {
    expect_one_line(run({option, file}), "cannot be made a folder for checkpoints");
    expect_one_line(run({option, file + "/c"}), "cannot be made a folder for checkpoints");
  }
  expect_one_line(run({"--checkpoint", locked}), "lock: cannot be written");
}

/// What the children of this process may write to a file, while it lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_P(Checkpoints, AFullDiskCostsNoneThatIsThere) {
  const std::string dir = interrupted("c"), newest = slurp(state(dir, 0)), older = slurp(state(dir, 1));
  const Ran ran = [&] {
    const FileLimit limit(1024);
    return run_command(resuming(dir));
  }();
  expect_one_line(ran, "cannot be written: File too large");
  EXPECT_EQ(slurp(state(dir, 0)), newest);
  EXPECT_EQ(slurp(state(dir, 1)), older);
  EXPECT_EQ(unfinished(dir), 0);
  expect_the_end(run_command(resuming(dir)), dir);
}

const auto each = ::testing::ValuesIn(cases);
const auto name = [](const auto& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(Cli, Killed, each, name);
INSTANTIATE_TEST_SUITE_P(Cli, Checkpoints, each, name);

}  // namespace
}  // namespace talweg::test
