// docs/explain.md and docs/convergence.md show commands with what they print, the first pictures that they drew, too.
// With TALWEG_UPDATE_PAGES=1 this test writes them; without, it checks them. The commands run in a folder of their own,
// where data/ is that of the source tree; those of an sh block have no output to show.
#include <gtest/gtest.h>

#include <cstdio>
#include <sstream>

#include "run_command.hpp"

namespace {

using talweg::test::slurp;
namespace fs = std::filesystem;

const fs::path page_path = fs::path(TALWEG_SOURCE_DIR) / "docs/explain.md";

/// What a shell prints for a line that begins with "talweg".
std::string output_of(const std::string& line, const fs::path& folder) {
  const std::string command =
      "cd '" + folder.string() + "' && '" + std::string(TALWEG_CLI) + "'" + line.substr(std::string("talweg").size());
  std::string out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  pclose(pipe);
  return out;
}

/// The page as it should be, with what its commands print now.
std::string current(const fs::path& path, const fs::path& folder) {
  fs::create_directories(folder);
  if (!fs::exists(folder / "data")) fs::create_directory_symlink(fs::path(TALWEG_SOURCE_DIR) / "data", folder / "data");
  std::istringstream page(slurp(path));
  std::string wanted, line;
  int commands = 0;
  bool again = false;  // a line that begins another command ended the output of the one before
  while (again || std::getline(page, line)) {
    again = false;
    wanted += line + "\n";
    if (line.rfind("talweg ", 0) == 0) output_of(line, folder);
    if (line.rfind("$ talweg ", 0) != 0) continue;
    ++commands;
    const std::string out = output_of(line.substr(2), folder);
    wanted += out;
    if (!out.empty() && out.back() != '\n') wanted += "\n";
    while (std::getline(page, line) && line != "```" && line.rfind("$ ", 0) != 0) {
    }
    again = true;
  }
  EXPECT_GT(commands, 5);
  if (std::getenv("TALWEG_UPDATE_PAGES")) std::ofstream(path) << wanted;
  return wanted;
}

TEST(ConvergencePage, ShowsWhatTheCommandsPrint) {
  const fs::path path = fs::path(TALWEG_SOURCE_DIR) / "docs/convergence.md";
  const std::string wanted = current(path, talweg::test::scratch() / "convergence");
  EXPECT_EQ(slurp(path), wanted) << "docs/convergence.md is not current: run with TALWEG_UPDATE_PAGES=1";
}

TEST(ExplainPage, ShowsWhatTheCommandsPrint) {
  const fs::path folder = talweg::test::scratch() / "page";
  const std::string wanted = current(page_path, folder);
  int pictures = 0;
  for (const char* name : {"explain-formula.svg", "explain-neuron.svg", "explain-weight.svg"}) {
    const fs::path kept = page_path.parent_path() / "images" / name;
    ASSERT_TRUE(fs::exists(folder / name)) << name << " was not drawn";
    if (std::getenv("TALWEG_UPDATE_PAGES")) fs::copy_file(folder / name, kept, fs::copy_options::overwrite_existing);
    EXPECT_EQ(slurp(kept), slurp(folder / name)) << name << " is not current";
    ++pictures;
  }
  EXPECT_EQ(pictures, 3);
  EXPECT_EQ(slurp(page_path), wanted) << "docs/explain.md is not current: run with TALWEG_UPDATE_PAGES=1";
}

}  // namespace
