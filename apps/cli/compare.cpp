#include <cstdio>
#include <memory>

#include <unistd.h>

#include "command.hpp"
#include "command_line.hpp"
#include "options.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "subject.hpp"
#include "talweg/api/race/compare_page.hpp"
#include "talweg/api/race/compare_picture.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;

/// The options as they were typed.
struct Arguments {
  subject::Arguments subject;
  std::vector<std::string> optimizers;
  std::string seeds, evaluations, target_value, tune, jobs, format = "table", output, plot, report;
  bool time = false;
};

/// "gd, adam" arrives as "gd," and "adam".
void refuse_commas_between(const std::vector<std::string>& specs) {
  for (const std::string& spec : specs)
    for (auto comma = spec.find(','); comma != std::string::npos; comma = spec.find(',', comma + 1))
      if (spec.substr(comma + 1, spec.find(',', comma + 1) - comma - 1).find('=') == std::string::npos)
        throw talweg::Error(talweg::text::cat("--optimizers '", spec,
                                              "': methods have blanks between them, as in gd adam; ",
                                              "behind a comma stands key=value"));
}

int run(const Arguments& a) {
  const api::Format format = api::parse_format(a.format);
  if (!a.output.empty() && a.output != "-") talweg::file::check_writable(a.output);
  if (!a.report.empty()) talweg::file::check_writable(a.report);
  picture::check(a.plot, a.format, a.output.empty() || a.output == "-");
  api::CompareRequest request;
  request.subject = subject::request_from(a.subject);
  refuse_commas_between(a.optimizers);
  request.optimizers = a.optimizers;
  request.seeds = options::count("--seeds", a.seeds, 1);
  request.evaluations = options::count("--evaluations", a.evaluations, 2);
  request.target_value = options::number("--target-value", a.target_value, {});
  request.tune = options::count("--tune", a.tune, 0);
  request.jobs = static_cast<int>(options::count("--jobs", a.jobs, 1).value_or(1));
  if (request.jobs > 1024) throw Error("--jobs '" + a.jobs + "' is out of range: give at most 1024");
  request.time = a.time;
  request.paths = !a.plot.empty() || !a.report.empty();
  if (::isatty(STDERR_FILENO) != 0)
    request.on_progress = [](std::int64_t runs) { std::fprintf(stderr, "\r%lld runs", static_cast<long long>(runs)); };
  const api::CompareOutcome outcome = api::compare(request);
  if (request.on_progress) std::fputs("\r\033[K", stderr);
  put_document(api::render(outcome, format), a.output);
  if (!a.plot.empty()) picture::put(api::picture(outcome), a.plot);
  if (!a.report.empty()) put_page(api::compare_page(outcome, command_line::reproduction()), a.report);
  return outcome.success() ? exit_status::success : exit_status::no_success;
}

constexpr const char* examples = R"(Examples:
  talweg compare "100*(y-x^2)^2 + (1-x)^2" --start x=-1.2,y=1 --optimizers lbfgs adam momentum
  talweg compare --problem watson_6 --optimizers lbfgs cg adam --evaluations 2000 --jobs 2
  talweg compare data/iris.csv --target species --model softmax --optimizers lbfgs adam sgd,batch_size=8

Every method gets the same starts, the same seeds and the same number of evaluations. One that names no learning_rate is
tuned first, each with the same effort, from seeds of its own; --tune 0 runs the defaults. On files an evaluation is the
gradient of one example, so a step on a mini-batch of 32 costs 32, and one on all rows costs all of them.
Exit status: 0 a race was run, 1 every run failed, 2 wrong use.)";

}  // namespace

Runner add_compare(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  subject::add_options(command, a->subject);
  command
      .add_option("--optimizers", a->optimizers,
                  "the methods: name[:variant][,key=value]..., on files also batch_size=N|all")
      ->option_text("SPEC SPEC ...")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--seeds", a->seeds, "runs of each method (20)")->option_text("N");
  command
      .add_option("--evaluations", a->evaluations,
                  "the budget of each run (1000; on files, gradients of single examples: 20 passes)")
      ->option_text("N");
  command.add_option("--target-value", a->target_value, "the value to be reached; by default what the race shows")
      ->option_text("F");
  command.add_option("--tune", a->tune, "rates tried for each method that names none (9); 0: the defaults")
      ->option_text("N");
  command.add_option("--jobs", a->jobs, "runs side by side; changes no number (1)")->option_text("N");
  command.add_flag("--time", a->time, "also seconds to the target, which differ from run to run");
  command
      .add_option(
          "--plot", a->plot,
          "draw value against evaluations, and paths of two variables: FILE.svg, FILE.png, or - for the terminal")
      ->option_text("FILE");
  command.add_option("--report", a->report, "write a page with everything about the race, which opens offline")
      ->option_text("FILE.html");
  command.add_option("--format", a->format, "table, json, csv, markdown or latex (table)")->option_text("FORMAT");
  command.add_option("--output", a->output, "write to this file, all of it or nothing")->option_text("FILE");
  command.footer(examples);
  return [a] { return run(*a); };
}
