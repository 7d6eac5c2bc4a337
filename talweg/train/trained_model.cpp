#include "talweg/train/trained_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/drop_missing.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/data/weights.hpp"
#include "talweg/models/linear_objective.hpp"
#include "talweg/models/model.hpp"
#include "talweg/train/file_forms.hpp"

namespace talweg::train {

void save_record(const TrainingRecord& r, Archive& archive) {
  archive.put("training.optimizer", std::string_view(r.optimizer));
  archive.put("training.schedule", std::string_view(r.schedule));
  archive.put("training.clip", std::string_view(r.clip));
  archive.put("training.groups", r.groups);
  archive.put("training.numbers", std::vector<std::int64_t>{r.seed, r.batch_size, r.epochs, r.steps, r.examples});
  archive.put("training.status", std::string_view(r.status));
  if (!r.kernel.empty()) archive.put("training.kernel", std::string_view(r.kernel));
}

void describe(const TrainingRecord& r, std::vector<models::Fact>& facts) {
  if (!r.optimizer.empty()) facts.push_back({"optimizer", r.optimizer});
  if (r.schedule != "constant" && !r.schedule.empty()) facts.push_back({"schedule", r.schedule});
  if (r.clip != "none" && !r.clip.empty()) facts.push_back({"clip", r.clip});
  facts.push_back({"epochs", r.epochs});
  facts.push_back({"steps", r.steps});
  facts.push_back({"examples", r.examples});
  facts.push_back({"seed", r.seed});
  if (!r.status.empty()) facts.push_back({"status", r.status});
  if (!r.kernel.empty()) facts.push_back({"kernel", r.kernel});
}

void describe(const data::Target& target, std::vector<models::Fact>& facts) {
  facts.push_back({"target", target.name});
  if (target.classes.empty()) return;
  const std::vector<std::string_view> names(target.classes.begin(), target.classes.end());
  facts.push_back({"classes", text::list_some(names, 20)});
}

std::vector<double> load_numbers(const Archive& archive, std::string_view name, Precision precision) {
  if (precision == Precision::float64) return archive.doubles(name);
  const auto floats = archive.floats(name);
  return {floats.begin(), floats.end()};
}

TrainingRecord load_record(const Archive& archive) {
  TrainingRecord r;
  r.optimizer = archive.text("training.optimizer");
  r.schedule = archive.text("training.schedule");
  r.clip = archive.text("training.clip");
  r.groups = archive.texts("training.groups");
  const auto numbers = archive.integers("training.numbers");
  r.seed = numbers[0], r.batch_size = numbers[1], r.epochs = numbers[2], r.steps = numbers[3], r.examples = numbers[4];
  r.status = archive.text("training.status");
  if (archive.has("training.kernel")) r.kernel = archive.text("training.kernel");
  return r;
}

namespace {

constexpr std::string_view parameter_prefix = "parameters.";
/// What a C++ user calls for a file of another kind.
std::string_view way_to_load(const Archive& archive) {
  const std::string kind = archive.has("kind") ? archive.text("kind") : "";
  if (kind == "factorization") return "; load it with talweg::load_factorization";
  if (kind == "sparse model") return "; load it with talweg::load_model";
  return "";
}

constexpr std::int64_t rows_at_once = 4096;  // so that the inputs of a large file are never all in memory

// Of tables with very many texts, whose order is looked up for each piece.
constexpr std::int64_t wide_outputs_at_once = 65536;

/// Some rows of a table as inputs.
template <class T> struct Piece {
  AlignedVector<T> dense;
  data::SparseRows sparse;

  models::Inputs<T> encode(const data::Preprocess& preprocess, const data::Table& table,
                           std::span<const std::uint32_t> rows, std::vector<std::string>& notes) {
    const std::size_t inputs = preprocess.inputs();
    const bool wide = preprocess.is_wide();
    if (!wide) dense.resize(rows.size() * inputs);
    const auto told =
        wide ? preprocess.encode(table, rows, sparse) : preprocess.encode(table, rows, std::span<T>(dense));
    for (const auto& note : told)
      if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    if (wide) return models::Inputs<T>(sparse);
    return View<const T>(dense.data(), {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(inputs)});
  }
};

template <class T> models::Model<T> restore(const TrainedModel& m) {
  models::Model<T> model(m.spec, m.head, m.preprocess.inputs(), 0);
  const auto values = model.network().parameters().values;
  std::transform(m.parameters.begin(), m.parameters.end(), values.begin(), [](double v) { return static_cast<T>(v); });
  return model;
}

template <class T>
void compute(const TrainedModel& m, const data::Table& table, Pool& pool, std::vector<std::string>& notes,
             const TakeOutputs& take) {
  models::Model<T> model = restore<T>(m);
  model.network().use(pool);
  const auto rows = static_cast<std::int64_t>(table.rows), width = static_cast<std::int64_t>(m.head.outputs);
  std::vector<std::uint32_t> order(table.rows);
  std::iota(order.begin(), order.end(), 0u);
  std::vector<double> piece;
  Piece<T> inputs;
  const std::int64_t at_once =
      m.preprocess.is_wide() ? std::max(rows_at_once, wide_outputs_at_once / width) : rows_at_once;
  for (std::int64_t from = 0; from < rows; from += at_once) {
    const std::int64_t count = std::min(at_once, rows - from);
    Tensor<T> y({count, width});
    const auto some =
        std::span<const std::uint32_t>(order).subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(count));
    model.outputs(inputs.encode(m.preprocess, table, some, notes), y);
    piece.assign(y.begin(), y.end());
    take(static_cast<std::size_t>(from), piece);
  }
}

/// Sparse rows of a model without hidden layer, in pieces: they are never densified.
void compute_sparse(const TrainedModel& m, const data::Table& table, Pool& pool, const TakeOutputs& take) {
  std::vector<std::uint32_t> order(table.rows);
  std::iota(order.begin(), order.end(), 0u);
  const auto width = static_cast<std::int64_t>(m.head.outputs);
  const std::size_t at_once = std::max<std::size_t>(65536 / m.head.outputs, 64);
  std::vector<double> piece;
  for (std::size_t from = 0; from < table.rows; from += at_once) {
    const std::size_t count = std::min(at_once, table.rows - from);
    const data::SparseRows rows = data::encode_sparse(m.preprocess, table, std::span(order).subspan(from, count));
    piece.assign(count * m.head.outputs, 0);
    models::linear_outputs(pool, models::LinearInputs::of(rows), 0, m.parameters, piece, width);
    take(from, piece);
  }
}

/// Whether the model can take libsvm rows as they are: it was trained on such, and its outputs are sums over inputs.
bool takes_sparse_rows(const TrainedModel& m) {
  return m.spec.hidden.empty() && m.precision == Precision::float64 && m.preprocess.format == data::Format::libsvm;
}

}  // namespace

Archive TrainedModel::archive() const {
  Archive archive;
  archive.put("kind", std::string_view("model"));
  archive.put("model", std::string_view(spec.text()));
  archive.put("precision", std::string_view(precision == Precision::float32 ? "float" : "double"));
  head.save(archive);
  preprocess.save(archive);
  save_record(record, archive);
  inference.save(archive);
  for (const auto& p : layout) {
    const auto values =
        std::span(parameters).subspan(static_cast<std::size_t>(p.offset), static_cast<std::size_t>(p.size()));
    std::vector<std::uint64_t> shape;
    for (int a = 0; a < p.shape.rank(); ++a) shape.push_back(static_cast<std::uint64_t>(p.shape[a]));
    const std::string name = text::cat(parameter_prefix, p.name);
    if (precision == Precision::float32)
      archive.put(name, std::vector<float>(values.begin(), values.end()), shape);
    else
      archive.put(name, values, shape);
  }
  return archive;
}

TrainedModel TrainedModel::from(const Archive& archive) {
  if (!archive.has("kind") || archive.text("kind") != "model")
    throw Error(text::cat(archive.origin(), ": holds ", what_it_holds(archive), ", where a model of a table is needed",
                          way_to_load(archive)));
  check(archive, model_form());
  TrainedModel m;
  m.precision = archive.text("precision") == "float" ? Precision::float32 : Precision::float64;
  m.preprocess = data::Preprocess::load(archive);
  m.head = models::Head::load(archive);
  m.spec = models::load_spec(archive, m.head);
  m.record = load_record(archive);
  try {
    m.layout = models::layout(m.spec, m.head, m.preprocess.inputs());
  } catch (const Error& error) {
    archive.fail("model", text::cat("cannot be read: ", error.what()));
  }
  for (const auto& p : m.layout) {
    const std::string name = text::cat(parameter_prefix, p.name);
    const auto values = load_numbers(archive, name, m.precision);
    if (values.size() != static_cast<std::size_t>(p.size()))
      archive.fail(name, text::cat("holds ", values.size(), " numbers where the model has ", p.size()));
    m.parameters.insert(m.parameters.end(), values.begin(), values.end());
  }
  m.inference = Inference::load(archive, m.parameters.size());
  std::size_t parameters = 0;
  for (const auto& e : archive.entries()) parameters += e.name.starts_with(parameter_prefix);
  if (parameters != m.layout.size())
    archive.fail("model", text::cat("has ", m.layout.size(), " parameters, and the file holds ", parameters));
  return m;
}

std::vector<std::string> TrainedModel::inputs() const {
  std::vector<std::string> names;
  for (const data::Feature& f : preprocess.features) names.push_back(f.name);
  return names;
}

std::vector<models::Fact> TrainedModel::describe() const {
  std::vector<models::Fact> facts{{"model", spec.text()}, {"loss", head.loss}};
  train::describe(preprocess.target, facts);
  facts.push_back({"inputs", static_cast<std::int64_t>(preprocess.inputs())});
  facts.push_back({"standardized", std::string(preprocess.standardized ? "yes" : "no")});
  facts.push_back({"precision", std::string(single() ? "float" : "double")});
  facts.push_back({"parameters", static_cast<std::int64_t>(parameters.size())});
  train::describe(record, facts);
  return facts;
}

namespace {

std::vector<data::KeptColumn> cells_of(const std::vector<data::KeptColumn>& kept, std::size_t from, std::size_t rows) {
  std::vector<data::KeptColumn> out;
  for (const data::KeptColumn& k : kept) {
    const auto begin = k.cells.begin() + static_cast<std::ptrdiff_t>(from);
    out.push_back({k.name, {begin, begin + static_cast<std::ptrdiff_t>(rows)}});
  }
  return out;
}

}  // namespace

models::PredictedRows TrainedModel::predict(const models::RowsToPredict& rows,
                                            const std::function<void(const models::Predictions&)>& take) const {
  const data::Table table = read_for(*this, rows.file, false);
  if (!rows.file.reading.id.empty()) table.column(rows.file.reading.id);
  for (const auto& name : rows.file.reading.keep) table.column(name);
  Pool pool(1, kernels());
  models::PredictedRows out{table.rows, table.notes};
  each_piece(table, pool, out.notes, [&](std::size_t from, std::span<const double> piece) {
    const models::Predictions predictions = models::read_outputs(head, piece);
    if (const auto row = models::row_without_number(head, piece, single()))
      throw Error(text::cat(table.where(from + *row), models::no_finite_output));
    if (rows.take_kept) rows.take_kept(cells_of(table.kept, from, predictions.values.size()));
    take(predictions);
  });
  return out;
}

TrainedModel TrainedModel::load(const std::string& path) { return from(Archive::load(path)); }

void TrainedModel::each_piece(const data::Table& table, Pool& pool, std::vector<std::string>& notes,
                              const TakeOutputs& take) const {
  if (table.sparse) return compute_sparse(*this, table, pool, take);
  precision == Precision::float32 ? compute<float>(*this, table, pool, notes, take)
                                  : compute<double>(*this, table, pool, notes, take);
}

std::vector<double> TrainedModel::outputs(const data::Table& table, Pool& pool, std::vector<std::string>& notes) const {
  std::vector<double> all;
  all.reserve(table.rows * head.outputs);
  each_piece(table, pool, notes,
             [&](std::size_t, std::span<const double> piece) { all.insert(all.end(), piece.begin(), piece.end()); });
  return all;
}

data::Table read_for(const TrainedModel& model, const data::Input& file, bool with_target, const std::string& weights) {
  data::CsvOptions options = data::with_weights(model.preprocess.expectations(with_target), weights);
  options.sparse_libsvm = takes_sparse_rows(model);
  options.keep_cells = !with_target;
  data::Input input = file;
  input.reading = file.reading.or_else(file.table() ? model.preprocess.reading.of_columns() : model.preprocess.reading);
  data::Table table = data::read_table(input, options);
  if (with_target && file.reading.drop_missing_target) data::drop_missing(table, model.preprocess.target.name);
  return table;
}

}  // namespace talweg::train
