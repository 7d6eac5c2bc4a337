#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

/// "softmax,l2=6.66667e-05" of "softmax,l2=6.666666666666667e-05": a spec for a title. The settings below it are exact.
std::string in_few_digits(std::string_view spec);

/// Ends a page: the command, the run file, and by which version it was made.
void finish_page(report::html::Page& page, const Reproduction& reproduction);

}  // namespace talweg::present
