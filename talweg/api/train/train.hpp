#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "talweg/api/train/request.hpp"
#include "talweg/api/train/stream.hpp"
#include "talweg/base/export.hpp"
#include "talweg/data/describe.hpp"
#include "talweg/models/saved_model.hpp"
#include "talweg/train/loop.hpp"

/// Training on files: what `talweg train` does, without the printing.
namespace talweg::api {

struct TrainInspection;

/// What is about to run.
struct TrainPlan {
  data::Description data;
  std::size_t train_rows = 0, validation_rows = 0, test_rows = 0;
  std::int64_t folds = 0, repeats = 1;  ///< 0: none
  std::string model, loss, optimizer, schedule, clip, batch, precision;
  std::vector<std::string> groups;
  std::string weights;       ///< the column with what each row counts; empty: all count 1
  std::string class_weight;  ///< as it was asked for
  std::string positive;      ///< the label of the positive one of two classes; empty: there is none
  double threshold = 0.5;    ///< its probability above which a row is said to be of it
  std::string judged_by;     ///< the metric that the validation rows decide by; empty: they decide nothing
  std::int64_t epochs = 0, batch_size = 0, steps_per_epoch = 0;
  std::size_t inputs = 0, outputs = 0;
  std::int64_t parameters = 0;
  std::uint64_t seed = 0;
  int threads = 1;
  bool full_batch = false;  ///< a deterministic method: epochs are iterations, at most, until the tolerance is met
  double tolerance = 0;     ///< of such a run
  bool streamed = false;    ///< rows are read one by one: their number is not known before the end
  std::string kernel;       ///< what multiplies matrices, where it decides the bits; empty otherwise
  std::vector<std::string> warnings;
};

struct TrainObserver : train::Observer {
  std::function<void(const TrainPlan&)> on_plan;
  std::function<void(const train::StreamEvent&)> on_stream;  ///< while rows are streamed: five times a second
};

/// What a post-mortem speaks of, by the names that the file has.
struct FailurePlace {
  std::vector<std::string> rows = {};  ///< "iris.csv:12": the first rows of the step; empty: all of them
  std::size_t more = 0;                ///< rows of the step beyond these
  std::string row = {};                ///< the one that stands out; empty: none
  std::string input = {};              ///< whose scale is off, "age", "colour=red"; empty: none
};

/// The rows of one fold, by what was learned from those of the others.
struct FoldReport {
  std::int64_t repeat = 1, fold = 1;
  std::size_t rows = 0;
  std::string status = {};  ///< how its run ended
  train::Metrics metrics = {};
};

struct FoldsReport {
  /// Over the folds; the deviation is √ of the mean square from the mean, as numpy.std and scikit-learn have it.
  struct Figure {
    std::string name;
    double mean = 0, standard_deviation = 0;
  };
  std::vector<Figure> figures;  ///< those that every fold has
  std::vector<FoldReport> folds;
  std::string written;  ///< where predictions were written; empty: nowhere
};

/// What more rows would bring: the folds again, with growing shares of the rows.
struct LearningCurve {
  struct Point {
    double rows = 0;                                   ///< that a run learned from; the mean over the folds
    std::vector<FoldsReport::Figure> train, left_out;  ///< of these rows, and of those of the fold
  };
  std::vector<Point> points;
};

/// What the combinations of a grid came to.
struct GridReport {
  struct Entry {
    std::vector<std::pair<std::string, std::string>> settings;  ///< keys and values
    double mean = 0, standard_deviation = 0;  ///< of the metric; over one set of rows the deviation is 0
    double cost = 0;                          ///< how much is lacking: lower is better
  };
  std::string metric;
  std::vector<Entry> entries = {};  ///< the last key varies first
  std::size_t best = 0;             ///< the place of the one that was trained
};

/// How a run went, and what it was.
struct TrainReport : train::Outcome {
  TrainPlan plan;
  std::vector<std::string> classes;
  train::Metrics test;                                ///< of the rows that were touched once, at the end
  std::optional<FoldsReport> folds;                   ///< where folds were asked for
  std::optional<GridReport> grid;                     ///< where a grid was asked for
  std::optional<LearningCurve> learning_curve;        ///< where one was asked for
  std::shared_ptr<const TrainInspection> inspection;  ///< when asked for, of a usable model
  bool saved = false;                                 ///< the model file was written
  bool resumed = false;                               ///< it went on from a checkpoint
  std::optional<StreamReport> stream;                 ///< of a streamed run
  FailurePlace failure;                               ///< where there is a post_mortem
  std::shared_ptr<const models::SavedModel> model;    ///< what was learned, of a usable run
};

/// Throws Error for numbers out of range, for options that have no effect together, and by check_places.
TALWEG_API void check_request(const TrainRequest& request);
/// Throws Error for a place to save that cannot be written, or that would overwrite what is read.
TALWEG_API void check_places(const TrainRequest& request);
/// A share in (0, 1), or nothing when other rows are named. `option` is called so in messages.
TALWEG_API std::optional<double> validation_share(const data::Input& given, std::string_view option = "validation");
/// Whether no row is to be held back, not even by default.
inline bool uses_all_rows(const TrainRequest& request) { return request.validation.path() == "0"; }

/// Reads, trains, saves. Throws Error for wrong use and bad input, before anything is written.
TALWEG_API TrainReport train(const TrainRequest& request, const TrainObserver& observer = {});

/// Reads and decides everything, and trains nothing.
TALWEG_API TrainPlan plan(const TrainRequest& request);

}  // namespace talweg::api
