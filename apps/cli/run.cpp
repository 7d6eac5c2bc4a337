#include <algorithm>
#include <memory>

#include "command.hpp"
#include "command_line.hpp"
#include "paths.hpp"
#include "talweg/api/common.hpp"
#include "talweg/api/run_file.hpp"

namespace {

using talweg::Error;
using talweg::text::cat;
namespace api = talweg::api;

struct Asked {
  std::string file;
};

int run(const std::string& path) {
  if (path.empty()) throw Error("a run file is needed: talweg run digits.json");
  const api::RunFile file = api::RunFile::parse(talweg::file::read(path), path);
  const auto commands = all_commands();
  const auto named =
      std::ranges::find_if(commands, [&](const NamedCommand& c) { return c.has_run_file && c.name == file.command; });
  if (named == commands.end()) {
    std::vector<std::string_view> names;
    for (const NamedCommand& c : commands)
      if (c.has_run_file) names.push_back(c.name);
    const std::string near = talweg::text::did_you_mean(file.command, names);
    throw Error(cat(path, ": unknown command '", talweg::text::shown(file.command),
                    "': ", near.empty() ? cat("the commands are ", talweg::text::list(names)) : near));
  }
  const Command command = named->make();
  api::apply_run(file, command.options);
  paths::check(command.options, {{"the run file", path, talweg::file::NamedPath::Role::input}});
  command_line::remember_run(api::run_text(named->name, command.options, ""));
  return command.run();
}

constexpr const char* notes = R"(Examples:
  talweg train data/digits.csv --target digit --save digits.talweg --write-run digits.json
  talweg run digits.json

The file is JSON: {"talweg":1,"command":"train","file":"data/digits.csv","target":"digit","save":"digits.talweg"}, with
the options of the command, _ for -, paths relative to the file. Exit status: that of the command.)";

}  // namespace

Command run_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = notes};
  add_options(command.options, *a,
              {talweg::Option<Asked>::of<&Asked::file>({.name = "file",
                                                        .help = "a run file",
                                                        .path = talweg::PathRole::input,
                                                        .path_words = "the run file",
                                                        .argument = true})});
  command.run = [a] { return run(a->file); };
  return command;
}
