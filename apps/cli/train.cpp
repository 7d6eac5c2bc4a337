#include <memory>
#include <optional>

#include <unistd.h>

#include "command.hpp"
#include "command_line.hpp"
#include "interrupt.hpp"
#include "options.hpp"
#include "output.hpp"
#include "picture.hpp"
#include "progress.hpp"
#include "talweg/api/train/train_page.hpp"
#include "talweg/api/train/train_report.hpp"

namespace {

using talweg::Error;
namespace api = talweg::api;
using talweg::text::cat;

/// The options as they were typed.
struct Arguments {
  std::string file, target, model = "mlp:64,32", loss, optimizer, schedule, clip, epochs, batch_size, validation, seed,
                            threads, save, log, report, plot, format = "text", patience, max_seconds, tolerance,
                            precision, columns, duplicates, select, start, checkpoint, every, resume, keep_last;
  std::vector<std::string> groups, ignore;
  api::StreamRequest stream;
  bool standardize = false, no_standardize = false, portable = false, dry_run = false;
};

api::TrainRequest request_from(const Arguments& a) {
  api::TrainRequest r;
  r.file = a.file;
  r.target = a.target;
  r.model = a.model;
  r.loss = a.loss;
  r.optimizer = a.optimizer;
  r.schedule = a.schedule;
  r.clip = a.clip;
  r.groups = a.groups;
  r.ignore = a.ignore;
  r.columns = a.columns;
  r.duplicates = a.duplicates;
  r.epochs = options::count("--epochs", a.epochs, 1);
  r.batch_size = a.batch_size;
  r.stream = a.stream;
  r.checkpoint = a.checkpoint;
  r.every = a.every;
  r.resume = a.resume;
  r.keep_last = a.keep_last;
  r.validation = a.validation;
  r.select = a.select;
  r.start = a.start;
  r.seed = static_cast<std::uint64_t>(options::count("--seed", a.seed, 0).value_or(0));
  if (a.standardize) r.standardize = true;
  if (a.no_standardize) r.standardize = false;
  r.threads = static_cast<int>(options::count("--threads", a.threads, 1).value_or(0));
  r.save = a.save;
  r.inspect = !a.report.empty() || !a.plot.empty();
  r.precision = a.precision;
  r.portable = a.portable;
  r.patience = options::count("--patience", a.patience, 1).value_or(0);
  if (const auto v =
          options::number("--max-seconds", a.max_seconds, {.low = 0, .low_open = true, .words = "a number above 0"}))
    r.max_seconds = *v;
  r.tolerance = options::number("--tolerance", a.tolerance, {.low = 0, .high = 1, .words = "a number from 0 to 1"});
  return r;
}

/// 1, 2, 5, 10, 20, 50, …
bool is_round(std::int64_t n) {
  while (n % 10 == 0) n /= 10;
  return n == 1 || n == 2 || n == 5;
}

/// Every epoch of a short run; of a long one every tenth part, and the last. How long a deterministic method will take
/// nobody knows: its iterations become rarer.
bool is_shown(const talweg::train::EpochEvent& e) {
  if (e.evaluations > 0) return e.epochs <= 30 || is_round(e.epoch) || e.epoch == e.epochs;
  return e.epochs <= 30 || e.epoch % (e.epochs / 10) == 0 || e.epoch == e.epochs;
}

int exit_status_of(const api::TrainReport& report) {
  using talweg::train::Ending;
  if (report.ending == Ending::stopped_by_caller) return interrupt::exit_status();
  return talweg::train::succeeds(report.ending) ? exit_status::success : exit_status::no_success;
}

int run(const Arguments& a) {
  if (a.file.empty())
    throw Error("the data file is missing: write for example talweg train data/digits.csv --target digit");
  if (a.format != "text" && a.format != "json") throw Error(cat("--format '", a.format, "': expected text or json"));
  const bool json = a.format == "json";
  const api::TrainRequest request = request_from(a);
  if (!a.report.empty()) talweg::file::check_writable(a.report);
  picture::check(a.plot, a.format, true);
  if (a.dry_run) {
    const api::TrainPlan plan = api::plan(request);
    for (const auto& warning : plan.warnings) put_warning(warning);
    put_text(json ? api::plan_json(plan) : api::plan_text(plan));
    return exit_status::success;
  }
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  // Whatever cannot be written while the run goes on must not cost the files that were asked for.
  const bool keeps = !a.save.empty() || !a.log.empty() || !a.report.empty() || !a.plot.empty() ||
                     !a.checkpoint.empty() || !a.resume.empty();
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
    if (!a.log.empty()) lines.emplace(a.log);
    log([&] { return api::log_start(plan); });
    if (json) return;
    std::string head = api::heading(plan);
    for (const auto& note : plan.data.notes) head += cat("note       ", note, "\n");
    put(head + "\n");
  };
  api::TrainHistory history;
  if (terminal || request.inspect)
    observer.on_step = [&](const talweg::train::StepEvent& e) {
      if (terminal) bar.step(e, total_steps);
      if (request.inspect) history.add(e);
    };
  if (!json || terminal || !a.log.empty() || request.inspect)
    observer.on_epoch = [&](const talweg::train::EpochEvent& e) {
      log([&] { return api::log_epoch(e); });
      if (request.inspect) history.add(e);
      if (terminal) bar.epoch(e);
      if (json || terminal || !is_shown(e)) return;
      put(api::epoch_line(e));
    };
  observer.on_stream = [&](const talweg::train::StreamEvent& e) {
    if (e.milestone) log([&] { return api::log_stream(e); });
    if (terminal)
      bar.stream(e);
    else if (e.milestone && !json)
      put(api::stream_line(e));
  };
  observer.stop = [] { return interrupt::signal() != 0; };
  interrupt::listen();
  const api::TrainReport report = api::train(request, observer);
  bar.clear();
  log([&] { return api::log_end(report); });
  if (!a.report.empty())
    to_page([&] { put_page(api::train_page(report, history, command_line::reproduction(request.seed)), a.report); });
  const api::Places places{a.save, a.log};
  put(json ? api::report_json(report, places) : api::report_text(report, places));
  if (!a.plot.empty()) to_picture([&] { picture::put(api::train_picture(report, history), a.plot); });
  try {
    for (const Attempt* attempt : {&to_page, &to_picture, &to_log, &to_text}) attempt->tell();
  } catch (const talweg::file::BrokenPipe&) {
    throw;
  } catch (const Error& e) {
    throw Error(cat(e.what(), report.saved ? cat("; the model is saved in ", a.save) : ""));
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
target as it is, from zero or --start: the numbers are the textbook's. lbfgs, cg and gd,line_search=… take all rows at every step, converge, and keep the rows of
libsvm files sparse for models without hidden layer. What is minimised is the mean loss + l1 Σ|w| + l2/2 Σw² over the
weights, with bias=regularized over the biases too; c=… means l2 = 1 / (c · rows), as in LIBLINEAR. The same seed gives the same model file, byte for byte, for every number of threads.
Exit status: 0 all epochs done, early stop or converged; 1 a time limit or divergence; 2 wrong use or bad input; 130
or 143 interrupted (what --save asked for is saved).)";

}  // namespace

Runner add_train(CLI::App& command) {
  const auto a = std::make_shared<Arguments>();
  command.add_option("file", a->file, "the data");
  command.add_option("--target", a->target, "the column to predict")->option_text("COLUMN");
  command
      .add_option("--model", a->model,
                  "linear, logistic, softmax, mlp:SIZES or mf:RANK, options after commas: l1=, l2=, and c=, "
                  "bias=regularized, or "
                  "activation=, init=, dropout= (mlp:64,32)")
      ->option_text("SPEC");
  command.add_option("--loss", a->loss, "what is minimised; by default what suits the target")->option_text("NAME");
  command.add_option("--optimizer", a->optimizer, "the method: name[:variant][,key=value]...")->option_text("SPEC");
  command.add_option("--schedule", a->schedule, "of the learning rate: cosine,warmup=100")->option_text("SPEC");
  command.add_option("--clip", a->clip, "norm=1, global=1 or value=0.5")->option_text("KIND=LIMIT");
  command.add_option("--group", a->groups, "settings for some parameters: 'dense1.*:learning_rate=.01'")
      ->option_text("PATTERN:KEY=VALUE");
  command.add_option("--epochs", a->epochs, "passes over the training rows; iterations of a deterministic method")
      ->option_text("N");
  command.add_option("--batch-size", a->batch_size, "rows in a step, or all (32)")->option_text("N|all");
  command
      .add_option(
          "--validation", a->validation,
          "a share of the rows such as 0.2, or a file; without it, networks for classes hold back a tenth (at least "
          "50 rows, never above a fifth), and 0 uses all")
      ->option_text("SHARE|FILE");
  command
      .add_option("--select", a->select,
                  "what the best epoch, --patience and plateau are judged by on the validation rows: log_loss, loss, "
                  "accuracy, roc_auc, rmse, mae, r2 (log_loss for classes, else loss); keeps the best")
      ->option_text("METRIC");
  command
      .add_option("--start", a->start,
                  "where linear, logistic and softmax begin, in the units of the file: weight=.5,bias=.1, of several "
                  "inputs weight[NAME]=.5")
      ->option_text("W=V,…");
  command.add_option("--patience", a->patience, "stop after N epochs without a better one; keep the best")
      ->option_text("N");
  command.add_option("--max-seconds", a->max_seconds, "stop after so long")->option_text("S");
  command
      .add_option(
          "--tolerance", a->tolerance,
          "converged when the loss changes by less, five epochs in a row (0: never); of a deterministic method, "
          "when the objective can fall by T^2 of its fall so far (1e-8)")
      ->option_text("T");
  command.add_option("--seed", a->seed, "of split, start and order (0)")->option_text("N");
  const auto on = command.add_flag("--standardize", a->standardize,
                                   "numbers to mean 0, deviation 1 (default: when scales differ much)");
  command.add_flag("--no-standardize", a->no_standardize, "numbers as they are")->excludes(on);
  command.add_option("--ignore", a->ignore, "a column that is no input; may be repeated")
      ->option_text("COLUMN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--columns", a->columns, "of ratings, for mf: where user, item and rating stand")
      ->option_text("USER,ITEM,RATING");
  command.add_option("--duplicates", a->duplicates, "of ratings: error, first, last or mean (error)")
      ->option_text("RULE");
  command.add_option("--threads", a->threads, "changes the speed, never the result")->option_text("N");
  command.add_flag("--portable", a->portable,
                   "built-in matrix products: the same model file on every x86-64 processor, at the price of speed");
  command.add_option("--precision", a->precision, "float or double (float; double for deterministic methods)")
      ->option_text("TYPE");
  command
      .add_option("--hash-bits", a->stream.hash_bits, "rows read one by one: features by name, hashed to 2^B places")
      ->option_text("B");
  command.add_option("--cross", a->stream.crosses, "with --hash-bits: combinations of two columns; may be repeated")
      ->option_text("A,B")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_option("--index-base", a->stream.index_base, "libsvm: the first index, 0 or 1 (as the rows show)")
      ->option_text("0|1");
  command.add_option("--features", a->stream.features, "libsvm: how many features; a larger index is an error")
      ->option_text("N");
  command
      .add_option("--classes", a->stream.classes, "rows read one by one: all classes, when the first rows lack some")
      ->option_text("A,B,…");
  command.add_option("--checkpoint", a->checkpoint, "write the state of the run here again and again")
      ->option_text("DIR");
  command.add_option("--every", a->every, "how often: 60s, 100steps or 1epochs (60s)")->option_text("PERIOD");
  command.add_option("--keep-last", a->keep_last, "how many checkpoints stay there, up to 20 (1)")->option_text("K");
  command.add_option("--resume", a->resume, "go on from the checkpoint there, and go on writing there")
      ->option_text("DIR");
  command.add_option("--save", a->save, "write the model here")->option_text("FILE");
  command.add_option("--log", a->log, "write a line of JSON for each epoch here")->option_text("FILE.jsonl");
  command.add_option("--report", a->report, "write a page with everything about the run, which opens offline")
      ->option_text("FILE.html");
  command.add_option("--plot", a->plot, "draw loss, weights and network: FILE.svg, FILE.png, or - for the terminal")
      ->option_text("FILE|-");
  command.add_option("--format", a->format, "text or json (text)")->option_text("F");
  command.add_flag("--dry-run", a->dry_run, "say what was understood of the data, train nothing");
  command.footer(examples);
  return [a] { return run(*a); };
}
