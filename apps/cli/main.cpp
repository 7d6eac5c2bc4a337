#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "arguments.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "paths.hpp"
#include "talweg/api/common.hpp"

namespace {

using talweg::text::cat;

struct Command {
  const char* name;
  const char* what;
  Runner (*add)(CLI::App&);
};
constexpr std::array commands{
    Command{"minimize", "Minimise a formula by any method, and show each step", add_minimize},
    Command{"train", "Train a model on a file", add_train},
    Command{"predict", "Predict the rows of a file with a trained model", add_predict},
    Command{"evaluate", "Measure a trained model on a file", add_evaluate},
    Command{"explain", "The arithmetic of one update, or of the chain rule, number by number", add_explain},
    Command{"inspect", "Show what a model file holds: its largest weights by name, or its layers", add_inspect},
    Command{"compare", "Race several methods over one problem, fairly", add_compare},
    Command{"advise", "Measure a problem and say which method suits it, and why", add_advise},
    Command{"list", "What there is: optimizers with their formulas and parameters, test problems", add_list},
    Command{"suite", "Run the methods on the collection of test problems and keep the score", add_suite}};

/// One line, whatever the user's own words in it contain.
int complain(std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "talweg: %s\n", talweg::text::visible(message).c_str());
  return exit_status::wrong_use;
}

std::string unknown_command(const std::string& given) {
  std::array<std::string_view, commands.size()> names;
  std::transform(commands.begin(), commands.end(), names.begin(), [](const Command& c) { return c.name; });
  const std::string near = talweg::text::did_you_mean(given, names);
  return cat("unknown command '", given,
             "': ", near.empty() ? cat("the commands are ", talweg::text::list(names)) : near);
}

int run(std::vector<std::string> given) {
  CLI::App app{"Gradient optimisation: every classical method, and what it does at each step.", "talweg"};
  app.set_version_flag("-V,--version", "talweg " TALWEG_VERSION);
  app.footer("talweg COMMAND --help explains each. Example:\n  talweg minimize \"x^2 + 3*x + 2\" --start x=5 --trace");
  std::vector<std::pair<CLI::App*, Runner>> runners;
  for (const Command& c : commands) {
    CLI::App* command = app.add_subcommand(c.name, c.what);
    runners.emplace_back(command, c.add(*command));
  }

  if (given.empty()) return complain("a command is missing: talweg --help lists them");
  if (given.front() == "help")
    given = given.size() > 1 ? std::vector{given[1], std::string("--help")} : std::vector{std::string("--help")};
  const auto named = std::find_if(runners.begin(), runners.end(),
                                  [&](const auto& runner) { return runner.first->get_name() == given.front(); });
  const CLI::App* command = named == runners.end() ? nullptr : named->first;
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
  for (const auto& [parsed, runner] : runners)
    if (parsed->parsed()) {
      arguments::refuse_empty(*parsed);
      paths::check(*parsed);
      return runner();
    }
  return complain("a command is missing: talweg --help lists them");
}

/// A descriptor that the caller closed would be given to the next file that is opened, and what is meant for the
/// terminal would be written into it.
void open_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  interrupt::leave_nothing_behind();
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
