#include <algorithm>
#include <sstream>
#include <utility>

#include <gtest/gtest.h>

#include "run_command.hpp"

/// The help of every command: what it shows as an example is a command that works.
namespace talweg::test {
namespace {

using testing::contains;
using testing::put;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The commands, `list` and so on, as the help of the program lists them.
std::vector<std::string> commands() {
  std::vector<std::string> names;
  bool listed = false;
  for (const std::string& line : lines_of(run_command({"--help"}).out)) {
    if (listed && !line.starts_with("  ")) break;
    if (listed) names.push_back(line.substr(2, line.find(' ', 2) - 2));
    listed = listed || line.starts_with("Subcommands");
  }
  return names;
}

/// The examples at the end of the help of a command; a line that ends in \ goes on.
std::vector<std::string> examples_of(const std::string& command) {
  std::vector<std::string> examples;
  bool listed = false, goes_on = false;
  for (std::string line : lines_of(run_command({command, "--help"}).out)) {
    if (listed && !line.starts_with("  ")) break;
    if (listed) {
      const bool joined = std::exchange(goes_on, line.ends_with("\\"));
      if (goes_on) line.pop_back();
      if (joined) {
        examples.back() += line;
      } else {
        examples.push_back(line.substr(2));
      }
    }
    listed = listed || line == "Examples:";
  }
  return examples;
}

Ran shell(const std::string& folder, const std::string& line) {
  const std::string tool = folder + "/bin/talweg";
  if (!std::filesystem::exists(tool)) {
    std::filesystem::create_directory(folder + "/bin");
    std::filesystem::create_symlink(TALWEG_CLI, tool);
  }
  const std::string whole =
      "cd '" + folder + "' && PATH=\"$PWD/bin:$PATH\" && { " + line + "; } >stdout 2>stderr </dev/null";
  const int status = std::system(whole.c_str());
  return {WEXITSTATUS(status), slurp(folder + "/stdout"), slurp(folder + "/stderr")};
}

std::string idx(int type, const std::vector<int>& sizes, const std::string& content) {
  std::string file{'\0', '\0', static_cast<char>(type), static_cast<char>(sizes.size())};
  for (int size : sizes)
    for (int shift : {24, 16, 8, 0}) file += static_cast<char>((size >> shift) & 255);
  return file + content;
}

/// The files that the examples name, small.
void put_files(const std::string& folder) {
  const auto text = [&](const std::string& name, const std::string& content) { put(folder + "/" + name, content); };
  std::filesystem::create_directory(folder + "/data");
  for (const char* name : {"digits.csv", "iris.csv"})
    std::filesystem::copy(std::string(TALWEG_SOURCE_DIR "/data/") + name, folder + "/data/" + name);
  std::filesystem::copy(folder + "/data/iris.csv", folder + "/iris.csv");
  std::filesystem::copy(folder + "/data/digits.csv", folder + "/test.csv");
  std::filesystem::copy(folder + "/data/digits.csv", folder + "/rows.csv");
  text("points.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n");
  text("decay.csv", "x,y,w\n0,2.5,1\n1,1.4,1\n2,.9,2\n3,.7,1\n4,.57,1\n5,.55,1\n");
  text("growth.csv", "day,size\n1,2\n2,3\n3,5\n4,7.5\n5,12\n");
  std::string rows, ratings = "user,item,rating\n";
  for (int i = 0; i < 60; ++i) {
    rows += std::string(i % 2 != 0 ? "+1" : "-1") + " " + std::to_string(1 + i % 5) + ":1 " +
            std::to_string(6 + i % 7) + ":1\n";
    ratings += std::to_string(40 + i % 6) + "," + std::to_string(i / 6) + "," + std::to_string(1 + i % 5) + "\n";
  }
  for (const char* name : {"a9a.libsvm", "clicks.libsvm"}) text(name, rows);
  for (const char* name : {"ratings.tsv", "pairs.tsv", "test.tsv"}) {
    std::string content = ratings;
    std::replace(content.begin(), content.end(), ',', '\t');
    text(name, content);
  }
  std::string log = "click,site,device\n", images, labels;
  for (int i = 0; i < 40; ++i) {
    log += std::to_string(i % 2) + ",s" + std::to_string(i % 3) + ",d" + std::to_string(i % 5) + "\n";
    images += std::string(4, static_cast<char>(i % 4 * 50)), labels += static_cast<char>(i % 4);
  }
  text("log.csv", log);
  text("images", idx(8, {40, 2, 2}, images));
  text("labels", idx(8, {40}, labels));
  ASSERT_EQ(shell(folder, "gzip log.csv images labels").status, 0);
  ASSERT_EQ(
      shell(folder, "talweg train ratings.tsv --model mf:2 --columns user,item,rating --save ratings.talweg").status,
      0);
  ASSERT_EQ(shell(folder, "talweg train iris.csv --target species --model mlp:4,4 --save iris.model --epochs 5").status,
            0);
}

/// Examples of `talweg suite` without a problem take minutes, and those with an output in docs/ write a page of ours.
bool is_short(const std::string& example) {
  return !example.starts_with("talweg suite") || contains(example, "--problem");
}

TEST(Help, EveryExampleIsACommandThatWorks) {
  const testing::Folder folder;
  put_files(folder.path());
  std::vector<std::string> names = commands();
  ASSERT_GT(names.size(), 10u);
  const auto train = std::find(names.begin(), names.end(), "train");
  ASSERT_NE(train, names.end());
  std::rotate(names.begin(), train, train + 1);  // it makes the models that others read
  for (const std::string& name : names) {
    const std::vector<std::string> examples = examples_of(name);
    EXPECT_FALSE(examples.empty()) << name;
    for (const std::string& example : examples) {
      EXPECT_TRUE(contains(example, "talweg ")) << "an example of " << name << " that runs nothing";
      if (!is_short(example)) continue;
      const Ran ran = shell(folder.path(), example);
      EXPECT_EQ(ran.status, 0) << example << "\n" << ran.err;
    }
  }
}

TEST(Help, ItsNotesFitATerminal) {
  for (const std::string& name : commands()) {
    const std::string help = run_command({name, "--help"}).out;
    for (const std::string& line : lines_of(help.substr(std::min(help.find("\nExamples:"), help.size())))) {
      const auto letters = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
      EXPECT_LE(letters, 122) << line;
    }
  }
}

}  // namespace
}  // namespace talweg::test
