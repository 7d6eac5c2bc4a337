#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "talweg/report/html/page.hpp"

/// What the report pages of all commands share. A command's own page is a list of sections (report/html/page.hpp) made
/// beside its other documents; `report::html::document(page)` is then the file.
namespace talweg::present {

/// How a run was started, for the section that says how to run it again.
struct Reproduction {
  std::string command;                     ///< as a shell takes it
  std::string version;                     ///< of the program
  std::optional<std::uint64_t> seed = {};  ///< where anything is random
  std::string run = {};                    ///< the same as a run file (run_file.hpp); empty: not known
};

/// Ends a page: the command, the run file, and by which version it was made.
void finish_page(report::html::Page& page, const Reproduction& reproduction);

}  // namespace talweg::present
