#include "talweg/present/report_page.hpp"

#include "talweg/base/text.hpp"

namespace talweg::present {

using text::cat;

std::string in_few_digits(std::string_view spec) {
  constexpr int digits = 6;
  std::string out;
  for (const std::string_view piece : text::split(spec, ',')) {
    const std::size_t value = piece.find('=') + 1;
    const auto number = value > 0 ? text::parse_number(piece.substr(value)) : std::nullopt;
    const std::string brief = number ? text::brief(*number, digits) : "";
    out += cat(out.empty() ? "" : ",",
               number && brief.size() < piece.size() - value ? cat(piece.substr(0, value), brief) : std::string(piece));
  }
  return out;
}

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
