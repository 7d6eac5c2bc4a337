#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "talweg/api/train/start.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/train/training_table.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/place.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/folds.hpp"
#include "talweg/models/factorization_spec.hpp"

namespace talweg::api {

std::optional<double> validation_share(const data::Input& given, std::string_view option) {
  if (given.table()) return std::nullopt;
  const std::string& text = given.path();
  const auto number = text::parse_number(text);
  if (!number) return std::nullopt;
  if (!(*number >= 0 && *number < 1))
    throw Error(option, text::cat(text::option(option, text),
                                  ": expected a share of at least 0 and below 1, such as 0.2, or a file"));
  return number;
}

namespace {

void check_folds(const TrainRequest& r) {
  if (r.folds && !r.folds_from.empty())
    throw Error("folds", text::cat(text::option("folds", *r.folds), " draws folds, and ",
                                   text::option("folds_from", r.folds_from), " names them; leave one of them out"));
  if (r.folds && !(*r.folds >= 2 && *r.folds <= data::most_folds))
    throw Error("folds", text::cat(text::option("folds", *r.folds), ": expected 2 to ", data::most_folds));
  if (r.repeats && !r.folds)
    throw Error("repeats", text::cat(text::option("repeats"), " has no effect without ", text::option("folds", "10")));
  if (r.repeats && !(*r.repeats >= 1 && *r.repeats <= 1000))
    throw Error("repeats", text::cat(text::option("repeats", *r.repeats), ": expected 1 to 1000"));
  if (!r.output.empty() && !r.measures_folds())
    throw Error("output",
                text::cat(text::option("output"), " writes predictions of the rows of folds: it has no effect without ",
                          text::option("folds", "10"), "; predict writes those of a model"));
  const bool many = r.measures_folds() || !r.grid.empty();
  if (r.jobs > 0 && !many)
    throw Error("jobs", text::cat(text::option("jobs"), " is for runs of folds and grids: it has no effect without ",
                                  text::option("folds", "10"), " or ", text::option("grid", "l2=1e-3,1e-2")));
  if (r.jobs < 0 || r.jobs > 1024)
    throw Error("jobs", text::cat(text::option("jobs", r.jobs), ": expected a number from 1 to 1024"));
  if (r.learning_curve && !r.measures_folds())
    throw Error("learning_curve",
                text::cat(text::option("learning_curve"), " is measured by folds: it has no effect without ",
                          text::option("folds", "5")));
  if (r.one_se && r.grid.empty())
    throw Error("one_se",
                text::cat(text::option("one_se"), " has no effect without ", text::option("grid", "l2=1e-3,1e-2")));
  if (many && (!r.checkpoint.empty() || !r.resume.empty()))
    throw Error("checkpoint", text::cat("a run with folds or a grid is many, of which no checkpoint is kept; leave ",
                                        text::option(r.checkpoint.empty() ? "resume" : "checkpoint"), " out"));
}

}  // namespace

void check_request(const TrainRequest& request) {
  if (!request.precision.empty() && request.precision != "float" && request.precision != "double")
    throw Error("precision", text::cat(text::option("precision", request.precision), ": expected float or double"));
  if (request.threads < 0 || request.threads > 1024)
    throw Error("threads", text::cat(text::option("threads", request.threads), ": expected a number from 1 to 1024"));
  if (request.patience < 0)
    throw Error("patience", text::cat(text::option("patience", request.patience), ": expected at least 1 epoch"));
  if (uses_all_rows(request)) {
    if (request.patience > 0)
      throw Error("patience", text::cat(text::option("patience"), " has no effect without validation rows; leave out ",
                                        text::option("validation", "0")));
    if (!request.select.empty() && request.grid.empty())
      throw Error("select", text::cat(text::option("select"), " has no effect without validation rows; leave out ",
                                      text::option("validation", "0")));
  }
  if (!(request.max_seconds > 0))
    throw Error("max_seconds", text::cat(text::option("max_seconds", request.max_seconds), ": expected more than 0"));
  if (request.tolerance && !(*request.tolerance >= 0 && *request.tolerance < 1))
    throw Error("tolerance",
                text::cat(text::option("tolerance", *request.tolerance), ": expected at least 0 and less than 1"));
  if (request.epochs && *request.epochs < 1)
    throw Error("epochs",
                text::cat(text::option("epochs", *request.epochs), ": expected a whole number of at least 1"));
  if (!models::FactorizationSpec::recognises(model_text(request)))
    for (const auto& [option, given] : {std::pair{"columns", &request.columns}, {"duplicates", &request.duplicates}})
      if (!given->empty())
        throw Error(option, text::cat(text::option(option), " is for ratings: it has no effect without ",
                                      text::option("model", "mf:16")));
  check_folds(request);
  check_places(request);
}

void check_places(const TrainRequest& request) {
  if (request.save.empty() && request.output.empty()) return;
  for (const std::string& place : {request.save, request.output})
    if (!place.empty()) file::check_writable(place);
  using Role = file::NamedPath::Role;
  file::refuse_overwriting(std::vector<file::NamedPath>{
      {"the data", request.file.path(), Role::input},
      {"the labels", data::labels_file(request.file, request.target), Role::input},
      {text::cat("the file of ", text::option("validation")), request.validation.path(), Role::input},
      {"the model to start from", request.start_from, Role::input},
      {text::cat("the file of ", text::option("test")), request.test.path(), Role::input},
      {text::option("output"), request.output, Role::output},
      {text::option("save"), request.save, Role::output}});
}

}  // namespace talweg::api
