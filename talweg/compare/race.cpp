#include "talweg/compare/race.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/compare/tune.hpp"
#include "talweg/parallel/pool.hpp"

namespace talweg::compare {

namespace {

using text::cat;
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::uint64_t first_tuning_seed = 1'000'001;  // far from those of the race, which are 1, 2, …

/// The attempts of a race, made side by side. What each gives does not depend on the others.
class Runner {
 public:
  Runner(const Course& course, const RaceSettings& settings)
      : course_(course), settings_(settings), pool_(settings.jobs) {}

  struct Job {
    const Entrant* entrant;
    double rate;
    std::uint64_t seed;
    Attempt* result;
    bool path;
  };
  void run(const std::vector<Job>& jobs) {
    pool_.run(static_cast<std::int64_t>(jobs.size()), [&](std::int64_t i) {
      const Job& job = jobs[static_cast<std::size_t>(i)];
      *job.result = course_.run(*job.entrant, job.rate, job.seed, settings_.evaluations, job.path);
      const std::lock_guard lock(mutex_);
      if (settings_.on_progress) settings_.on_progress(++done_);
    });
  }

 private:
  const Course& course_;
  const RaceSettings& settings_;
  Pool pool_;
  std::mutex mutex_;
  std::int64_t done_ = 0;
};

/// What is known of a course: how far down it goes, and from where.
class Horizon {
 public:
  Horizon(const Course& course, const RaceSettings& settings) : given_(settings.target), reach_(course.reach()) {
    if (course.optimum()) lowest_ = *course.optimum();
  }
  void see(const Attempt& a) {
    if (std::isfinite(a.start)) starts_.push_back(a.start);
    if (a.failed) return;
    for (const auto& point : a.curve) lowest_ = std::min(lowest_, point.value);
  }
  double target() const {
    if (given_) return *given_;
    if (starts_.empty() || !std::isfinite(lowest_)) return std::numeric_limits<double>::quiet_NaN();
    const double start = median_interval(starts_).median;
    return lowest_ + reach_ * std::abs(start - lowest_) + 1e-12 * std::max(1.0, std::abs(lowest_));
  }

 private:
  std::optional<double> given_;
  double reach_, lowest_ = infinite;
  std::vector<double> starts_;
};

std::string target_rule(const Course& course, const RaceSettings& settings) {
  if (settings.target) return "as given";
  return cat("all but ", text::brief(100 * course.reach()), " % of the way from the median start to the ",
             course.optimum() ? "known minimum, or to the lowest value of the race where that is lower"
                              : "lowest value of the race");
}

/// Whether the method takes this rate: some have limits of their own, such as rprop's largest step.
bool takes(const Entrant& entrant, double rate) {
  try {
    (void)entrant.with_rate(rate);
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// All contestants look for their rates at the same time, a rate each in every round. The target of a round is what the
/// rounds before it have shown; methods without a rate run once, so that it is their target too.
void tune(const Course& course, const RaceSettings& settings, Runner& runner, Race& race) {
  const int seeds = course.random() ? settings.tuning_seeds : 1;
  race.tuning_rates = settings.tuning_rates;
  race.tuning_seeds = seeds;
  Horizon horizon(course, settings);
  std::vector<RateSearch> searches;
  for (const Contestant& c : race.contestants) searches.emplace_back(c.entrant.default_rate);
  for (int round = 0; round < settings.tuning_rates; ++round) {
    std::vector<std::optional<double>> rates(searches.size());
    std::vector<std::vector<Attempt>> attempts(searches.size());
    std::vector<Runner::Job> jobs;
    const double target = horizon.target();
    for (std::size_t i = 0; i < searches.size(); ++i) {
      const Entrant& entrant = race.contestants[i].entrant;
      if (entrant.tunable())
        rates[i] = searches[i].next(target);
      else if (round == 0)
        rates[i] = entrant.default_rate;
      if (!rates[i] || (entrant.tunable() && !takes(entrant, *rates[i]))) continue;
      attempts[i].resize(static_cast<std::size_t>(seeds));
      for (std::size_t s = 0; s < attempts[i].size(); ++s)
        jobs.push_back({&entrant, *rates[i], first_tuning_seed + s, &attempts[i][s], false});
    }
    runner.run(jobs);
    for (std::size_t i = 0; i < searches.size(); ++i) {
      for (const Attempt& a : attempts[i]) horizon.see(a);
      if (!rates[i] || !race.contestants[i].entrant.tunable()) continue;
      for (const Attempt& a : attempts[i]) race.contestants[i].tuning_evaluations += a.evaluations;
      searches[i].record(std::move(attempts[i]));
    }
  }
  for (std::size_t i = 0; i < searches.size(); ++i) {
    Contestant& c = race.contestants[i];
    if (!c.entrant.tunable()) continue;
    c.rate = searches[i].best(horizon.target());
    c.tuned = true;
  }
}

void summarise(Contestant& c, double target) {
  std::vector<double> values, spent, seconds;
  for (const Attempt& a : c.attempts) {
    const auto reached = a.failed ? std::nullopt : a.evaluations_to(target);
    values.push_back(a.value);
    spent.push_back(reached ? double(*reached) : infinite);
    seconds.push_back(reached ? *a.seconds_to(target) : infinite);
    c.failures += a.failed;
    c.reached += reached.has_value();
  }
  c.value = median_interval(values);
  c.evaluations_to_target = median_interval(spent).median;
  c.seconds_to_target = median_interval(seconds).median;
}

/// All pairs, tested; then ranks and groups.
void judge(Race& race) {
  auto& all = race.contestants;
  const std::size_t n = all.size();
  std::vector<std::int64_t> net(n);
  std::vector<double> p;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      Pairing pair{i, j, 0, 0, 0, 1};
      for (std::size_t s = 0; s < all[i].attempts.size(); ++s) {
        const int who = better(all[i].attempts[s], all[j].attempts[s], race.target);
        ++(who < 0 ? pair.wins : who > 0 ? pair.losses : pair.ties);
      }
      net[i] += pair.wins - pair.losses;
      net[j] -= pair.wins - pair.losses;
      p.push_back(sign_test(pair.wins, pair.losses));
      race.pairings.push_back(pair);
    }
  p = holm(p);
  std::vector<std::size_t> order(n), place(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (net[a] != net[b]) return net[a] > net[b];
    return all[a].value.median < all[b].value.median;
  });
  for (std::size_t r = 0; r < n; ++r) all[order[r]].rank = int(r) + 1, place[order[r]] = r;
  std::vector<std::vector<bool>> differ(n, std::vector<bool>(n));
  for (std::size_t k = 0; k < race.pairings.size(); ++k) {
    Pairing& pair = race.pairings[k];
    pair.p = p[k];
    // A single attempt without chance needs no test: what differs, differs.
    const bool different = !race.random ? pair.wins != pair.losses : pair.p <= significance;
    const std::size_t a = place[pair.first], b = place[pair.second];
    differ[a][b] = differ[b][a] = different;
  }
  const auto letters = group_letters(differ);
  for (std::size_t i = 0; i < n; ++i) all[i].group = letters[place[i]];
}

}  // namespace

int better(const Attempt& first, const Attempt& second, double target) {
  if (first.failed || second.failed) return int(first.failed) - int(second.failed);
  const auto a = first.evaluations_to(target), b = second.evaluations_to(target);
  if (a && b) return *a < *b ? -1 : *a > *b ? 1 : 0;
  if (a || b) return a ? -1 : 1;
  const double level = 1e-9 * std::max({1.0, std::abs(first.value), std::abs(second.value)});
  if (std::abs(first.value - second.value) <= level) return 0;
  return first.value < second.value ? -1 : 1;
}

std::vector<std::size_t> Race::by_rank() const {
  std::vector<std::size_t> order(contestants.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[static_cast<std::size_t>(contestants[i].rank - 1)] = i;
  return order;
}

Race race(const Course& course, const std::vector<Entrant>& entrants, const RaceSettings& settings) {
  if (entrants.empty())
    throw Error(text::cat("a race needs methods: name them with ", text::option("optimizers", "adam lbfgs …")));
  Race race;
  race.budget = settings.evaluations;
  race.unit = course.unit();
  race.starts = course.starts();
  race.random = course.random();
  race.seeds = course.random() ? settings.seeds : 1;
  race.target_rule = target_rule(course, settings);
  for (const Entrant& entrant : entrants) {
    course.admit(entrant, settings.evaluations);
    Contestant c;
    c.entrant = entrant;
    c.rate = entrant.default_rate;
    race.contestants.push_back(std::move(c));
  }
  Runner runner(course, settings);
  const bool tunable = std::any_of(entrants.begin(), entrants.end(), [](const auto& e) { return e.tunable(); });
  if (tunable && settings.tuning_rates > 0) tune(course, settings, runner, race);

  std::vector<Runner::Job> jobs;
  for (Contestant& c : race.contestants) {
    c.ran = c.entrant.spec(c.rate);
    c.attempts.resize(static_cast<std::size_t>(race.seeds));
    for (std::size_t s = 0; s < c.attempts.size(); ++s)
      jobs.push_back({&c.entrant, c.rate, course.random() ? s + 1 : 0, &c.attempts[s], settings.paths && s == 0});
  }
  runner.run(jobs);
  Horizon horizon(course, settings);
  for (const Contestant& c : race.contestants)
    for (const Attempt& a : c.attempts) horizon.see(a);
  race.target = horizon.target();
  for (Contestant& c : race.contestants) summarise(c, race.target);
  judge(race);
  return race;
}

}  // namespace talweg::compare
