#include <cstdio>
#include <memory>

#include <unistd.h>

#include "command.hpp"
#include "options.hpp"
#include "output.hpp"
#include "subject.hpp"
#include "talweg/api/race/advise.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;

/// The options as they were typed.
struct Arguments {
  subject::Arguments subject;
  std::string evaluations, memory, seeds, jobs, format = "text", output;
  bool prove = false;
};

int run(const Arguments& a) {
  if (a.format != "text" && a.format != "json") throw Error("--format '" + a.format + "': expected text or json");
  if (!a.output.empty() && a.output != "-") talweg::file::check_writable(a.output);
  api::AdviseRequest request;
  request.subject = subject::request_from(a.subject);
  request.evaluations = options::count("--evaluations", a.evaluations, 2);
  request.memory =
      options::number("--memory", a.memory, {.low = 0, .low_open = true, .words = "megabytes, a number above 0"});
  request.prove = a.prove;
  request.seeds = options::count("--seeds", a.seeds, 1);
  request.jobs = static_cast<int>(options::count("--jobs", a.jobs, 1).value_or(1));
  if (request.jobs > 1024) throw Error("--jobs '" + a.jobs + "' is out of range: give at most 1024");
  if (::isatty(STDERR_FILENO) != 0)
    request.on_progress = [](std::int64_t runs) { std::fprintf(stderr, "\r%lld runs", static_cast<long long>(runs)); };
  const api::AdviseOutcome outcome = api::advise(request);
  if (outcome.proof && request.on_progress) std::fputs("\r\033[K", stderr);
  put_document(a.format == "json" ? api::advice_json(outcome) : api::advice_text(outcome), a.output);
  return exit_status::success;
}

constexpr const char* examples = R"(Examples:
  talweg advise data/digits.csv --target digit
  talweg advise data/iris.csv --target species --model mlp:16 --prove
  talweg advise "100*(y-x^2)^2 + (1-x)^2" --start x=-1.2,y=1

It measures: size, sparsity, curvature, gradient noise, kinks, memory. The advice names a method, where to look for its
rate, a batch size, the reasons, a runner-up, and how certain it is. --prove races them, and says if the race disagrees.
Exit status: 0 advice was given, 2 wrong use.)";

}  // namespace

Runner add_advise(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  subject::add_options(command, a->subject);
  command
      .add_option("--evaluations", a->evaluations,
                  "what you can spend (1000; on files, gradients of single examples: 20 passes)")
      ->option_text("N");
  command.add_option("--memory", a->memory, "megabytes that a method may keep beside data and parameters (1000)")
      ->option_text("MB");
  command.add_flag("--prove", a->prove, "race the advice against the alternatives, and show it");
  command.add_option("--seeds", a->seeds, "runs of each method in that race (20)")->option_text("N");
  command.add_option("--jobs", a->jobs, "runs side by side; changes no number (1)")->option_text("N");
  command.add_option("--format", a->format, "text or json (text)")->option_text("FORMAT");
  command.add_option("--output", a->output, "write to this file, all of it or nothing")->option_text("FILE");
  command.footer(examples);
  return [a] { return run(*a); };
}
