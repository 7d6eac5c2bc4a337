#include "talweg/api/use/stream_use.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"
#include "talweg/train/online/run.hpp"
#include "talweg/train/online/setup.hpp"

namespace talweg::api {

using namespace data::stream;
using train::online::StreamModel;

namespace {

RowOptions rows_for(const models::SparseLinear& m, const std::string& file, const std::string& target,
                    BlockReader& reader, bool needs_label) {
  const auto largest = m.places.empty() ? 0 : static_cast<std::uint32_t>(m.places.back());
  return train::online::rows_of_another({m.features, m.target, largest}, file, target, reader, needs_label);
}

class CsvWriter {
 public:
  CsvWriter(const models::SparseLinear& model, const std::string& file,
            const std::function<void(std::string_view)>& write)
      : model_(model), file_(file), write_(write), probabilities_(model.head.has_probabilities()) {
    for (const auto& c : model.target.classes) classes_.push_back(report::csv_field(c));
    out_ = "prediction";
    if (probabilities_)
      for (const auto& c : model.target.classes) out_ += text::cat(",", report::csv_field(text::cat("p_", c)));
    out_ += '\n';
  }
  void row(std::span<const double> outputs) {
    const auto task = model_.head.task;
    ++rows_;
    if (!std::ranges::all_of(outputs, [](double z) { return std::isfinite(z); })) refuse();
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
  [[noreturn]] void refuse() const {
    throw Error(text::cat(file_, ": row ", rows_, ": the model's output for this row is no finite number; its values ",
                          "are far from all that the model was trained on: correct them, or leave the row out"));
  }
  void number(double v) {
    if (!std::isfinite(model_.single ? static_cast<float>(v) : v)) refuse();
    char buffer[40];
    const auto end = model_.single ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(v)).ptr
                                   : std::to_chars(buffer, buffer + sizeof buffer, v).ptr;
    out_.append(buffer, end);
  }

  const models::SparseLinear& model_;
  const std::string file_;  ///< for messages
  std::size_t rows_ = 0;
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
  CsvWriter csv(model, display_name(file), write);
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
