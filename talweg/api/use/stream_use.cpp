#include "talweg/api/use/stream_use.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/csv.hpp"
#include "talweg/report/table.hpp"
#include "talweg/train/online/run.hpp"
#include "talweg/train/online/setup.hpp"

namespace talweg::api {

using namespace data::stream;
using train::online::StreamModel;

namespace {

constexpr std::size_t head_bytes = std::size_t{1} << 20;

/// How the rows of `file` are read for a model: as in training, with the columns of this file.
RowOptions rows_for(const models::SparseLinear& model, const std::string& file, const std::string& target,
                    BlockReader& reader, bool needs_label) {
  RowOptions options;
  options.features = model.features;
  options.target = model.target;
  options.needs_label = needs_label;
  options.needs_known = true;
  std::string_view head = reader.peek(head_bytes);
  if (head.empty()) throw Error(text::cat(display_name(file), ": is empty"));
  const bool libsvm = train::online::is_libsvm_text(head);
  const std::string name = display_name(file);
  if (libsvm != (model.features.format == data::Format::libsvm))
    throw Error(text::cat(name, ": holds ", libsvm ? "libsvm rows" : "delimited text",
                          ", and the model was trained on ", libsvm ? "delimited text" : "libsvm rows",
                          "; give rows of that form"));
  if (libsvm) {
    if (!target.empty() && target != "label")
      throw Error(text::cat("--target ", target, ": libsvm rows begin with their label; leave it out"));
    if (!model.features.hashed())
      options.features.limit =
          std::max<std::uint32_t>(1, model.places.empty() ? 1 : static_cast<std::uint32_t>(model.places.back()));
    return options;
  }
  reader.keep_quotes_together();
  if (!target.empty()) options.target.name = target;
  if (const auto last = head.rfind('\n'); head.size() >= head_bytes && last != std::string_view::npos)
    head = head.substr(0, last + 1);
  data::CsvOptions expected;
  if (model.features.header) expected.header = true;
  const data::Table table = data::read_csv(std::string(head), name, expected);
  options.features.delimiter = table.delimiter;
  options.features.header = table.header;
  options.features.columns.clear();
  options.features.kinds.clear();
  for (const auto& column : table.columns) {
    const auto known = std::find(model.features.columns.begin(), model.features.columns.end(), column.name);
    options.features.columns.push_back(column.name);
    options.features.kinds.push_back(
        known == model.features.columns.end()
            ? data::Column::Kind::ignored
            : model.features.kinds[static_cast<std::size_t>(known - model.features.columns.begin())]);
  }
  for (std::size_t c = 0; c < model.features.columns.size(); ++c)
    if (model.features.kinds[c] != data::Column::Kind::ignored && model.features.columns[c] != model.target.name)
      table.column(model.features.columns[c]);
  if (needs_label) table.column(options.target.name);
  return options;
}

class CsvWriter {
 public:
  CsvWriter(const models::SparseLinear& model, const std::function<void(std::string_view)>& write)
      : model_(model), write_(write), probabilities_(model.head.has_probabilities()) {
    for (const auto& c : model.target.classes) classes_.push_back(report::csv_field(c));
    out_ = "prediction";
    if (probabilities_)
      for (const auto& c : model.target.classes) out_ += text::cat(",", report::csv_field(text::cat("p_", c)));
    out_ += '\n';
  }
  void row(std::span<const double> outputs) {
    const auto task = model_.head.task;
    if (task == data::Task::regression) {
      const double z = outputs[0];
      number(model_.head.loss == "poisson" ? std::exp(z) : model_.head.mean + model_.head.deviation * z);
    } else if (task == data::Task::binary) {
      const double z = outputs[0], e = std::exp(-std::abs(z));
      out_ += classes_[z > 0];
      if (probabilities_) {
        const double large = 1 / (1 + e), small = e / (1 + e);
        out_ += ',';
        number(z > 0 ? small : large);
        out_ += ',';
        number(z > 0 ? large : small);
      }
    } else {
      const auto best = std::max_element(outputs.begin(), outputs.end());
      out_ += classes_[static_cast<std::size_t>(best - outputs.begin())];
      double sum = 0;
      for (const double z : outputs) sum += std::exp(z - *best);
      for (const double z : outputs) {
        out_ += ',';
        number(std::exp(z - *best) / sum);
      }
    }
    out_ += '\n';
    constexpr std::size_t piece = 1 << 16;
    if (out_.size() >= piece) flush();
  }
  void flush() {
    write_(out_);
    out_.clear();
  }

 private:
  void number(double v) {
    char buffer[40];
    const auto end = model_.single ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(v)).ptr
                                   : std::to_chars(buffer, buffer + sizeof buffer, v).ptr;
    out_.append(buffer, end);
  }

  const models::SparseLinear& model_;
  const std::function<void(std::string_view)>& write_;
  bool probabilities_;
  std::vector<std::string> classes_;
  std::string out_;
};

template <class T>
PredictReport predict_rows(const models::SparseLinear& model, const std::string& file,
                           const std::function<void(std::string_view)>& write, int threads) {
  BlockReader reader(Source::open(file), train::online::block_bytes);
  const RowOptions options = rows_for(model, file, "", reader, false);
  RowStream<T> stream(std::move(reader), make_parser<T>(options, display_name(file)), threads);
  const models::SparseScorer<T> scorer(model);
  std::vector<double> out(model.outputs());
  CsvWriter csv(model, write);
  PredictReport report;
  while (RowBlock<T>* block = stream.next()) {
    for (std::size_t r = 0; r < block->rows(); ++r) {
      if (r + 2 < block->rows()) scorer.prefetch(block->indices(r + 2));
      scorer(block->indices(r), block->values(r), out);
      csv.row(out);
    }
    report.rows += block->rows();
  }
  csv.flush();
  return report;
}

}  // namespace

std::optional<StreamModel> load_if_stream(const std::string& path) {
  const Archive archive = Archive::load(path);
  if (!StreamModel::is(archive)) return std::nullopt;
  return StreamModel::from(archive);
}

EvaluatedModel evaluated(const StreamModel& m) {
  return {m.model.spec.text(), m.model.head.loss, m.record, m.model.nonzero(), m.model.target.classes};
}

PredictReport predict(const StreamModel& m, const std::string& file, const std::function<void(std::string_view)>& write,
                      int threads) {
  return m.model.single ? predict_rows<float>(m.model, file, write, threads)
                        : predict_rows<double>(m.model, file, write, threads);
}

EvaluateReport evaluate(const StreamModel& m, const std::string& file, const std::string& target, int threads) {
  const auto begin = std::chrono::steady_clock::now();
  BlockReader reader(Source::open(file), train::online::block_bytes);
  const RowOptions options = rows_for(m.model, file, target, reader, true);
  const std::string name = display_name(file);
  const train::online::Measured result =
      m.model.single ? train::online::measure<float>(m.model, std::move(reader), options, name, threads)
                     : train::online::measure<double>(m.model, std::move(reader), options, name, threads);
  if (result.rows == 0) throw Error(text::cat(name, ": holds no rows"));
  EvaluateReport report;
  report.test = result.metrics;
  report.rows = static_cast<std::size_t>(result.rows);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace talweg::api
