// Talweg and the libraries that Debian ships on the same problems, side by side: how many reach the tolerance at a
// known minimum, in how many evaluations (the geometric mean over the problems that every code of the table solves),
// and how often a code claims success elsewhere when it is run as it comes.
//
//   tools/bench_scipy.py > scipy.csv; bench_peers scipy.csv     the tables of docs/benchmarks.md
//   bench_peers --each                                          every run as CSV, in the columns of that file
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>

#include <unistd.h>

#include "peers/peer.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"
#include "talweg/report/table.hpp"

namespace {

using namespace peers;
namespace problems = talweg::problems;
using talweg::text::cat;

struct Row {
  std::string peer, group, set, problem;
  std::int64_t evaluations;  // until the tolerance was met at a known minimum, 0: never
  std::int64_t claims, wrong, outside;
};

constexpr const char* group_names[]{"lbfgs", "cg", "box", "constrained"};

/// Where a run ended against what is known: the value near a listed one, and the constraints held to 1e-6.
bool at_optimum(const Problem& p, const std::vector<double>& x) {
  std::vector<double> g(x.size());
  return problems::reaches_optimum(p, p.function(x, g)) && problems::violation(p, x) <= tolerance;
}

Row measure(const Peer& peer, const std::string& set, const Problem& p) {
  Row row{peer.name, group_names[static_cast<int>(peer.group)], set, p.name, 0, 0, 0, 0};
  Counter tight(p, Mode::tight);
  peer.run(tight, Mode::tight);
  row.evaluations = tight.hit();
  Counter usual(p, Mode::usual);
  const Claim claim = peer.run(usual, Mode::usual);
  row.claims = claim.success;
  row.wrong = claim.success && !at_optimum(p, claim.x);
  row.outside = tight.outside() + usual.outside();
  return row;
}

/// Talweg through the counter of the peers. Its specs are the names.
Claim run_talweg(const std::string& spec, Counter& f, Mode mode) {
  const Problem& p = f.problem();
  talweg::Options options;
  options.bounds = p.bounds;
  options.constraints = p.constraints;
  options.check_gradient = false;
  options.on_iteration = [&](const talweg::Iteration&) { return f.done(); };
  options.check_curvature = false;  // the peers look at none
  if (mode == Mode::tight && p.constraints.empty()) options.gradient_tolerance = tolerance;
  const auto r = talweg::minimize([&](std::span<const double> x, std::span<double> g) { return f(x.data(), g.data()); },
                                  p.start, *talweg::parse_deterministic(spec), options);
  return {r.success(), r.x};
}

std::vector<Peer> everyone() {
  std::vector<Peer> list;
  const auto ours = [&](const char* spec, Group group) {
    list.push_back({cat("Talweg ", spec), group, [=](Counter& f, Mode mode) { return run_talweg(spec, f, mode); }});
  };
  ours("lbfgs", Group::lbfgs);
  ours("lbfgs,memory=10", Group::lbfgs);
  ours("cg", Group::cg);
  ours("cg,memory=5", Group::cg);
  ours("lbfgsb", Group::box);
  ours("sqp", Group::constrained);
  ours("auglag", Group::constrained);
  for (Peer& peer : installed()) list.push_back(std::move(peer));
  return list;
}

std::vector<std::string> sets_of(Group group) {
  switch (group) {
    case Group::box:
      return {"bounded"};
    case Group::constrained:
      return {"constrained"};
    default:
      return {"mgh", "holdout"};
  }
}

std::vector<Row> run_everyone() {
  std::vector<Row> rows;
  const bool shown = ::isatty(STDERR_FILENO) != 0;
  for (const Peer& peer : everyone())
    for (const std::string& set : sets_of(peer.group))
      for (const std::string_view name : problems::names_in(set)) {
        rows.push_back(measure(peer, set, problems::by_name(name)));
        if (shown) std::fprintf(stderr, "\r\033[K%s on %s", peer.name.c_str(), rows.back().problem.c_str());
      }
  if (shown) std::fputs("\r\033[K", stderr);
  return rows;
}

std::string csv(const std::vector<Row>& rows) {
  talweg::report::Table table{{"peer", "group", "set", "problem", "evaluations", "claims", "false", "outside"}, {}};
  for (const Row& r : rows)
    table.rows.push_back({r.peer, r.group, r.set, r.problem, r.evaluations, r.claims, r.wrong, r.outside});
  return talweg::report::csv(table);
}

/// Rows of another program, as csv() writes them; a name may not hold a comma there.
void read(const std::string& path, std::vector<Row>& rows) {
  const std::string text = talweg::file::read(path);
  for (const auto line : talweg::text::split(text, '\n')) {
    const auto c = talweg::text::split(line, ',');
    if (c.size() != 8 || c[0] == "peer") continue;
    const auto count = [&](std::size_t i) { return talweg::text::parse_integer(c[i]).value_or(0); };
    rows.push_back({std::string(c[0]), std::string(c[1]), std::string(c[2]), std::string(c[3]), count(4), count(5),
                    count(6), count(7)});
  }
}

std::string one_decimal(double v) {
  const auto tenths = std::llround(10 * v);
  return cat(tenths / 10, ".", tenths % 10);
}

double mean(const std::vector<std::int64_t>& counts) {
  double logs = 0;
  for (const std::int64_t c : counts) logs += std::log(static_cast<double>(c));
  return std::exp(logs / static_cast<double>(counts.size()));
}

void print(const std::vector<Row>& all, const std::string& group, const std::string& set) {
  std::vector<std::string> names;
  std::map<std::string, std::map<std::string, Row>> by_peer;
  for (const Row& r : all)
    if (r.group == group && r.set == set) {
      if (!by_peer.contains(r.peer)) names.push_back(r.peer);
      by_peer[r.peer].emplace(r.problem, r);
    }
  std::set<std::string> common;
  std::map<std::string, std::int64_t> best;
  for (const auto& [problem, row] : by_peer[names.front()]) {
    bool by_all = true;
    for (const auto& [peer, rows] : by_peer) {
      const auto it = rows.find(problem);
      const std::int64_t count = it == rows.end() ? 0 : it->second.evaluations;
      by_all = by_all && count > 0;
      if (count > 0) best[problem] = best.contains(problem) ? std::min(best[problem], count) : count;
    }
    if (by_all) common.insert(problem);
  }
  talweg::report::Table table{
      {"", "solved", "mean of its own", cat("mean of ", common.size(), " common"), "claims", "false", "outside"}, {}};
  for (const std::string& name : names) {
    std::vector<std::int64_t> own, shared;
    std::int64_t claims = 0, wrong = 0, outside = 0;
    for (const auto& [problem, r] : by_peer[name]) {
      if (r.evaluations > 0) own.push_back(r.evaluations);
      if (common.contains(problem)) shared.push_back(r.evaluations);
      claims += r.claims;
      wrong += r.wrong;
      outside += r.outside;
    }
    table.rows.push_back({name, static_cast<std::int64_t>(own.size()), own.empty() ? "" : one_decimal(mean(own)),
                          shared.empty() ? "" : one_decimal(mean(shared)), claims, wrong, outside});
  }
  std::printf("### %s on %s, %zu problems\n\n%s\n", group.c_str(), set.c_str(), by_peer[names.front()].size(),
              talweg::report::markdown(table).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Row> rows = run_everyone();
  if (argc > 1 && std::strcmp(argv[1], "--each") == 0) {
    std::fputs(csv(rows).c_str(), stdout);
    return 0;
  }
  for (int i = 1; i < argc; ++i) read(argv[i], rows);
  for (const Group group : {Group::lbfgs, Group::cg, Group::box, Group::constrained})
    for (const std::string& set : sets_of(group)) print(rows, group_names[static_cast<int>(group)], set);
}
