#include "talweg/train/postmortem/postmortem.hpp"

#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg::train {

namespace {

std::string steps_of(std::int64_t n) { return text::cat(n, n == 1 ? " step" : " steps"); }

std::string fate(const Trial& t) {
  if (!std::isfinite(t.to)) return "no finite loss";
  return text::cat("the loss ", t.to < t.from ? "fell" : "went", " from ", text::brief(t.from, 3), " to ",
                   text::brief(t.to, 3), " in ", steps_of(t.steps));
}

}  // namespace

std::string PostMortem::told() const {
  if (tried.empty()) return "";
  if (const Trial* const found = remedy()) {
    return text::cat("tried from ", found->afresh || tried_from == 0 ? "the start" : text::cat("step ", tried_from),
                     " on: with ", found->change, " ", fate(*found));
  }
  std::string all;
  for (const Trial& t : tried)
    all += text::cat(all.empty() ? "" : ", ", t.change, t.afresh ? " from the start (" : " (", fate(t), ")");
  return text::cat("nothing that was tried helped: ", all);
}

}  // namespace talweg::train
