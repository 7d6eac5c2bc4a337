#include "talweg/api/model.hpp"

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg {

namespace {

data::Table table_of(const train::TrainedModel& model, const std::vector<std::vector<double>>& rows) {
  data::Table table;
  table.origin = "rows";
  table.header = true;
  table.format = model.preprocess.format;
  table.rows = rows.size();
  const auto& features = model.preprocess.features;
  for (std::size_t c = 0; c < features.size(); ++c) {
    if (features[c].kind == data::Column::Kind::text && features[c].inputs() > 0)
      throw Error(text::cat("the model's column '", features[c].name, "' is text; predict a file with predict_file"));
    data::Column column;
    column.name = features[c].name;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (rows[r].size() != features.size())
        throw Error(text::cat("row ", r, " has ", rows[r].size(), " numbers where the model has ", features.size(),
                              " features"));
      column.numbers.push_back(rows[r][c]);
    }
    table.columns.push_back(std::move(column));
  }
  return table;
}

Predictions predict_table(const train::TrainedModel& model, const data::Table& table) {
  Pool pool(1, model.kernels());
  std::vector<std::string> notes;
  models::Predictions p = models::read_outputs(model.head, model.outputs(table, pool, notes));
  Predictions out;
  const data::Target& target = model.preprocess.target;
  for (std::size_t r = 0; r < p.values.size() && p.classes > 0; ++r) {
    const auto k = static_cast<std::size_t>(p.values[r]);
    out.labels.push_back(target.classes[k]);
    if (target.numeric) p.values[r] = target.class_values[k];
    if (!p.probabilities.empty()) {
      const auto from = p.probabilities.begin() + static_cast<std::ptrdiff_t>(r * p.classes);
      out.probabilities.emplace_back(from, from + static_cast<std::ptrdiff_t>(p.classes));
    }
  }
  out.values = std::move(p.values);
  return out;
}

}  // namespace

Predictions LoadedModel::predict(const std::vector<std::vector<double>>& rows) const {
  return predict_table(*model_, table_of(*model_, rows));
}

Predictions LoadedModel::predict_file(const std::string& path) const {
  return predict_table(*model_, train::read_for(*model_, path, false));
}

std::string LoadedModel::spec() const { return model_->spec.text(); }

std::vector<std::string> LoadedModel::features() const {
  std::vector<std::string> names;
  for (const auto& f : model_->preprocess.features) names.push_back(f.name);
  return names;
}

const std::vector<std::string>& LoadedModel::classes() const { return model_->preprocess.target.classes; }

LoadedModel load_model(const std::string& path) {
  return LoadedModel(std::make_shared<const train::TrainedModel>(train::TrainedModel::load(path)));
}

}  // namespace talweg
