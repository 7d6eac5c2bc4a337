#include "talweg/api/report_page.hpp"

#include "talweg/base/text.hpp"

namespace talweg::api {

using text::cat;

report::html::Section reproduction_section(const Reproduction& r) {
  return {.title = "Run it again",
          .words = cat("With talweg ", r.version, r.seed ? cat(" and seed ", *r.seed) : "",
                       ", this command gives the same numbers, bit by bit, on any number of threads."),
          .content = report::html::Code{r.command},
          .wide = true};
}

std::string page_footer(const Reproduction& r) {
  return cat("Made by talweg ", r.version, ". This file is complete: it fetches nothing and opens without a network.");
}

}  // namespace talweg::api
