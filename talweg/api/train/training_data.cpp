#include "talweg/api/train/training_data.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "talweg/api/train/full_batch.hpp"
#include "talweg/api/train/start.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/train/training_table.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/split.hpp"
#include "talweg/data/weights.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::api {

namespace {

/// A column that says something of rows, and is neither the target nor an input.
void require_apart(std::string_view option, const std::string& column, const TrainRequest& request,
                   const TrainingData& data) {
  if (column.empty()) return;
  data.table.column(column);
  const bool target = column == data.target.name, ignored = std::ranges::count(request.ignore, column) > 0;
  if (target || ignored)
    throw Error(option, text::cat(text::option(option, column), ": the column is ",
                                  target ? "the target; name another" : "ignored as well; leave one of the two out"));
}

/// The columns of a file for a model that is there already, and those that say something of rows.
data::CsvOptions columns_of(const TrainRequest& request, const data::Preprocess& preprocess) {
  data::CsvOptions options = data::with_weights(preprocess.expectations(true), request.weights);
  if (request.folds_from.empty()) return options;
  options.kind_of = [column = request.folds_from,
                     known = std::move(options.kind_of)](std::string_view name) -> std::optional<data::Column::Kind> {
    return name == column ? std::nullopt : known(name);
  };
  return options;
}

/// The table, what is predicted, and the loss.
void read_rows(const TrainRequest& request, const models::ModelSpec& spec, TrainingData& data) {
  data::CsvOptions options;
  data::Input file = request.file;
  std::string target = request.target;
  const auto& from = data.from;
  if (from) {
    options = columns_of(request, from->preprocess);
    if (!data::labels_lie_apart(request.file)) target = from->preprocess.target.name;
    const data::Reading& known = from->preprocess.reading;
    file.reading = file.reading.or_else(file.table() ? known.of_columns() : known);
  }
  options.sparse_libsvm = names_full_batch_method(request) && spec.hidden.empty();
  data.table = read_training_table(file, target, options);
  if (from && data.table.format != from->preprocess.format)
    throw Error("start_from", text::cat(request.file.name(), ": is no file of the kind that ", request.start_from,
                                        " was trained on, and so has other inputs"));
  data.target = from ? from->preprocess.target
                     : data::understand_target(data.table, target, models::wanted_target(spec, request.loss));
  const std::string loss = from                    ? from->head.loss
                           : !request.loss.empty() ? request.loss
                                                   : std::string(models::default_loss(data.target.task));
  data.loss = nn::name(nn::loss(loss));
}

}  // namespace

std::shared_ptr<const TrainingData> read_training_data(const TrainRequest& request) {
  const auto spec = models::ModelSpec::parse(model_text(request));
  auto data = std::make_shared<TrainingData>();
  data->from = table_to_start_from(request, spec);
  read_rows(request, spec, *data);
  data->truth = data::target_values(data->table, data->target);
  if (!request.weights.empty()) data->weights = data::row_weights(data->table, request.weights);
  require_apart("weights", request.weights, request, *data);
  require_apart("folds_from", request.folds_from, request, *data);
  if (!request.weights.empty() && request.weights == request.folds_from)
    throw Error("folds_from", text::cat(text::option("folds_from", request.folds_from),
                                        ": the column holds the weights; name another"));
  return data;
}

RunRows rows_of_run(const TrainRequest& request, const TrainingData& data) {
  RunRows rows;
  rows.train.resize(data.table.rows);
  std::iota(rows.train.begin(), rows.train.end(), 0u);
  if (request.test.empty()) return rows;
  const auto share = validation_share(request.test, "test");
  if (!share) {
    if (data.table.labels_apart && data.target.name == "label")
      throw Error("test", text::cat("rows whose labels lie in another file take a share for the test, such as ",
                                    text::option("test", "0.2"), "; other files are measured with evaluate"));
    return rows;
  }
  if (*share == 0)
    throw Error("test",
                text::cat(text::option("test", "0"), " holds no row back; leave it out, or name a share such as ",
                          text::option("test", "0.2")));
  data::Split split = data::split_rows(rows.train, data.classes(), *share, request.seed, data::Drawn::test);
  return {std::move(split.train), std::move(split.validation)};
}

std::vector<std::string> no_inputs(const TrainRequest& request) {
  std::vector<std::string> all = request.ignore;
  for (const std::string& column : {request.weights, request.folds_from})
    if (!column.empty()) all.push_back(column);
  return all;
}

}  // namespace talweg::api
