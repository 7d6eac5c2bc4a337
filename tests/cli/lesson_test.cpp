// Lessons: every printed command is run by a shell, as a reader would, and must print the numbers of its page.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "run_command.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::vector<std::string> names() {
  std::vector<std::string> out;
  const json all = json::parse(run_command({"lesson", "--format", "json"}).out);
  for (const json& lesson : all.at("lessons")) out.push_back(lesson.at("name"));
  EXPECT_GE(out.size(), 5u) << "the loops over lessons look at nothing";
  return out;
}

std::string lesson(const std::string& name, const std::string& format) {
  const Ran ran = run_command({"lesson", name, "--format", format});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  return ran.out;
}

/// What a shell prints for a command in `folder`, where `talweg` is the command under test.
Ran in_shell(const std::string& command, const fs::path& folder) {
  const fs::path out = folder / "out.txt", err = folder / "err.txt";
  const std::string path = fs::path(TALWEG_CLI).parent_path().string();
  const std::string all = "cd '" + folder.string() + "' && export PATH='" + path + "':\"$PATH\" && { " + command +
                          "\n} > out.txt 2> err.txt";
  const int status = std::system(all.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, slurp(out), slurp(err)};
}

/// Commands and what stands below them on the page.
struct Block {
  std::vector<std::string> commands;
  std::string shown;
};

std::vector<Block> blocks(const std::string& markdown) {
  std::vector<Block> out;
  std::istringstream lines(markdown);
  std::string line;
  bool inside = false, goes_on = false;
  while (std::getline(lines, line)) {
    if (line == "```console") {
      inside = true;
      out.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside && (goes_on || line.rfind("$ ", 0) == 0)) {
      if (goes_on)
        out.back().commands.back() += "\n" + line;
      else
        out.back().commands.push_back(line.substr(2));
      goes_on = line.ends_with(" \\");
    } else if (inside) {
      out.back().shown += line + "\n";
    }
  }
  return out;
}

std::vector<std::string> numbers_in(const std::string& text) {
  static const std::regex number("[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?");
  std::vector<std::string> out;
  for (std::sregex_iterator it(text.begin(), text.end(), number), end; it != end; ++it) {
    const auto at = static_cast<std::size_t>(it->position());
    out.push_back((at > 0 && text[at - 1] == '-' ? "-" : "") + it->str());
  }
  return out;
}

/// Without the ticks of a picture in the terminal: they are round numbers beside the curve, not numbers of a run.
std::string without_ticks(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (line.find("┤") == std::string::npos) out += line + "\n";
  return out;
}

/// Whether `part` follows from `whole` by leaving some out.
bool is_part_of(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  std::size_t at = 0;
  for (const std::string& number : whole)
    if (at < part.size() && part[at] == number) ++at;
  return at == part.size();
}

TEST(Lesson, EveryCommandPrintsTheNumbersOfItsPage) {
  for (const std::string& name : names()) {
    const fs::path folder = scratch() / ("lesson-" + name);
    fs::create_directories(folder);
    const auto all = blocks(lesson(name, "markdown"));
    EXPECT_GE(all.size(), 3u) << name;
    for (const Block& block : all) {
      std::string printed;
      ASSERT_FALSE(block.commands.empty()) << name << "\n" << block.shown;
      for (const std::string& command : block.commands) {
        const Ran ran = in_shell(command, folder);
        EXPECT_EQ(ran.status, 0) << command << "\n" << ran.err;
        printed += ran.out;
      }
      const auto shown = numbers_in(without_ticks(block.shown)), whole = numbers_in(printed);
      if (block.commands.size() == 1) {
        EXPECT_TRUE(is_part_of(shown, whole)) << block.commands[0] << "\nprints\n"
                                              << printed << "\nand the page has\n"
                                              << block.shown;
      } else {
        const std::set<std::string> known(whole.begin(), whole.end());
        for (const std::string& number : shown) EXPECT_TRUE(known.contains(number)) << number << "\n" << block.shown;
      }
    }
  }
}

/// Those that a page in a browser shows write pictures.
TEST(Lesson, EveryCommandOfThePageWritesItsPicture) {
  for (const std::string& name : names()) {
    const fs::path folder = scratch() / ("lesson-pictures-" + name);
    fs::create_directories(folder);
    const json parsed = json::parse(lesson(name, "json")).at("lessons").at(0);
    for (const json& page : parsed.at("pages"))
      for (const json& exhibit : page.at("exhibits"))
        for (const std::string command : exhibit.at("commands")) {
          std::smatch file;
          const bool makes_rows = command.rfind("printf", 0) == 0;
          const bool draws = std::regex_search(command, file, std::regex("--(plot|output) (\\S+\\.svg)"));
          EXPECT_EQ(draws, exhibit.contains("svg") && exhibit.at("kind") != "losses") << command;
          if (!draws && !makes_rows) continue;
          const Ran ran = in_shell(command, folder);
          EXPECT_EQ(ran.status, 0) << command << "\n" << ran.err;
          if (draws) {
            EXPECT_EQ(slurp(folder / file.str(2)).rfind("<svg", 0), 0u) << command;
          }
        }
  }
}

TEST(Lesson, FiguresOfTheTextbooksStandOnThePages) {
  const std::map<std::string, std::vector<std::string>> figures{
      {"neuron", {"z = 6", "(1, -2, 3)", "(-3.01, -0.98, 1.97)", "0.99", "gives 5.85 where it gave 6"}},
      {"optimizers",
       {"leads to 8, the second to 6.4", "leads to 8, the second to 4.6", "leads to 9, the second to 8.331035",
        "leads to 6.837722, the second to 4.988706", "leads to 9.5, the second to 9.000832", "ε inside the root"}},
      {"line",
       {"J = 3, and its gradient is (-2, -8)", "θ becomes (1.02, 1.08)",
        "first step is that of gradient descent: (1.02, 1.08)", "both coordinates move by η: (1.1, 1.1)",
        "again for both: 1.316228", "the line gives 2", "stays at (1, 1)", "(2, 4) and (3, 6)",
        "J = 1.25, and its gradient is (-1.5, -4)", "leads to (1.015, 1.04)", "J = 13.5, and its gradient is (5, 17)",
        "leads to (1.95, 2.83)"}},
      {"network", {"Epoch [100/1000], loss 0.02759", "w = 1.990724 and b = 0.02727304"}},
      {"choosing", {"Recommended"}}};
  for (const std::string& name : names()) {
    std::string page = lesson(name, "markdown");
    for (const std::string& figure : figures.at(name))
      EXPECT_NE(page.find(figure), std::string::npos) << name << ": " << figure;
  }
}

/// Every hundredth epoch of each optimizer, in its four digits, is that of the stored run.
TEST(Lesson, TheNetworkIsTheStoredOne) {
  std::istringstream stored(slurp(fs::path(TALWEG_SOURCE_DIR) / "tests/golden/torch/linear_regression.csv"));
  std::map<std::string, std::vector<double>> losses;
  std::string line;
  std::getline(stored, line);
  while (std::getline(stored, line)) {
    const auto end = line.find('"', 1);
    losses[line.substr(1, end - 1)].push_back(std::stod(line.substr(line.find(',', end + 2) + 1)));
  }
  std::size_t compared = 0;
  for (const Block& block : blocks(lesson("network", "markdown"))) {
    std::smatch spec;
    if (block.commands.size() != 1 || block.commands[0].find("--epochs 1000") == std::string::npos) continue;
    ASSERT_TRUE(std::regex_search(block.commands[0], spec, std::regex("--optimizer (\\S+)")));
    const auto& wanted = losses.at(spec.str(1));
    const std::regex epoch("Epoch \\[\\d+/1000\\], loss (\\S+)");
    std::size_t k = 0;
    for (std::sregex_iterator it(block.shown.begin(), block.shown.end(), epoch), end; it != end;
         ++it, ++k, ++compared) {
      // Four digits; where torch has come to rest at 0, the rounding of other sums is left.
      EXPECT_NEAR(std::stod(it->str(1)), wanted.at(k), 6e-4 * wanted.at(k) + 1e-20) << spec.str(1) << " " << it->str();
    }
  }
  EXPECT_EQ(compared, 50u);
}

TEST(Lesson, NoLineOfTheTextIsTooLong) {
  for (const std::string& name : names()) {
    std::istringstream lines(lesson(name, "text"));
    for (std::string line; std::getline(lines, line);) {
      const auto columns = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
      EXPECT_LE(columns, 100) << line;
    }
  }
}

TEST(Lesson, TheListNamesEveryLessonAndHowToGoOn) {
  const Ran ran = run_command({"lesson"});
  EXPECT_EQ(ran.status, 0);
  for (const std::string& name : names()) EXPECT_NE(ran.out.find("talweg lesson " + name + " "), std::string::npos);
  EXPECT_NE(ran.out.find("--report"), std::string::npos);
}

TEST(Lesson, TheReportHoldsEveryPageAndEveryCommand) {
  const fs::path page = scratch() / "lessons.html";
  const Ran ran = run_command({"lesson", "--report", page.string()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "");
  const std::string html = std::regex_replace(slurp(page), std::regex("<span>(-[^ <]*)</span>"), "$1");
  const auto escaped = [](std::string s) {
    for (const auto& [from, to] :
         {std::pair{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}})
      for (std::size_t at = 0; (at = s.find(from, at)) != std::string::npos; at += std::string(to).size())
        s.replace(at, 1, to);
    return s;
  };
  for (const std::string& name : names()) {
    const json parsed = json::parse(lesson(name, "json")).at("lessons").at(0);
    for (const json& one : parsed.at("pages")) {
      EXPECT_NE(html.find(escaped(one.at("title"))), std::string::npos) << one.at("title");
      for (const json& exhibit : one.at("exhibits"))
        for (const std::string command : exhibit.at("commands"))
          EXPECT_NE(html.find(escaped(command)), std::string::npos) << command;
    }
  }
  EXPECT_EQ(html.find(" src="), std::string::npos) << "nothing is fetched";
  const fs::path one = scratch() / "neuron.html";
  EXPECT_EQ(run_command({"lesson", "neuron", "--report", one.string()}).status, 0);
  EXPECT_LT(slurp(one).size(), html.size() / 2);
}

TEST(Lesson, WrongUseIsOneLine) {
  const fs::path file = scratch() / "lesson.out";
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
      {{"lesson", "optimisers"}, "did you mean 'optimizers'?"},
      {{"lesson", "nothing"}, "the lessons are neuron, optimizers, line, network and choosing"},
      {{"lesson", "neuron", "--format", "jsn"}, "did you mean 'json'?"},
      {{"lesson", "neuron", "--output", "/nowhere/at/all.txt"}, "/nowhere/at"},
      {{"lesson", "--report", "/nowhere/at/all.html"}, "/nowhere/at"},
      {{"lesson", "neuron", "--output", file.string(), "--report", file.string()}, "lesson.out"},
      {{"lesson", "neuron", "line"}, "unexpected argument 'line'"}};
  for (const auto& [arguments, words] : wrong) {
    const Ran ran = run_command(arguments);
    EXPECT_EQ(ran.status, 2) << words;
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find(words), std::string::npos) << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
  EXPECT_FALSE(fs::exists(file)) << "nothing is written when the use is wrong";
}

TEST(Lesson, AnOutputHoldsWhatIsPrinted) {
  const fs::path file = scratch() / "neuron.md";
  EXPECT_EQ(run_command({"lesson", "neuron", "--format", "markdown", "--output", file.string()}).out, "");
  EXPECT_EQ(slurp(file), lesson("neuron", "markdown"));
  EXPECT_EQ(run_command({"lesson", "neuron", "--format", "markdown", "--output", "-"}).out, slurp(file));
}

/// A reader at a terminal.
class Reader {
 public:
  Reader() {
    terminal_ = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(terminal_);
    unlockpt(terminal_);
    const std::string name = ptsname(terminal_);
    child_ = fork();
    if (child_ != 0) return;
    setsid();
    const int side = open(name.c_str(), O_RDWR);  // the first that a session opens controls it
    for (const int stream : {0, 1, 2}) dup2(side, stream);
    execl(TALWEG_CLI, TALWEG_CLI, "lesson", "neuron", static_cast<char*>(nullptr));
    _exit(127);
  }
  ~Reader() { close(terminal_); }

  /// Reads until `wanted` is there.
  bool sees(const std::string& wanted) {
    char buffer[4096];
    for (ssize_t n; screen_.find(wanted) == std::string::npos;) {
      if ((n = read(terminal_, buffer, sizeof buffer)) <= 0) return false;
      screen_.append(buffer, static_cast<std::size_t>(n));
    }
    screen_.erase(0, screen_.find(wanted) + wanted.size());
    return true;
  }
  void types(const std::string& keys) { EXPECT_EQ(write(terminal_, keys.data(), keys.size()), ssize_t(keys.size())); }
  int status() {
    int status = 0;
    waitpid(child_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  int terminal_ = -1;
  pid_t child_ = 0;
  std::string screen_;
};

TEST(Lesson, ATerminalWaitsAfterEachPage) {
  Reader leaves;
  ASSERT_TRUE(leaves.sees("1/9") && leaves.sees("[Enter"));
  leaves.types("\n");
  ASSERT_TRUE(leaves.sees("2/9") && leaves.sees("[Enter"));
  leaves.types("q\n");
  EXPECT_EQ(leaves.status(), 0);

  Reader interrupts;
  ASSERT_TRUE(interrupts.sees("[Enter"));
  interrupts.types("\x03");
  EXPECT_EQ(interrupts.status(), 128 + SIGINT);

  Reader ends;
  ASSERT_TRUE(ends.sees("[Enter"));
  ends.types("\x04");
  EXPECT_EQ(ends.status(), 0);

  Reader reads;
  for (int page = 1; page < 9; ++page) {
    ASSERT_TRUE(reads.sees(std::to_string(page) + "/9") && reads.sees("[Enter"));
    reads.types("\n");
  }
  EXPECT_TRUE(reads.sees("9/9"));
  EXPECT_FALSE(reads.sees("[Enter")) << "after the last page there is nothing to wait for";
  EXPECT_EQ(reads.status(), 0);
}

}  // namespace
}  // namespace talweg::test
