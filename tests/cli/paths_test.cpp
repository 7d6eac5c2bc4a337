#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;
using Arguments = std::vector<std::string>;

/// A command that works, and the files that it reads.
struct Working {
  std::string command;
  Arguments arguments;
  std::vector<std::string> inputs;
};

/// Options that name a file to read: every other option whose help says FILE or DIR is taken for an output.
const std::vector<std::string> reading = {"--validation", "--test", "--data"};

class Paths : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string rows = "a,b,y\n";
    for (int i = 0; i < 40; ++i)
      rows += std::to_string(i % 7) + "," + std::to_string(i % 5) + "," + std::to_string(i % 2) + "\n";
    put(data, rows);
    put(other, rows);
    ASSERT_EQ(run_command({"train", data, "--target", "y", "--model", "logistic", "--save", model}).status, 0);
    working = {
        {"train", {data, "--target", "y", "--model", "logistic", "--validation", other}, {data, other}},
        {"predict", {model, data}, {model, data}},
        {"evaluate", {model, data}, {model, data}},
        {"inspect", {model}, {model}},
        {"export", {model, "--format", "json"}, {model}},
        {"explain", {model, data, "--row", "1"}, {model, data}},
        {"advise", {data, "--target", "y"}, {data}},
        {"compare", {data, "--target", "y", "--seeds", "1", "--evaluations", "200", "--optimizers", "adam"}, {data}},
        {"minimize", {"x^2", "--start", "x=1"}, {}},
        {"fit", {data, "b ~ p*a + q", "--start", "p=1,q=0"}, {data}},
        {"minimize", {"mean((k*a-b)^2)", "--data", data, "--start", "k=1"}, {data}},
        {"suite", {"--problem", "rosenbrock"}, {}},
        {"run", {run_file}, {run_file}},
        {"list", {"optimizers"}, {}},
        {"lesson", {"neuron"}, {}}};
  }

  /// Its options, as its help tells them, whose value is a file or a folder.
  static std::vector<std::string> path_options(const std::string& command) {
    std::vector<std::string> options;
    std::istringstream help(run_command({command, "--help"}).out);
    const std::regex with_path(R"(^\s+(--[a-z-]+) \S*(FILE|DIR)\S*)");
    std::smatch found;
    for (std::string line; std::getline(help, line);)
      if (std::regex_search(line, found, with_path)) options.push_back(found[1]);
    return options;
  }
  static std::vector<std::string> commands() {
    std::vector<std::string> names;
    std::istringstream help(run_command({"--help"}).out);
    bool listed = false;
    for (std::string line; std::getline(help, line);) {
      std::istringstream words(line);
      std::string name;
      if (listed && line.starts_with("  ") && words >> name) names.push_back(name);
      listed = listed || line.starts_with("Subcommands");
      if (listed && line.empty()) break;
    }
    return names;
  }
  static bool is_folder(const std::string& option) { return option == "--checkpoint" || option == "--resume"; }
  std::vector<std::string> outputs(const std::string& command) {
    std::vector<std::string> options = path_options(command);
    std::erase_if(options, [](const std::string& o) { return std::count(reading.begin(), reading.end(), o) > 0; });
    return options;
  }
  static Ran with(const Working& w, const Arguments& more) {
    Arguments all{w.command};
    all.insert(all.end(), w.arguments.begin(), w.arguments.end());
    all.insert(all.end(), more.begin(), more.end());
    return run_command(all);
  }
  /// As an option is given: of a folder the folder that a path lies in.
  static std::string value(const std::string& option, const std::string& path) {
    return is_folder(option) ? path.substr(0, path.rfind('/')) : path;
  }

  const Folder folder;
  const std::string data = folder / "data.csv", other = folder / "other.csv", model = folder / "m.talweg",
                    run_file =
                        put(folder / "run.json", R"({"talweg":1,"command":"minimize","formula":"x^2","start":"x=1"})");
  std::vector<Working> working;
};

TEST_F(Paths, EveryCommandIsTried) {
  std::vector<std::string> tried;
  for (const Working& w : working) tried.push_back(w.command);
  std::vector<std::string> all = commands();
  std::sort(tried.begin(), tried.end());
  tried.erase(std::unique(tried.begin(), tried.end()), tried.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(tried, all);
}

TEST_F(Paths, NoOutputOverwritesAnInputUnderAnyName) {
  for (const Working& w : working) {
    for (const std::string& option : outputs(w.command)) {
      if (is_folder(option)) continue;
      for (const std::string& input : w.inputs) {
        const std::string before = slurp(input);
        std::filesystem::remove(folder / "soft.csv");
        std::filesystem::remove(folder / "hard.csv");
        std::filesystem::create_symlink(input, folder / "soft.csv");
        std::filesystem::create_hard_link(input, folder / "hard.csv");
        const std::string dotted = folder / ("./" + input.substr(input.rfind('/') + 1));
        for (const std::string& name : {input, dotted, folder / "soft.csv", folder / "hard.csv"}) {
          const Ran ran = with(w, {option, name});
          EXPECT_EQ(ran.status, 2) << w.command << " " << option << " " << name << ": " << ran.err;
          EXPECT_TRUE(contains(ran.err, option + " " + name + " would overwrite"));
          EXPECT_TRUE(slurp(input) == before) << w.command << " " << option << " " << name;
        }
      }
    }
  }
}

TEST_F(Paths, AnEmptyNameIsNoOptionLeftOut) {
  for (const Working& w : working)
    for (const std::string& option : path_options(w.command)) {
      EXPECT_EQ(with(w, {option + "="}).status, 2) << w.command << " " << option;
      const Ran ran = with(w, {option, ""});
      EXPECT_EQ(ran.status, 2) << w.command << " " << option << ": " << ran.out;
      EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
      if (std::count(w.arguments.begin(), w.arguments.end(), option) > 0) continue;  // given twice
      EXPECT_TRUE(contains(ran.err, option + " is empty: write " + option + " ")) << ran.err;
    }
  for (const Arguments& all : {Arguments{"train", data, "--target", "y", "--epochs", ""},
                               Arguments{"predict", model, ""}, Arguments{"minimize", "x^2", "--start", ""}}) {
    const Ran ran = run_command(all);
    EXPECT_EQ(ran.status, 2) << all[0];
    EXPECT_TRUE(contains(ran.err, " is empty: write ")) << ran.err;
  }
}

TEST_F(Paths, NoTwoOutputsAreOneFile) {
  for (const Working& w : working) {
    const std::vector<std::string> options = outputs(w.command);
    for (std::size_t i = 0; i < options.size(); ++i)
      for (std::size_t k = 0; k < i; ++k) {
        if (is_folder(options[i]) && is_folder(options[k])) continue;  // these may be one
        const std::string place = folder / "state/checkpoint.talweg";
        std::filesystem::remove_all(folder / "state");
        std::filesystem::create_directory(folder / "state");
        const Ran ran = with(w, {options[i], value(options[i], place), options[k], value(options[k], place)});
        EXPECT_EQ(ran.status, 2) << w.command << " " << options[i] << " " << options[k] << ": " << ran.err;
        EXPECT_TRUE(contains(ran.err, "both write to")) << w.command << " " << options[i] << " " << options[k];
        EXPECT_TRUE(std::filesystem::is_empty(folder / "state")) << w.command << " " << options[i] << options[k];
      }
  }
}

TEST_F(Paths, ALinkToWhatIsNotThereYetIsItsTarget) {
  std::filesystem::create_symlink("late.svg", folder / "link.svg");
  const Ran ran = run_command(
      {"minimize", "x^2", "--start", "x=1", "--plot", folder / "late.svg", "--output", folder / "link.svg"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_TRUE(contains(ran.err, "both write to"));
  std::filesystem::create_symlink("round", folder / "round");
  EXPECT_TRUE(contains(run_command({"list", "optimizers", "--output", folder / "round"}).err, "circle"));
}

TEST_F(Paths, StandardStreamsAndDevicesMayRepeat) {
  for (const std::string& place : {"/dev/null", "/dev/stdout"}) {
    const Ran ran = with(working[0], {"--log", place, "--report", place});
    EXPECT_EQ(ran.status, 0) << place << ran.err;
  }
  EXPECT_EQ(with(working[1], {"--output", "-"}).status, 0);
}

TEST_F(Paths, ATargetThatIsAColumnIsNoFile) {
  std::filesystem::copy(model, folder / "y");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const Ran ran = run_command({"train", data, "--target", "y", "--model", "logistic", "--save", "y"});
  std::filesystem::current_path(before);
  EXPECT_EQ(ran.status, 0) << ran.err;
}

TEST_F(Paths, LabelsOfImagesAreAnInput) {
  const std::string images =
      put(folder / "images", std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x01\x05\x06", 18));
  const std::string labels = put(folder / "labels", std::string("\0\0\x08\x01\0\0\0\x02\0\x01", 10));
  const Ran ran = run_command({"train", images, "--target", labels, "--save", labels});
  EXPECT_EQ(ran.status, 2);
  EXPECT_TRUE(contains(ran.err, "--save " + labels + " would overwrite the labels"));
}

}  // namespace
}  // namespace talweg::test
