#include <algorithm>
#include <cmath>

#include "talweg/api/lesson/line.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api::lesson {

namespace {

using text::cat;

/// "19 (rate 0.1)", "not in 1000"; of a method by one of its settings "6 (armijo)".
std::string measured(const RaceRun& race, std::size_t at, const Contender& c) {
  const compare::Contestant& ran = race->outcome.race.contestants[at];
  const std::string setting = c.first_order ? "" : c.spec.substr(c.spec.find('=') + 1);  // of no setting all of it
  const std::string how = std::isfinite(ran.rate) ? cat("rate ", text::brief(ran.rate, 3))
                          : setting == c.spec     ? ""
                                                  : setting;
  const std::string cost = std::isfinite(ran.evaluations_to_target) ? cat(ran.evaluations_to_target)
                                                                    : cat("not in ", race->outcome.race.budget);
  return cat(cost, how.empty() ? "" : cat(" (", how, ")"));
}

Page cards(std::string_view title, std::vector<std::string> words, bool first_order, const RaceRun& as_run,
           const RaceRun& tuned) {
  Cards out{.request = {.topic = "optimizers", .table = true}, .measured = {"one rate"}, .races = {as_run}, .rows = {}};
  if (first_order) {
    out.measured.emplace_back("best rate");
    out.races.push_back(tuned);
  } else {
    out.measured = {"on the line"};
  }
  const std::vector<Contender> all = contenders();
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (all[k].first_order != first_order) continue;
    if (out.rows.empty() || out.rows.back().name != all[k].card.name)
      out.rows.push_back(
          {std::string(all[k].card.name), all[k].card.guidance, std::vector<std::string>(out.races.size())});
    for (std::size_t r = 0; r < out.races.size(); ++r) {
      std::string& told = out.rows.back().measured[r];
      told += cat(told.empty() ? "" : ", ", measured(out.races[r], k, all[k]));
    }
  }
  return {.title = std::string(title), .words = std::move(words), .exhibits = {std::move(out)}};
}

/// On what was raced over.
Page advice(const RaceRun& race) {
  AdviseRequest request;
  const SubjectRequest& line = race->request.subject;
  request.subject.what = line.what;
  request.subject.start = line.start;
  request.subject.rows = line.rows;
  const AdviceRun made = run(std::move(request));
  return {
      .title = "Ask Talweg",
      .words = {"You need not choose by heart. Talweg measures your function or your data and says what it would take, "
                "why, and how certain it is. Here it is asked about the line:"},
      .exhibits = {Advice{made}}};
}

}  // namespace

std::vector<Page> choosing_pages() {
  const RaceRun as_run = line_race(false), tuned = line_race(true);
  return {
      {.title = "Three questions",
       .words =
           {"How many rows? With few you can afford the whole gradient at every step, and methods that search along a "
            "line or learn the curvature need far fewer steps. With many, a step on all rows costs too much: take "
            "mini-batches, and a first-order method.",
            "Can you try several rates? If you can, plain momentum is hard to beat. If it has to work at once, take a "
            "method that finds its own rate for each variable.",
            "Is something special about your problem? Sparse columns, a stream that never ends, bounds, constraints: "
            "for each there is a method made for it.",
            "The next two pages have what each method is for, what is good and what is bad about it, and how long it "
            "took on the line. A line through five points is an easy valley: it shows what methods do, not what they "
            "are worth on a network. The commands read these points."},
       .exhibits = {line_points()}},
      cards("First-order methods",
            {cat("They take one gradient a step, of all rows or of some. How long they took on the line of the lesson "
                 "before, at one rate for "
                 "all and each at its best rate, in evaluations until J ≤ ",
                 line_target, ".")},
            true, as_run, tuned),
      cards("Methods for the full gradient",
            {"They take the gradient of all rows, and in return need no rate: they search for the length of each step, "
             "or "
             "know it."},
            false, as_run, tuned),
      advice(as_run)};
}

}  // namespace talweg::api::lesson
