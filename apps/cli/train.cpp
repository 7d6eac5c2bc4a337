#include <memory>
#include <optional>

#include <unistd.h>

#include "command.hpp"
#include "command_line.hpp"
#include "documents.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "progress.hpp"
#include "talweg/present/train/train_page.hpp"
#include "talweg/present/train/train_report.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;
namespace present = talweg::present;
using talweg::text::cat;

struct Asked {
  api::TrainRequest request;
  Documents documents;
  present::PictureOptions picture;
  bool dry_run = false;
};

int exit_status_of(const api::TrainReport& report) {
  using talweg::train::Ending;
  if (report.ending == Ending::stopped_by_caller) return interrupt::exit_status();
  return talweg::train::succeeds(report.ending) ? exit_status::success : exit_status::no_success;
}

int run(Asked& a) {
  api::TrainRequest& request = a.request;
  const Documents& d = a.documents;
  if (request.file.empty())
    throw Error("the data file is missing: write for example talweg train data/digits.csv --target digit");
  const std::string format = d.format_or("text");
  if (format != "text" && format != "json") throw Error(cat("--format '", format, "': expected text or json"));
  const bool json = format == "json";
  request.inspect = !d.report.empty() || !d.plot.empty();
  if (!d.report.empty()) talweg::file::check_writable(d.report);
  picture::check(d.plot, format, true);
  present::refuse_without_picture(a.picture, request.inspect);
  present::check_training(a.picture, !d.report.empty());
  if (a.dry_run) {
    const api::TrainPlan plan = api::plan(request);
    for (const auto& warning : plan.warnings) put_warning(warning);
    put_text(json ? present::plan_json(plan) : present::plan_text(plan));
    return exit_status::success;
  }
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  // Whatever cannot be written while the run goes on must not cost the files that were asked for.
  const bool keeps =
      !request.save.empty() || !d.log.empty() || !d.report.empty() || !d.plot.empty() || request.writes();
  Attempt to_text(keeps), to_log(keeps), to_page(keeps), to_picture(keeps);
  std::optional<talweg::file::Lines> lines;
  const auto log = [&](const auto& line) {
    if (lines) to_log([&] { lines->append(line()); });
  };
  const auto put = [&](const std::string& text) { to_text([&] { put_text(text); }); };
  ProgressBar bar;
  std::int64_t total_steps = 1;
  api::TrainObserver observer;
  observer.on_plan = [&](const api::TrainPlan& plan) {
    total_steps = plan.full_batch ? 0 : plan.epochs * plan.steps_per_epoch;
    for (const auto& warning : plan.warnings) put_warning(warning);
    if (!d.log.empty()) lines.emplace(d.log);
    log([&] { return present::log_start(plan); });
    if (json) return;
    std::string head = present::heading(plan);
    for (const auto& note : plan.data.notes) head += cat("note       ", note, "\n");
    put(head + "\n");
  };
  present::TrainHistory history;
  if (terminal || request.inspect)
    observer.on_step = [&](const talweg::train::StepEvent& e) {
      if (terminal) bar.step(e, total_steps);
      if (request.inspect) history.add(e);
    };
  if (!json || terminal || !d.log.empty() || request.inspect)
    observer.on_epoch = [&](const talweg::train::EpochEvent& e) {
      log([&] { return present::log_epoch(e); });
      if (request.inspect) history.add(e);
      if (terminal) bar.epoch(e);
      if (json || terminal || !present::is_told(e)) return;
      put(present::epoch_line(e));
    };
  observer.on_stream = [&](const talweg::train::StreamEvent& e) {
    if (e.milestone) log([&] { return present::log_stream(e); });
    if (terminal)
      bar.stream(e);
    else if (e.milestone && !json)
      put(present::stream_line(e));
  };
  // Until it is asked for the first time, there is nothing that a signal could cost.
  observer.stop = [] {
    interrupt::listen();
    return interrupt::signal() != 0;
  };
  const api::TrainReport report = api::train(request, observer);
  bar.clear();
  log([&] { return present::log_end(report); });
  std::vector<talweg::report::plot::Panel> drawn;
  if (!d.report.empty())
    to_page([&] {
      const auto page = present::train_page(report, history, command_line::reproduction(request.seed), a.picture);
      present::add_panels(page, drawn);
      put_page(page, d.report);
    });
  const present::Places places{request.save, d.log};
  put(json ? present::report_json(report, places) : present::report_text(report, places));
  if (!d.plot.empty())
    to_picture([&] {
      const auto figure = present::train_picture(report, history, a.picture);
      drawn.insert(drawn.end(), figure.panels.begin(), figure.panels.end());
      picture::put(figure, d.plot);
    });
  for (const auto& axis : present::unknown_axes(a.picture, drawn))
    put_warning(cat("--plot-range '", axis, "' has no effect: nothing that this run draws has such an axis"));
  try {
    for (const Attempt* attempt : {&to_page, &to_picture, &to_log, &to_text}) attempt->tell();
  } catch (const talweg::file::BrokenPipe&) {
    throw;
  } catch (const Error& e) {
    throw Error(cat(e.what(), report.saved ? cat("; the model is saved in ", request.save) : ""));
  }
  return exit_status_of(report);
}

constexpr const char* examples = R"(Examples:
  talweg train data/digits.csv --target digit --model mlp:64,32 --standardize --validation 0.2 --save digits.talweg
  talweg train data/iris.csv --target species --model softmax --dry-run
  talweg train a9a.libsvm --model logistic,c=1,bias=regularized --optimizer lbfgs --save a9a.talweg
  talweg train ratings.tsv --model mf:16 --columns user,item,rating --validation 0.1
  talweg train clicks.libsvm --model logistic --optimizer ftrl,alpha=.05,l1=2 --save clicks.talweg
  zcat log.csv.gz | talweg train - --target click --model logistic --optimizer ftrl --hash-bits 22 --cross site,device
  talweg train images.gz --target labels.gz --model mlp:256,128 --epochs 15 --validation 0.2

The file is CSV or TSV (.gz too), libsvm, or IDX images; --target then names the file of labels. Without --optimizer,
--epochs and the like, what suits model and data is chosen and printed: linear models, and penalised logistic and softmax
ones, on up to 10 million cells are solved exactly by lbfgs. Without --epochs the epoch that is best on the validation
rows (by log loss, or --select) is kept. With a first-order --optimizer a linear model without --standardize learns the
target as it is, from zero or --start: the numbers are the textbook's. lbfgs, cg and gd,line_search=… take all rows at
every step, converge, and keep the rows of libsvm files sparse for models without hidden layer. What is minimised is the
mean loss + l1 Σ|w| + l2/2 Σw² over the weights, with bias=regularized over the biases too; c=… means
l2 = 1 / (c · rows), as in LIBLINEAR. The same seed gives the same model file, byte for byte, for every number of threads.
Exit status: 0 all epochs done, early stop or converged; 1 a time limit or divergence; 2 wrong use or bad input; 130
or 143 interrupted (what --save asked for is saved).)";

}  // namespace

Command train_command() {
  const auto a = std::make_shared<Asked>();
  Command command{.notes = examples};
  add_options(command.options, a->request, api::TrainRequest::options());
  add_options(command.options, a->documents,
              document_options({.format = text_formats,
                                .log = "write a line of JSON for each epoch here",
                                .plot = "draw loss, weights and network: FILE.svg, FILE.png, or - for the terminal",
                                .report = "write a page with everything about the run, which opens offline"}));
  add_options(command.options, *a,
              {talweg::Option<Asked>::of<&Asked::dry_run>({.name = "dry_run",
                                                           .help = "say what was understood of the data, train nothing",
                                                           .group = "Output",
                                                           .decides = false})});
  add_options(command.options, a->picture, present::PictureOptions::options());
  command.run = [a] { return run(*a); };
  return command;
}
