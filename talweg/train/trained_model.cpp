#include "talweg/train/trained_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/linear_objective.hpp"
#include "talweg/models/model.hpp"

namespace talweg::train {

void save_record(const TrainingRecord& r, Archive& archive) {
  archive.put("training.optimizer", std::string_view(r.optimizer));
  archive.put("training.schedule", std::string_view(r.schedule));
  archive.put("training.clip", std::string_view(r.clip));
  archive.put("training.groups", r.groups);
  archive.put("training.numbers", std::vector<std::int64_t>{r.seed, r.batch_size, r.epochs, r.steps, r.examples});
  archive.put("training.status", std::string_view(r.status));
}

TrainingRecord load_record(const Archive& archive) {
  TrainingRecord r;
  r.optimizer = archive.text("training.optimizer");
  r.schedule = archive.text("training.schedule");
  r.clip = archive.text("training.clip");
  r.groups = archive.texts("training.groups");
  const auto numbers = archive.integers("training.numbers");
  if (numbers.size() != 5) archive.fail("training.numbers", "should be five numbers");
  r.seed = numbers[0], r.batch_size = numbers[1], r.epochs = numbers[2], r.steps = numbers[3], r.examples = numbers[4];
  r.status = archive.text("training.status");
  return r;
}

namespace {

constexpr std::string_view parameter_prefix = "parameters.";
constexpr std::int64_t rows_at_once = 4096;  // so that the inputs of a large file are never all in memory

/// Every entry must be one that this version knows: a file with more in it means more than we would read from it.
void refuse_unknown(const Archive& archive) {
  constexpr std::string_view known[] = {"kind",    "model",       "loss",      "precision",     "head.",
                                        "target.", "preprocess.", "training.", parameter_prefix};
  for (const auto& e : archive.entries())
    if (std::none_of(std::begin(known), std::end(known),
                     [&](std::string_view k) { return k.back() == '.' ? e.name.starts_with(k) : e.name == k; }))
      archive.fail(e.name, "is unknown to this version of talweg; use the talweg that wrote the file");
}

template <class T> models::Model<T> restore(const TrainedModel& m) {
  models::Model<T> model(m.spec, m.head, m.preprocess.inputs(), 0);
  const auto values = model.network().parameters().values;
  std::transform(m.parameters.begin(), m.parameters.end(), values.begin(), [](double v) { return static_cast<T>(v); });
  return model;
}

template <class T>
std::vector<double> compute(const TrainedModel& m, const data::Table& table, Pool& pool,
                            std::vector<std::string>& notes) {
  models::Model<T> model = restore<T>(m);
  model.network().use(pool);
  const auto rows = static_cast<std::int64_t>(table.rows), inputs = static_cast<std::int64_t>(m.preprocess.inputs()),
             width = static_cast<std::int64_t>(m.head.outputs);
  std::vector<std::uint32_t> order(table.rows);
  std::iota(order.begin(), order.end(), 0u);
  std::vector<double> all;
  all.reserve(static_cast<std::size_t>(rows * width));
  for (std::int64_t from = 0; from < rows; from += rows_at_once) {
    const std::int64_t count = std::min(rows_at_once, rows - from);
    Tensor<T> x({count, inputs}), y({count, width});
    const auto some =
        std::span<const std::uint32_t>(order).subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(count));
    const auto told = m.preprocess.encode(table, some, x.view().span());
    for (const auto& note : told)
      if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
    model.outputs(x, y);
    all.insert(all.end(), y.begin(), y.end());
  }
  return all;
}

/// Sparse rows of a model without hidden layer, in pieces: they are never densified.
std::vector<double> compute_sparse(const TrainedModel& m, const data::Table& table, Pool& pool) {
  std::vector<std::uint32_t> order(table.rows);
  std::iota(order.begin(), order.end(), 0u);
  std::vector<double> all(table.rows * m.head.outputs);
  const auto width = static_cast<std::int64_t>(m.head.outputs);
  constexpr std::size_t at_once = 65536;
  for (std::size_t from = 0; from < table.rows; from += at_once) {
    const std::size_t count = std::min(at_once, table.rows - from);
    const data::SparseRows rows = data::encode_sparse(m.preprocess, table, std::span(order).subspan(from, count));
    models::linear_outputs(pool, models::LinearInputs::of(rows), m.parameters,
                           std::span(all).subspan(from * m.head.outputs, count * m.head.outputs), width);
  }
  return all;
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
  if (archive.text("kind") == "factorization")
    archive.fail("kind", "is 'factorization': from C++ load it with talweg::load_factorization");
  refuse_unknown(archive);
  TrainedModel m;
  if (archive.text("kind") != "model") archive.fail("kind", text::cat("is '", archive.text("kind"), "', not a model"));
  try {
    m.spec = models::ModelSpec::parse(archive.text("model"));
  } catch (const Error& error) {
    archive.fail("model", text::cat("cannot be read: ", error.what()));
  }
  const std::string precision = archive.text("precision");
  if (precision != "float" && precision != "double") archive.fail("precision", "is neither float nor double");
  m.precision = precision == "float" ? Precision::float32 : Precision::float64;
  m.preprocess = data::Preprocess::load(archive);
  m.head = models::Head::load(archive);
  m.record = load_record(archive);
  const std::size_t outputs = m.head.task == data::Task::classes ? m.preprocess.target.classes.size() : 1;
  if (m.head.outputs != outputs) archive.fail("head.outputs", "does not fit the classes of the target");

  models::Model<float> model(m.spec, m.head, m.preprocess.inputs(), 0);
  const auto parameters = model.network().parameters();
  m.layout.assign(parameters.begin(), parameters.end());
  for (const auto& p : m.layout) {
    const std::string name = text::cat(parameter_prefix, p.name);
    std::vector<double> values;
    if (m.precision == Precision::float32) {
      const auto floats = archive.floats(name);
      values.assign(floats.begin(), floats.end());
    } else {
      values = archive.doubles(name);
    }
    if (values.size() != static_cast<std::size_t>(p.size()))
      archive.fail(name, text::cat("holds ", values.size(), " numbers where the model has ", p.size()));
    m.parameters.insert(m.parameters.end(), values.begin(), values.end());
  }
  return m;
}

void TrainedModel::save(const std::string& path) const { archive().save(path); }

TrainedModel TrainedModel::load(const std::string& path) { return from(Archive::load(path)); }

std::vector<double> TrainedModel::outputs(const data::Table& table, Pool& pool, std::vector<std::string>& notes) const {
  if (table.sparse) return compute_sparse(*this, table, pool);
  return precision == Precision::float32 ? compute<float>(*this, table, pool, notes)
                                         : compute<double>(*this, table, pool, notes);
}

data::Table read_for(const TrainedModel& model, const std::string& path, bool with_target) {
  data::CsvOptions options = model.preprocess.expectations(with_target);
  options.sparse_libsvm = takes_sparse_rows(model);
  return data::read_table(path, options);
}

}  // namespace talweg::train
