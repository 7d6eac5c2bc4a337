#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "arguments.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "declare.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "paths.hpp"
#include "talweg/api/common.hpp"
#include "talweg/api/run_file.hpp"
#include "talweg/version.hpp"

namespace {

using talweg::text::cat;

/// One line, whatever the user's own words in it contain.
int complain(std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "talweg: %s\n", talweg::text::visible(message).c_str());
  return exit_status::wrong_use;
}

std::string unknown_command(const std::string& given) {
  std::vector<std::string_view> names;
  for (const NamedCommand& c : all_commands()) names.push_back(c.name);
  const std::string near = talweg::text::did_you_mean(given, names);
  return cat("unknown command '", given,
             "': ", near.empty() ? cat("the commands are ", talweg::text::list(names)) : near);
}

/// What was typed, checked, and run; the run file first, so that it is there however the run ends.
int run_typed(const Declared& typed) {
  using talweg::file::NamedPath;
  typed.take_over();
  const std::string& to = typed.write_run();
  std::vector<NamedPath> others;
  if (!to.empty()) others.push_back({"--write-run", to, NamedPath::Role::output});
  paths::check(typed.command().options, others);
  if (!to.empty()) talweg::file::write(to, talweg::api::run_text(typed.name(), typed.command().options, to));
  command_line::remember_run(talweg::api::run_text(typed.name(), typed.command().options, ""));
  return typed.command().run();
}

int run(std::vector<std::string> given) {
  CLI::App app{"Gradient optimisation: every classical method, and what it does at each step.", "talweg"};
  app.set_version_flag("-V,--version", talweg::text::cat("talweg ", talweg::version()));
  app.footer("talweg COMMAND --help explains each. Example:\n  talweg minimize \"x^2 + 3*x + 2\" --start x=5 --trace");
  if (given.empty()) return complain("a command is missing: talweg --help lists them");
  if (given.front() == "help")
    given = given.size() > 1 ? std::vector{given[1], std::string("--help")} : std::vector{std::string("--help")};
  std::optional<Declared> asked;
  for (const NamedCommand& c : all_commands()) {
    CLI::App* sub = app.add_subcommand(std::string(c.name), std::string(c.what));
    if (c.name == given.front()) asked.emplace(*sub, c);
  }
  const CLI::App* command = asked ? &asked->app() : nullptr;
  if (!command && given.front().front() != '-') return complain(unknown_command(given.front()));
  try {
    std::vector<std::string> arguments = command ? arguments::protect_minus(*command, given) : given;
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& help) {
    std::ostringstream out, err;
    const int status = app.exit(help, out, err);
    put_data(out.str());
    return status;
  } catch (const CLI::ExtrasError&) {
    auto rest = app.remaining(true);
    std::erase(rest, "--");
    return complain(arguments::unexpected(command ? *command : app, rest.empty() ? "" : rest.front()));
  } catch (const CLI::ArgumentMismatch& e) {
    return complain(arguments::wrong_count(e.what()));
  } catch (const CLI::ParseError& e) {
    return complain(cat(e.what(), "; talweg ", command ? given.front() + " " : "", "--help shows how"));
  }
  if (command && command->parsed()) return run_typed(*asked);
  return complain("a command is missing: talweg --help lists them");
}

/// A descriptor that the caller closed would be given to the next file that is opened, and what is meant for the
/// terminal would be written into it.
void open_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
}

}  // namespace

std::span<const NamedCommand> all_commands() {
  static constexpr std::array commands{
      NamedCommand{"minimize", "Minimise a formula by any method, and show each step", minimize_command},
      NamedCommand{"fit", "Fit a formula to the rows of a file by least squares", fit_command},
      NamedCommand{"train", "Train a model on a file", train_command},
      NamedCommand{"predict", "Predict the rows of a file with a trained model", predict_command},
      NamedCommand{"evaluate", "Measure a trained model on a file", evaluate_command},
      NamedCommand{"export", "Write a trained model for other programs: ONNX, npz, JSON", export_command},
      NamedCommand{"explain", "The arithmetic of one update, or of the chain rule, number by number", explain_command},
      NamedCommand{"inspect", "Show what a model file holds: its largest weights by name, or its layers",
                   inspect_command},
      NamedCommand{"compare", "Race several methods over one problem, fairly", compare_command},
      NamedCommand{"advise", "Measure a problem and say which method suits it, and why", advise_command},
      NamedCommand{"run", "Run what a run file says, as written by --write-run", run_command, false},
      NamedCommand{"list", "What there is: optimizers with their formulas and parameters, test problems", list_command,
                   false},
      NamedCommand{"lesson", "Read a lesson: pages of a few sentences beside runs of the engine", lesson_command,
                   false},
      NamedCommand{"suite", "Run the methods on the collection of test problems and keep the score", suite_command}};
  return commands;
}

int main(int argc, char** argv) {
  open_standard_streams();
  interrupt::leave_nothing_behind();
  talweg::spell_options(talweg::shell::flag);
  try {
    command_line::remember({argv + 1, argv + argc});
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const talweg::file::BrokenPipe&) {
    return interrupt::exit_status_of(SIGPIPE);
  } catch (const talweg::Error& e) {
    return complain(e.what());
  } catch (const std::bad_alloc&) {
    std::fputs("talweg: out of memory\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "talweg: this is a bug in talweg, please report it: %s\n",
                 talweg::text::visible(e.what()).c_str());
  }
  return exit_status::no_success;
}
