// How good is the advice? bench_advise [functions|rows] [--only PART OF A NAME] [--jobs N]: for each problem the advice
// is asked for, then all methods of the field race with tuned rates, and the table says whether the advised one was
// within 10 % of the best.
//
// The measure: on functions the evaluations to the target (known minimum, or the lowest value of the race, within 1e-5
// of the way); on rows the loss at the end of the budget; medians of 9 runs. Baselines are Adam, and L-BFGS (L-BFGS-B
// where there are bounds), each at its tuned best as well. Writes Markdown.
#include <cstdio>
#include <cstring>

#include "advise_problems.hpp"
#include "talweg/api/race/advise.hpp"
#include "talweg/base/text.hpp"
#include "talweg/compare/race.hpp"

namespace {

using namespace talweg;
constexpr double within = 1.1;
constexpr int seeds = 9;

/// The methods of the guidelines, each once.
std::vector<std::string> field(const api::Subject& s) {
  if (s.data) return {"lbfgs", "cg", "adam", "momentum", "nesterov:torch", "rmsprop", "adagrad", "sgd", "rprop"};
  if (s.function->task().constraints) return {"sqp", "auglag"};
  const bool bounds = !s.function->task().bounds.empty();
  std::vector<std::string> specs{"adam", "momentum", "nesterov:torch", "rmsprop", "adagrad", "rprop"};
  if (bounds) return specs.insert(specs.begin(), "lbfgsb"), specs;
  specs.insert(specs.begin(), {"lbfgs", "cg", "gd,line_search=hager-zhang"});
  return specs;
}

/// What a method's performance is compared by: lower is better, infinite is a failure.
double cost(const compare::Race& race, const compare::Contestant& c, bool rows, double best_value) {
  if (rows) return c.value.median / best_value;
  bool reached = false;
  for (const auto& other : race.contestants) reached |= std::isfinite(other.evaluations_to_target);
  if (reached) return c.evaluations_to_target;
  // Nobody got there in most runs: the values decide, and differences of rounding do not.
  return 1 + (c.value.median - best_value) / std::max(1e-9, std::abs(best_value));
}

struct Score {
  int problems = 0, counted = 0, advice = 0, proved = 0, either = 0, adam = 0, lbfgs = 0, rates = 0, rated = 0;
  void print(const char* what) const {
    const auto share = [&](int n) { return 100.0 * n / std::max(1, problems); };
    std::printf(
        "| %s | %d | %d (%.0f %%) | %d (%.0f %%) | %d (%.0f %%) | %d (%.0f %%) | %d (%.0f %%) | %d (%.0f %%) | %d of "
        "%d |\n",
        what, problems, advice, share(advice), proved, share(proved), either, share(either), lbfgs, share(lbfgs), adam,
        share(adam), counted, share(counted), rates, rated);
  }
};

struct Row {
  bool seen, rows, hit, proved, either, adam, lbfgs, counted;
  bool rated = false, rate_inside = false;
};

Row judge(const bench::Case& c, int jobs) {
  const api::AdviseOutcome o =
      api::advise(c.make(), {.evaluations = c.budget, .prove = true, .seeds = seeds, .jobs = jobs});
  const bool rows = o.subject.data != nullptr;
  std::vector<std::string> specs = field(o.subject);
  const std::string choice = o.advice.recommended.spec(), second = o.advice.runner_up.spec(), proved = o.best();
  for (const auto& s : {choice, second, proved})
    if (std::find(specs.begin(), specs.end(), s) == specs.end()) specs.push_back(s);
  std::vector<compare::Entrant> entrants;
  for (const auto& s : specs) entrants.push_back(compare::Entrant::parse(s, rows));
  const compare::Race race =
      compare::race(o.subject.course(), entrants, {.evaluations = c.budget, .seeds = seeds, .jobs = jobs});
  double best_value = INFINITY, best = INFINITY;
  for (const auto& x : race.contestants) best_value = std::min(best_value, x.value.median);
  for (const auto& x : race.contestants) best = std::min(best, cost(race, x, rows, best_value));
  std::string winner;
  const auto relative = [&](std::string_view spec) {
    for (const auto& x : race.contestants)
      if (x.entrant.given == spec) return cost(race, x, rows, best_value) / best;
    return double(INFINITY);
  };
  for (const auto& x : race.contestants)
    if (winner.empty() && cost(race, x, rows, best_value) == best) winner = x.entrant.given;
  // The same with what the search for a rate cost counted in.
  const auto counted = [&](const compare::Contestant& x) {
    return cost(race, x, rows, best_value) + (rows ? 0 : double(x.tuning_evaluations));
  };
  double best_counted = INFINITY, choice_counted = INFINITY;
  for (const auto& x : race.contestants) {
    best_counted = std::min(best_counted, counted(x));
    if (x.entrant.given == choice) choice_counted = std::min(choice_counted, counted(x));
  }
  const bool bounds = o.subject.function && !o.subject.function->task().bounds.empty();
  const auto hit = [&](std::string_view spec) { return relative(spec) <= within; };
  Row r{.seen = c.seen,
        .rows = rows,
        .hit = hit(choice),
        .proved = hit(proved),
        .either = hit(choice) || hit(second),
        .adam = hit("adam"),
        .lbfgs = hit(bounds ? "lbfgsb" : "lbfgs"),
        .counted = choice_counted <= within * best_counted};
  for (const auto& x : race.contestants)
    if (x.entrant.given == choice && o.advice.recommended.rate && x.tuned) {
      r.rated = true;
      r.rate_inside = x.rate >= o.advice.recommended.rate->low && x.rate <= o.advice.recommended.rate->high;
    }
  const auto shown = [](double v) { return std::isfinite(v) ? talweg::text::brief(v, 3) : std::string("missed"); };
  std::string name = c.name;
  for (std::size_t at = 0; (at = name.find('|', at)) != std::string::npos; at += 2) name.replace(at, 1, "\\|");
  std::printf("| %s%s | %s | %s | %s | %s | %s | %s | %s |\n", name.c_str(), c.seen ? "" : " *", winner.c_str(),
              choice.c_str(), shown(relative(choice)).c_str(), proved == choice ? "" : proved.c_str(),
              shown(relative(proved)).c_str(), shown(relative(bounds ? "lbfgsb" : "lbfgs")).c_str(),
              shown(relative("adam")).c_str());
  std::fflush(stdout);
  return r;
}

}  // namespace

int main(int argc, char** argv) {
  std::string kind, part;
  int jobs = 1;
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--jobs") == 0 && i + 1 < argc)
      jobs = std::max(1, std::atoi(argv[++i]));
    else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc)
      part = argv[++i];
    else
      kind = argv[i];
  std::puts("| problem | best | advised | its cost | after --prove | its cost | L-BFGS | Adam |");
  std::puts("|---|---|---|---|---|---|---|---|");
  Score all, seen, held_out, functions, rows;
  for (const auto& c : bench::cases(TALWEG_SOURCE_DIR "/data")) {
    if (c.name.find(part) == std::string::npos || (kind == "functions" && c.rows) || (kind == "rows" && !c.rows))
      continue;
    const Row r = judge(c, jobs);
    for (Score* s : {&all, r.seen ? &seen : &held_out, r.rows ? &rows : &functions}) {
      ++s->problems;
      s->advice += r.hit;
      s->proved += r.proved;
      s->either += r.either;
      s->adam += r.adam;
      s->lbfgs += r.lbfgs;
      s->counted += r.counted;
      s->rated += r.rated;
      s->rates += r.rate_inside;
    }
  }
  std::puts(
      "\n| problems | number | advised | after --prove | advised or runner-up | always L-BFGS | always Adam | advised, "
      "the "
      "search for rates counted | tuned rate inside the interval |");
  std::puts("|---|---|---|---|---|---|---|---|---|");
  all.print("all");
  seen.print("in view when the rules were written");
  held_out.print("held out (*)");
  functions.print("functions");
  rows.print("rows");
}
