#include "talweg/api/run_file.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"

namespace talweg::api {

namespace {

using text::cat;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr int current_version = 1;
constexpr std::string_view version_key = "talweg", command_key = "command";

/// Reads JSON and refuses a name that is given twice: the last would win without a word.
Json read_json(std::string_view given, const std::string& path) {
  std::vector<std::string> keys;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (event != Json::parse_event_t::key || depth != 1) return true;
    std::string key = value.get<std::string>();
    if (std::ranges::find(keys, key) != keys.end())
      throw Error(cat(path, ": '", text::shown(key), "' is given twice; give it once"));
    keys.push_back(std::move(key));
    return true;
  };
  try {
    return Json::parse(given, watch);
  } catch (const Json::parse_error& e) {
    const auto before = given.substr(0, std::min(e.byte == 0 ? 0 : e.byte - 1, given.size()));
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto start = before.rfind('\n');
    const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    throw Error(cat(path, ":", line, ":", column, ": is no JSON up to here; a run file is written ",
                    R"({"talweg":1,"command":"minimize","formula":"x^2","start":"x=1"})"));
  } catch (const Json::out_of_range&) {
    throw Error(cat(path, ": holds a number that is too large for any option"));
  }
}

std::string one_value(const Json& value, const std::string& key, const std::string& path) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) return text::number(value.get<double>());
  if (value.is_number()) return value.dump();
  throw Error(cat(path, ": ", text::shown(key), " is ", value.type_name(),
                  ", where a text, a number, true, false or a list of texts and numbers is needed"));
}

/// The folder that relative paths begin at; empty: the working folder.
fs::path folder_of(const std::string& path) { return fs::path(path).parent_path(); }

bool is_place(const std::string& value) { return !value.empty() && value != "-"; }

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

using Texts = std::vector<std::string>;

/// Whether a value of the option is a path; `moved` is where that would be.
bool is_path(const OptionInfo& info, const std::string& value, const fs::path& moved, bool apart) {
  switch (info.path) {
    case PathRole::none:
      return false;
    case PathRole::input:
    case PathRole::output:
    case PathRole::folder:
      return is_place(value);
    case PathRole::input_or_text:
      return is_place(value) && !text::parse_number(value) && is_there(moved);
    case PathRole::labels:
      return is_place(value) && apart && is_there(moved);
  }
  return false;
}

Json as_json(OptionKind kind, const std::string& value) {
  if (kind == OptionKind::flag) return value == "yes";
  if (kind == OptionKind::whole)
    if (const auto n = text::parse_integer(value)) return *n;
  if (kind == OptionKind::number)
    if (const auto n = text::parse_number(value); n && std::isfinite(*n)) return *n;
  return value;
}

}  // namespace

RunFile RunFile::parse(std::string_view given, const std::string& path) {
  const Json json = read_json(given, path);
  if (!json.is_object() || !json.contains(version_key) || !json.contains(command_key) ||
      !json[std::string(command_key)].is_string())
    throw Error(cat(path, R"(: is no run file: one begins {"talweg":1,"command":"train", …})"));
  const Json& version = json[std::string(version_key)];
  if (!version.is_number_integer() || version.get<std::int64_t>() != current_version)
    throw Error(cat(path, ": is a run file of form ", version.dump().substr(0, 20), ", and this talweg reads form ",
                    current_version));
  RunFile file{.path = path, .command = json[std::string(command_key)].get<std::string>(), .values = {}};
  for (const auto& [key, value] : json.items()) {
    if (key == version_key || key == command_key) continue;
    Texts texts;
    if (value.is_array())
      for (const Json& entry : value) texts.push_back(one_value(entry, key, path));
    else
      texts.push_back(one_value(value, key, path));
    file.values.emplace_back(key, std::move(texts));
  }
  return file;
}

void apply_run(const RunFile& file, const std::vector<BoundOption>& options) {
  std::vector<std::string_view> names;
  for (const BoundOption& option : options) names.push_back(option.info.name);
  const fs::path folder = folder_of(file.path);
  bool apart = false;  // labels come after the data that they belong to, so these are known by then
  std::vector<std::pair<const BoundOption*, Texts>> later;
  for (const auto& [name, values] : file.values) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      const std::string near = text::did_you_mean(name, names);
      throw Error(cat(file.path, ": unknown field '", text::shown(name), "' for ", file.command,
                      near.empty() ? cat("; the fields are ", text::list(names)) : cat(": ", near)));
    }
    const BoundOption& option = options[static_cast<std::size_t>(found - names.begin())];
    if (option.kind != OptionKind::list && values.size() != 1)
      throw Error(cat(file.path, ": ", name, " takes one value, not a list"));
    if (option.kind == OptionKind::flag && values[0] != "yes" && values[0] != "no")
      throw Error(cat(file.path, ": ", name, " takes true or false"));
    for (const std::string& value : values)
      if (value.empty()) throw Error(cat(file.path, ": ", name, " is empty: write it out or leave it out"));
    if (option.info.path == PathRole::labels) {
      later.emplace_back(&option, values);
      continue;
    }
    Texts moved = values;
    for (std::string& value : moved)
      if (const fs::path there = folder / value; is_path(option.info, value, there, false)) value = there.string();
    if (option.info.path == PathRole::input || option.info.path == PathRole::input_or_text)
      apart = apart || std::ranges::any_of(moved, [](const std::string& p) { return data::labels_lie_apart(p); });
    option.set(moved);
  }
  for (auto& [option, values] : later) {
    if (const fs::path there = folder / values[0]; is_path(option->info, values[0], there, apart))
      values[0] = there.string();
    option->set(values);
  }
}

std::string run_text(std::string_view command, const std::vector<BoundOption>& options, const std::string& path) {
  const fs::path folder = folder_of(path);
  bool apart = false;
  for (const BoundOption& option : options)
    if (option.info.path == PathRole::input || option.info.path == PathRole::input_or_text)
      for (const std::string& value : option.get()) apart = apart || data::labels_lie_apart(value);
  const auto written = [&](const BoundOption& option, const std::string& value) {
    if (path.empty() || !is_path(option.info, value, value, apart)) return value;
    const fs::path given(value);
    return given.is_absolute() ? value : fs::proximate(given, folder.empty() ? fs::path(".") : folder).string();
  };
  Json json{{std::string(version_key), current_version}, {std::string(command_key), std::string(command)}};
  for (const BoundOption& option : options) {
    const Texts values = option.get();
    if (values.empty()) continue;
    const std::string name(option.info.name);
    if (option.kind == OptionKind::list) {
      json[name] = Json::array();
      for (const std::string& value : values) json[name].push_back(written(option, value));
    } else {
      json[name] = as_json(option.kind, written(option, values[0]));
    }
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace talweg::api
