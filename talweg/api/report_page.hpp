#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "talweg/report/html/page.hpp"

/// What the report pages of all commands share. A command's own page is a list of sections (report/html/page.hpp) made
/// beside its other documents; `report::html::document(page)` is then the file.
namespace talweg::api {

/// How a run was started, for the section that says how to run it again.
struct Reproduction {
  std::string command;                     ///< as a shell takes it
  std::string version;                     ///< of the program
  std::optional<std::uint64_t> seed = {};  ///< where anything is random
};

report::html::Section reproduction_section(const Reproduction& reproduction);

/// "Made by talweg 0.1.0. …": the last line of a page.
std::string page_footer(const Reproduction& reproduction);

}  // namespace talweg::api
