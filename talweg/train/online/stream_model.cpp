#include "talweg/train/online/stream_model.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/online/run.hpp"
#include "talweg/train/online/setup.hpp"

namespace talweg::train::online {

using namespace data::stream;

Archive StreamModel::archive() const {
  Archive out;
  model.save(out);
  save_record(record, out);
  return out;
}

std::vector<std::string> StreamModel::inputs() const { return model.features.columns; }

std::vector<models::Fact> StreamModel::describe() const {
  std::vector<models::Fact> facts{{"model", model.spec.text()}, {"loss", model.head.loss}};
  train::describe(model.target, facts);
  const Features& features = model.features;
  facts.push_back({"rows", std::string(features.format == data::Format::libsvm ? "libsvm" : "delimited text")});
  if (features.hashed())
    facts.push_back({"hash_bits", std::int64_t{features.hash_bits}});
  else
    facts.push_back({"index_base", std::int64_t{features.base}});
  for (const auto& [a, b] : features.crosses) facts.push_back({"cross", text::cat(a, ",", b)});
  facts.push_back({"precision", std::string(single() ? "float" : "double")});
  facts.push_back({"nonzero_weights", static_cast<std::int64_t>(model.nonzero())});
  train::describe(record, facts);
  return facts;
}

RowOptions rows_for(const models::SparseLinear& m, const data::Input& file, const std::string& target,
                    BlockReader& reader, bool needs_label, const std::string& weights) {
  const auto largest = m.places.empty() ? 0 : static_cast<std::uint32_t>(m.places.back());
  return rows_of_another({m.features, m.target, largest, weights}, file, target, reader, needs_label);
}

namespace {

template <class T>
std::size_t predict_rows(const models::SparseLinear& model, const models::RowsToPredict& asked,
                         const std::function<void(const models::Predictions&)>& take) {
  BlockReader reader = BlockReader::open(asked.file, block_bytes);
  const RowOptions options = rows_for(model, asked.file, "", reader, false);
  RowStream<T> stream(std::move(reader), make_parser<T>(options, asked.file.name()), asked.threads);
  const models::SparseScorer<T> scorer(model);
  const std::size_t width = model.outputs();
  std::vector<double> out;
  std::size_t rows = 0;
  while (RowBlock<T>* block = stream.next()) {
    out.resize(block->rows() * width);
    for (std::size_t r = 0; r < block->rows(); ++r) {
      if (r + 2 < block->rows()) scorer.prefetch(block->indices(r + 2));
      scorer(block->indices(r), block->values(r), std::span(out).subspan(r * width, width));
    }
    const models::Predictions predictions = models::read_outputs(model.head, out);
    if (const auto row = models::row_without_number(model.head, out, model.single))
      throw Error(text::cat(asked.file.name(), ": row ", rows + *row + 1, models::no_finite_output));
    if (asked.take_kept) asked.take_kept(block->kept);
    take(predictions);
    rows += block->rows();
  }
  return rows;
}

}  // namespace

models::PredictedRows StreamModel::predict(const models::RowsToPredict& rows,
                                           const std::function<void(const models::Predictions&)>& take) const {
  return {model.single ? predict_rows<float>(model, rows, take) : predict_rows<double>(model, rows, take), {}};
}

StreamModel StreamModel::load(const std::string& path) { return from(Archive::load(path)); }

StreamModel StreamModel::from(const Archive& archive) {
  check(archive, sparse_model_form());
  return {models::SparseLinear::load(archive), load_record(archive)};
}

bool StreamModel::is(const Archive& archive) { return archive.has("kind") && archive.text("kind") == "sparse model"; }

}  // namespace talweg::train::online
