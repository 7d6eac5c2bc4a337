#include <unistd.h>

#include <cstdio>
#include <memory>

#include "command.hpp"
#include "command_line.hpp"
#include "documents.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "talweg/present/race/scaled_suite_report.hpp"
#include "talweg/present/race/suite_page.hpp"
#include "talweg/present/race/suite_report.hpp"

namespace {

namespace api = talweg::api;
namespace present = talweg::present;
using talweg::text::cat;

struct Asked {
  api::SuiteRequest request;
  Documents documents;
  bool each = false, scaled = false;
};

/// "mgh,holdout" is two names, and so is "mgh holdout".
std::vector<std::string> names(const std::vector<std::string>& given) {
  std::vector<std::string> out;
  for (const std::string& words : given)
    for (const std::string_view word : talweg::text::split(words, ',')) out.emplace_back(word);
  return out;
}

/// The command again, without where its output went.
std::string again(const Asked& a) {
  std::string out = "talweg suite";
  const auto add = [&](const char* option, const std::vector<std::string>& values) {
    if (!values.empty()) out += cat(" ", option);
    for (const std::string& value : values) out += cat(" ", value);
  };
  add("--method", a.request.methods);
  add("--set", a.request.sets);
  add("--problem", a.request.problems);
  return cat(out, a.scaled ? " --scaled" : "", a.each ? " --each" : "", " --format ", a.documents.format_or("table"));
}

/// Runs what is asked for and puts it where it belongs, the page included.
void run_and_put(const Asked& a, const api::SuiteRequest& request, present::Format format,
                 const std::function<void()>& clear) {
  if (a.scaled) {
    const api::ScaledOutcome outcome = api::run_scaled_suite(request);
    clear();
    return put_document(present::render(outcome, format, a.each, again(a)), a.documents.output);
  }
  const api::SuiteOutcome outcome = api::run_suite(request);
  clear();
  put_document(present::render(outcome, format, a.each, again(a)), a.documents.output);
  if (!a.documents.report.empty())
    put_page(present::suite_page(outcome, command_line::reproduction()), a.documents.report);
}

int run(const Asked& a) {
  const present::Format format = present::parse_format(a.documents.format_or("table"));
  if (a.scaled && !a.documents.report.empty())
    throw talweg::Error("--report shows the collection as given: leave --scaled or --report out");
  if (!a.documents.on_stdout()) talweg::file::check_writable(a.documents.output);
  if (!a.documents.report.empty()) talweg::file::check_writable(a.documents.report);
  interrupt::listen();
  api::SuiteRequest request = a.request;
  request.sets = names(request.sets);
  request.problems = names(request.problems);
  const bool watched = isatty(STDERR_FILENO) != 0;
  std::size_t shown = 0;
  request.on_progress = [&](std::size_t done, std::size_t total) {
    if (watched && done != shown) std::fprintf(stderr, "\r\033[K%zu of %zu runs", shown = done, total);
    return interrupt::signal() != 0;
  };
  const auto clear = [&] {
    if (shown > 0) std::fputs("\r\033[K", stderr);
  };
  try {
    run_and_put(a, request, format, clear);
  } catch (const api::SuiteStopped& stopped) {
    clear();
    std::fprintf(stderr, "talweg: interrupted after %zu of %zu runs: nothing is printed\n", stopped.done,
                 stopped.total);
    return interrupt::exit_status();
  }
  return exit_status::success;
}

constexpr const char* notes = R"(Examples:
  talweg suite
  talweg suite --set mgh --method lbfgs lbfgs,memory=10 cg:hs
  talweg suite --problem rosenbrock hs71 --each
  talweg suite --scaled --method lbfgs --problem rosenbrock
  talweg suite --each --format markdown --output docs/suite.md
  talweg suite --scaled --format markdown >> docs/suite.md

Sets: mgh (47 instances of Moré, Garbow & Hillstrom 1981), holdout (35 others), bounded (24), constrained (56 of Hock &
Schittkowski 1981), large (15, n up to 1,000,000; only when asked for). Problems: talweg list problems.
Without --method: lbfgs, cg and cg,memory=5; lbfgsb in a box; sqp and auglag under constraints.
With --scaled each problem is run in some 30 other units (f*1e6, x_i*10^U(-1,1), …) by lbfgs and lbfgsb, or sqp and
auglag.
Exit status: 0 however the runs ended, 2 wrong use, 130 or 143 interrupted.)";

}  // namespace

Command suite_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = notes};
  using O = talweg::Option<Asked>;
  add_options(command.options, a->request, api::SuiteRequest::options());
  add_options(command.options, *a,
              {O::of<&Asked::each>({.name = "each", .help = "a row for each problem as well"}),
               O::of<&Asked::scaled>(
                   {.name = "scaled", .help = "run copies of the problems in other units, and count what is lost"})});
  add_options(command.options, a->documents,
              document_options({.format = table_formats,
                                .output = to_file,
                                .report = "write a page with scores and performance profiles, which opens offline"}));
  command.run = [a] { return run(*a); };
  return command;
}
