#include "picture.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.hpp"

extern char** environ;

namespace picture {

namespace {

using talweg::Error;
using talweg::text::cat;
namespace plot = talweg::report::plot;

/// A program that makes a PNG of an SVG file, as it is called: no shell sees a file's name.
struct Converter {
  const char* program;
  std::vector<std::string> (*arguments)(const std::string& svg, const std::string& png);
};
constexpr std::array converters{
    Converter{"rsvg-convert",
              [](const std::string& svg, const std::string& png) {
                return std::vector<std::string>{"--zoom=2", "--format=png", "--output=" + png, svg};
              }},
    Converter{
        "inkscape",
        [](const std::string& svg, const std::string& png) {
          return std::vector<std::string>{"--export-type=png", "--export-dpi=192", "--export-filename=" + png, svg};
        }},
    Converter{"convert", [](const std::string& svg, const std::string& png) {
                return std::vector<std::string>{"-density", "192", "svg:" + svg, "png:" + png};
              }}};

std::optional<std::string> on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const auto folder : talweg::text::split(path ? path : "", ':')) {
    const std::string file = cat(folder, "/", program);
    if (!folder.empty() && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

const Converter* installed_converter() {
  for (const auto& c : converters)
    if (on_path(c.program)) return &c;
  return nullptr;
}

/// Runs a program to its end; whether it exited with 0. What it prints goes nowhere.
bool run(const std::string& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  std::vector<char*> argv;
  for (auto& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {0, 1, 2}) posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return false;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// A folder of its own, gone with everything in it.
struct Scratch {
  std::string path = (std::filesystem::temp_directory_path() / "talweg-XXXXXX").string();
  Scratch() {
    if (::mkdtemp(path.data()) == nullptr) throw Error(cat("no temporary folder can be made: ", path));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

void put_png(const std::string& svg, const std::string& place) {
  const Converter* converter = installed_converter();
  if (!converter) throw Error(cat(place, ": the converter is gone"));
  const Scratch scratch;
  const std::string from = scratch.path + "/picture.svg", to = scratch.path + "/picture.png";
  talweg::file::write(from, svg);
  if (!run(*on_path(converter->program), converter->arguments(from, to)) || !std::filesystem::exists(to))
    throw Error(cat(place, ": ", converter->program, " could not make a PNG; write an .svg file instead"));
  talweg::file::write(place, talweg::file::read(to));
}

plot::TerminalOptions terminal_options() {
  plot::TerminalOptions options;
  options.colour = ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
    options.columns = std::min<int>(size.ws_col, 120);
  return options;
}

bool ends_with(const std::string& place, std::string_view ending) {
  return place.size() > ending.size() && talweg::text::lower(place).ends_with(ending);
}

}  // namespace

void check(const std::string& place, const std::string& format, bool document_on_stdout) {
  if (place.empty()) return;
  if (place == "-") {
    if (document_on_stdout && format != "table" && format != "text")
      throw Error(cat("--plot - and --format ", format,
                      " would both write to standard output: write the picture to a file ",
                      "such as --plot path.svg, or the document with --output FILE"));
    return;
  }
  const bool png = ends_with(place, ".png");
  if (!png && !ends_with(place, ".svg"))
    throw Error(cat("--plot '", place, "': a picture is a file that ends in .svg or .png, or - for the terminal"));
  talweg::file::check_writable(place);
  if (png && !installed_converter())
    throw Error(cat("--plot '", place, "': a PNG is made by rsvg-convert, inkscape or convert, and none is installed: ",
                    "install librsvg2-bin, or write an .svg file"));
}

void put(const plot::Figure& figure, const std::string& place) {
  if (place.empty()) return;
  if (place == "-")
    put_data(plot::terminal(figure, terminal_options()), "");
  else if (ends_with(place, ".png"))
    put_png(plot::svg(figure), place);
  else
    talweg::file::write(place, plot::svg(figure));
}

}  // namespace picture
