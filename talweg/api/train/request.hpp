#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "talweg/api/checkpoint_request.hpp"
#include "talweg/api/input_option.hpp"
#include "talweg/api/metric_options.hpp"
#include "talweg/api/reading_options.hpp"
#include "talweg/data/folds.hpp"

/// What can be asked of training: each option is a member and its line in the description below, and nothing else.
namespace talweg::api {

/// Options of streamed runs. An empty text was not given.
struct StreamRequest {
  std::string hash_bits, index_base, features;
  std::vector<std::string> crosses;  ///< "a,b"
  std::string classes;               ///< "-1,1"

  bool shapes_rows() const {
    return !hash_bits.empty() || !index_base.empty() || !features.empty() || !crosses.empty() || !classes.empty();
  }
};

/// Everything optional has a default that suits the data; the report says what ran.
struct TrainRequest : CheckpointRequest {
  data::Input file;
  std::string target;  ///< a column, or the file of labels of IDX images; libsvm rows carry theirs
  std::string model;   ///< empty: that of `start_from`, else mlp:64,32
  std::string loss, optimizer, schedule, clip;
  std::vector<std::string> groups;
  std::vector<std::string> ignore;  ///< columns that are no features
  std::string columns;              ///< ratings only: where user, item and rating stand
  std::string duplicates;           ///< ratings only: error, first, last or mean
  std::optional<std::int64_t> epochs;
  std::string batch_size;  ///< a number or "all"
  data::Input validation;  ///< a share such as 0.2, a file or table, or 0: none; empty: some for networks of classes
  data::Input test;        ///< a share or a file, touched once, at the end; empty: none
  std::optional<std::int64_t> folds, repeats;
  std::string folds_from;         ///< the column that says which fold a row lies in
  std::vector<std::string> grid;  ///< "l2=1e-4,1e-3": a key of the model or the optimizer, and what it may be
  bool one_se = false;            ///< of a grid: the strongest penalty within one standard error of the best
  bool learning_curve = false;    ///< of folds: measure growing shares of the rows too
  int jobs = 0;                   ///< runs of folds and grids at the same time; 0: as many as there are cores
  std::string output;             ///< where predictions of the rows of all folds are written
  std::string select;             ///< the metric that says which epoch is best; empty: log_loss, or the loss
  std::string positive;  ///< the positive one of two classes; empty: 1 of 0/1 and ±1, 2 of 1/2, else the last in order
  std::optional<double> threshold;  ///< its probability above which a row is said to be of it (0.5)
  std::string weights;              ///< the column with what each row counts
  std::string class_weight;         ///< "balanced", or "yes=5,no=1"
  std::string start;                ///< models without hidden layer: "weight=.5,bias=.1", in the units of the file
  std::string start_from;           ///< a model file whose parameters the run begins with
  std::uint64_t seed = 0;
  std::optional<bool> standardize;  ///< nullopt: when the scales of the columns call for it
  int threads = 0;                  ///< 0: chosen by the size of the work; results do not depend on it
  std::string save;                 ///< the model file
  bool portable = false;            ///< matrix products that are the same on every x86-64, at the price of speed
  std::string precision;            ///< "float" or "double"; empty: float, and double for the deterministic methods
  std::int64_t patience = 0;
  bool inspect = false;  ///< look at the trained model for a report page: TrainReport::inspection
  double max_seconds = std::numeric_limits<double>::infinity();
  /// First-order methods: converged when the epoch's loss changes by less, relatively, five times in a row (0, never).
  /// Deterministic ones: when the objective can fall by tolerance² of its fall so far (1e-8), as Options::tolerance.
  std::optional<double> tolerance;
  StreamRequest stream;

  bool measures_folds() const { return folds.has_value() || !folds_from.empty(); }

  template <class R = TrainRequest> static std::vector<Option<R>> options();
};

template <class R> std::vector<Option<R>> TrainRequest::options() {
  constexpr std::string_view data = "Data", method = "Method", run = "Run", stream = "Rows read one by one";
  using S = StreamRequest;
  using O = Option<R>;
  std::vector<O> all{
      input_option<&R::file, R>(
          {.name = "file", .help = "the data", .path = PathRole::input, .path_words = "the data", .argument = true}),
      O::template of<&R::target>({.name = "target",
                                  .takes = "COLUMN",
                                  .help = "the column to predict",
                                  .group = data,
                                  .path = PathRole::labels,
                                  .path_words = "the labels"}),
      O::template of<&R::model>(
          {.name = "model",
           .takes = "SPEC",
           .help = "linear, logistic, softmax, mlp:SIZES or mf:RANK, options after commas: l1=, l2=, and c=, "
                   "bias=regularized, or activation=, init=, dropout= (mlp:64,32)",
           .group = method}),
      O::template of<&R::loss>({.name = "loss",
                                .takes = "NAME",
                                .help = "what is minimised; by default what suits the target",
                                .group = method}),
      O::template of<&R::optimizer>(
          {.name = "optimizer", .takes = "SPEC", .help = "the method: name[:variant][,key=value]...", .group = method}),
      O::template of<&R::schedule>(
          {.name = "schedule", .takes = "SPEC", .help = "of the learning rate: cosine,warmup=100", .group = method}),
      O::template of<&R::clip>(
          {.name = "clip", .takes = "KIND=LIMIT", .help = "norm=1, global=1 or value=0.5", .group = method}),
      O::template of<&R::groups>({.name = "group",
                                  .takes = "PATTERN:KEY=VALUE",
                                  .help = "settings for some parameters: 'dense1.*:learning_rate=.01'",
                                  .group = method}),
      O::template of<&R::epochs>({.name = "epochs",
                                  .takes = "N",
                                  .help = "passes over the training rows; iterations of a deterministic method",
                                  .group = method,
                                  .low = 1}),
      O::template of<&R::batch_size>(
          {.name = "batch_size", .takes = "N|all", .help = "rows in a step, or all (32)", .group = method}),
      input_option<&R::validation, R>(
          {.name = "validation",
           .takes = "SHARE|FILE",
           .help = "a share of the rows such as 0.2, or a file; without it, networks for classes hold back a tenth (at "
                   "least 50 rows, never above a fifth), and 0 uses all",
           .group = data,
           .path = PathRole::input_or_text}),
      input_option<&R::test, R>({.name = "test",
                                 .takes = "SHARE|FILE",
                                 .help = "rows that are measured once, at the end: a share of the rows, or a file",
                                 .group = data,
                                 .path = PathRole::input_or_text}),
      O::template of<&R::folds>(
          {.name = "folds",
           .takes = "K",
           .help = "measure by K runs, each on the rows that the others learned from; the model that is "
                   "saved learns from all rows",
           .group = data,
           .low = 2,
           .high = data::most_folds}),
      O::template of<&R::repeats>({.name = "repeats",
                                   .takes = "R",
                                   .help = "of folds: draw them anew so many times (1)",
                                   .group = data,
                                   .low = 1,
                                   .high = 1000}),
      O::template of<&R::folds_from>(
          {.name = "folds_from",
           .takes = "COLUMN",
           .help = "in place of drawn folds, one for each value of this column, which is no input",
           .group = data}),
      O::template of<&R::grid>(
          {.name = "grid",
           .takes = "KEY=V1,V2,…",
           .help = "try every combination, by folds or validation rows, and keep the best; a key of the "
                   "model or the optimizer: l2=1e-4,1e-3; may be repeated",
           .group = method}),
      O::template of<&R::one_se>(
          {.name = "one_se",
           .help = "of a grid with folds: the strongest penalty within one standard error of the best",
           .group = method}),
      O::template of<&R::learning_curve>({.name = "learning_curve",
                                          .help =
                                              "of folds: learn from growing shares of the rows too, to see what more "
                                              "rows would bring",
                                          .group = run}),
      O::template of<&R::jobs>(
          {.name = "jobs",
           .takes = "N",
           .help = "runs of folds and grids at the same time (one for each core); changes no result",
           .group = run,
           .low = 1,
           .high = 1024,
           .decides = false}),
      O::template of<&R::select>(
          {.name = "select",
           .takes = "METRIC",
           .help = "what the best epoch, patience and plateau are judged by on the validation rows: any metric of the "
                   "report (log_loss for classes, else loss); keeps the best",
           .group = run}),
      weights_option<&R::weights, R>(data),
      O::template of<&R::class_weight>(
          {.name = "class_weight",
           .takes = "WEIGHTS",
           .help = "what the rows of each class count in the loss: balanced, or yes=5,no=1",
           .group = data}),
      positive_option<&R::positive, R>(data),
      threshold_option<&R::threshold, R>(data),
      O::template of<&R::start>({.name = "start",
                                 .takes = "W=V,…",
                                 .help = "where linear, logistic and softmax begin, in the units of the file: "
                                         "weight=.5,bias=.1, of several inputs weight[NAME]=.5",
                                 .group = method}),
      O::template of<&R::start_from>(
          {.name = "start_from",
           .takes = "MODEL",
           .help = "begin with the parameters of a model file, which also says how columns become inputs",
           .group = method,
           .path = PathRole::input,
           .path_words = "the model to start from"}),
      O::template of<&R::patience>({.name = "patience",
                                    .takes = "N",
                                    .help = "stop after N epochs without a better one; keep the best",
                                    .group = run,
                                    .low = 1}),
      O::template of<&R::max_seconds>({.name = "max_seconds",
                                       .takes = "S",
                                       .help = "stop after so long",
                                       .group = run,
                                       .low = 0,
                                       .low_open = true,
                                       .range = "a number above 0",
                                       .decides = false}),
      O::template of<&R::tolerance>(
          {.name = "tolerance",
           .takes = "T",
           .help = "converged when the loss changes by less, five epochs in a row (0: never); of a deterministic "
                   "method, when the objective can fall by T^2 of its fall so far (1e-8)",
           .group = run,
           .low = 0,
           .high = 1,
           .range = "a number from 0 to 1"}),
      O::template of<&R::seed>(
          {.name = "seed", .takes = "N", .help = "of split, start and order (0)", .group = run, .low = 0}),
      O::template of<&R::standardize>({.name = "standardize",
                                       .help = "numbers to mean 0, deviation 1 (default: when scales differ much)",
                                       .denied = "numbers as they are",
                                       .group = data}),
      O::template of<&R::ignore>(
          {.name = "ignore", .takes = "COLUMN", .help = "a column that is no input; may be repeated", .group = data}),
      O::template of<&R::columns>({.name = "columns",
                                   .takes = "USER,ITEM,RATING",
                                   .help = "of ratings, for mf: where user, item and rating stand",
                                   .group = data}),
      O::template of<&R::duplicates>({.name = "duplicates",
                                      .takes = "RULE",
                                      .help = "of ratings: error, first, last or mean (error)",
                                      .group = data}),
      O::template of<&R::threads>({.name = "threads",
                                   .takes = "N",
                                   .help = "changes the speed, never the result",
                                   .group = run,
                                   .low = 1,
                                   .decides = false}),
      O::template of<&R::portable>({.name = "portable",
                                    .help = "built-in matrix products: the same model file on every x86-64 processor, "
                                            "at the price of speed",
                                    .group = run}),
      O::template of<&R::precision>({.name = "precision",
                                     .takes = "TYPE",
                                     .help = "float or double (float; double for deterministic methods)",
                                     .group = run}),
      O::template of<&R::stream, &S::hash_bits>(
          {.name = "hash_bits", .takes = "B", .help = "features by name, hashed to 2^B places", .group = stream}),
      O::template of<&R::stream, &S::crosses>({.name = "cross",
                                               .takes = "A,B",
                                               .help = "of hashed features: two columns together; may be repeated",
                                               .group = stream}),
      O::template of<&R::stream, &S::index_base>({.name = "index_base",
                                                  .takes = "0|1",
                                                  .help = "libsvm: the first index, 0 or 1 (as the rows show)",
                                                  .group = stream}),
      O::template of<&R::stream, &S::features>({.name = "features",
                                                .takes = "N",
                                                .help = "libsvm: how many features; a larger index is an error",
                                                .group = stream}),
      O::template of<&R::stream, &S::classes>({.name = "classes",
                                               .takes = "A,B,…",
                                               .help = "all classes, when the first rows lack some",
                                               .group = stream})};
  add_reading_options<R, &R::file, &data::Input::reading>(all, RowsFor::training);
  for (const O& option : R::template checkpoint_options<R>(run, "how often: 60s, 100steps or 1epochs (60s)"))
    all.push_back(option);
  all.push_back(O::template of<&R::save>({.name = "save",
                                          .takes = "FILE",
                                          .help = "write the model here",
                                          .group = "Output",
                                          .path = PathRole::output,
                                          .decides = false}));
  all.push_back(
      O::template of<&R::output>({.name = "output",
                                  .takes = "FILE",
                                  .help = "of folds: write a prediction for each row, by the run that left it out",
                                  .group = "Output",
                                  .path = PathRole::output,
                                  .decides = false}));
  return all;
}

}  // namespace talweg::api
