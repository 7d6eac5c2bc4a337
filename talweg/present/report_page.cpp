#include "talweg/present/report_page.hpp"

#include "talweg/base/text.hpp"

namespace talweg::present {

using text::cat;

void finish_page(report::html::Page& page, const Reproduction& r) {
  page.sections.push_back({.title = "Run it again",
                           .words = cat("With talweg ", r.version, r.seed ? cat(" and seed ", *r.seed) : "",
                                        ", this command gives the same numbers, bit by bit, on any number of threads."),
                           .content = report::html::Code{r.command},
                           .wide = true});
  if (!r.run.empty())
    page.sections.push_back(
        {.title = "As a run file",
         .words = "The same request, for talweg run FILE.json in the folder that the command ran in.",
         .content = report::html::Code{r.run},
         .wide = true});
  page.footer =
      cat("Made by talweg ", r.version, ". This file is complete: it fetches nothing and opens without a network.");
}

}  // namespace talweg::present
