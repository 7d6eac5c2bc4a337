#pragma once
#include <string>
#include <vector>

#include "talweg/api/common.hpp"

/// What a command writes beside its result, and where. An empty text was not given.
struct Documents {
  std::string format, output, log, plot, report;

  std::string format_or(const char* usual) const { return format.empty() ? usual : format; }
  bool on_stdout() const { return output.empty() || output == "-"; }
};

/// The help of those that a command has; empty: it has none of the kind.
struct DocumentHelp {
  std::string_view format = "", output = "", log = "", plot = "", report = "";
};

inline constexpr std::string_view to_file = "write to this file, all of it or nothing";
inline constexpr std::string_view table_formats = "table, json, csv, markdown or latex (table)";
inline constexpr std::string_view text_formats = "text or json (text)";

inline std::vector<talweg::Option<Documents>> document_options(const DocumentHelp& help) {
  using talweg::PathRole;
  using D = Documents;
  using O = talweg::Option<D>;
  constexpr std::string_view group = "Output";
  const auto file = [&](std::string_view name, std::string_view takes, std::string_view text) {
    return talweg::OptionInfo{
        .name = name, .takes = takes, .help = text, .group = group, .path = PathRole::output, .decides = false};
  };
  std::vector<O> all{
      O::of<&D::log>(file("log", "FILE.jsonl", help.log)), O::of<&D::report>(file("report", "FILE.html", help.report)),
      O::of<&D::plot>(file("plot", "FILE|-", help.plot)),
      O::of<&D::format>({.name = "format", .takes = "FORMAT", .help = help.format, .group = group, .decides = false}),
      O::of<&D::output>(file("output", "FILE", help.output))};
  std::erase_if(all, [](const O& option) { return option.info.help.empty(); });
  return all;
}
