#include "declare.hpp"

#include "talweg/api/common.hpp"

namespace {

using talweg::BoundOption;
using talweg::OptionKind;
using talweg::text::cat;
namespace shell = talweg::shell;

/// To a runner an empty text is an option that was not given. `form` is how it is written; empty: an argument.
void refuse_empty(const std::vector<std::string>& values, const std::string& form) {
  for (const std::string& value : values)
    if (value.empty())
      throw talweg::Error(cat(form.empty() ? "an argument" : form.substr(0, form.find(' ')), " is empty: write ",
                              form.empty() ? "it out" : cat(form, " or leave it out"),
                              " (is a variable of the shell not set?)"));
}

}  // namespace

Declared::Declared(CLI::App& app, const NamedCommand& named) : app_(&app), name_(named.name), command_(named.make()) {
  for (const BoundOption& option : command_.options) declare(option);
  if (named.has_run_file)
    write_run_ = app.add_option("--write-run")
                     ->description("write all this as a file that talweg run runs again")
                     ->option_text("FILE.json")
                     ->group("Output");
  app.footer(std::string(command_.notes));
}

void Declared::declare(const BoundOption& option) {
  const talweg::OptionInfo& info = option.info;
  const std::string name = info.argument ? std::string(info.name) : shell::flag(info.name);
  const std::string group = info.hidden ? "" : info.group.empty() ? "Options" : std::string(info.group);
  if (option.kind == OptionKind::flag) {
    CLI::Option* on = app_->add_flag(name)->description(std::string(info.help))->group(group);
    CLI::Option* off = nullptr;
    if (!info.denied.empty())
      off = app_->add_flag("--no-" + name.substr(2))->description(std::string(info.denied))->group(group)->excludes(on);
    typed_.push_back({on, off});
    return;
  }
  CLI::Option* declared = app_->add_option(name)->description(std::string(info.help));
  if (!info.argument) declared->group(group);
  if (!info.takes.empty()) declared->option_text(std::string(info.takes));
  if (option.kind == OptionKind::list)
    declared->expected(1, info.several ? CLI::detail::expected_max_vector_size : 1)
        ->allow_extra_args(info.several)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  typed_.push_back({declared, nullptr});
}

std::string Declared::write_run() const {
  if (!write_run_ || write_run_->count() == 0) return "";
  refuse_empty(write_run_->results(), "--write-run FILE.json");
  return write_run_->results().front();
}

void Declared::take_over() const {
  for (std::size_t i = 0; i < typed_.size(); ++i) {
    const BoundOption& option = command_.options[i];
    const auto& [given, denied] = typed_[i];
    if (option.kind == OptionKind::flag) {
      if (given->count() > 0) option.set({"yes"});
      if (denied && denied->count() > 0) option.set({"no"});
      continue;
    }
    if (given->count() == 0) continue;
    const talweg::OptionInfo& info = option.info;
    refuse_empty(given->results(), info.argument ? "" : cat(shell::flag(info.name), " ", info.takes));
    option.set(given->results());
  }
}
