#include "talweg/api/model.hpp"

#include "talweg/api/use/export.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/load_model.hpp"

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

/// Adds what the model says of a piece of the rows.
void add(const models::SavedModel& model, models::Predictions p, Predictions& out) {
  const data::Target* target = model.target();
  for (std::size_t r = 0; r < p.values.size() && p.classes > 0; ++r) {
    const auto k = static_cast<std::size_t>(p.values[r]);
    out.labels.push_back(target->classes[k]);
    if (target->numeric) p.values[r] = target->class_values[k];
    if (!p.probabilities.empty()) {
      const auto from = p.probabilities.begin() + static_cast<std::ptrdiff_t>(r * p.classes);
      out.probabilities.emplace_back(from, from + static_cast<std::ptrdiff_t>(p.classes));
    }
  }
  out.values.insert(out.values.end(), p.values.begin(), p.values.end());
}

}  // namespace

Predictions LoadedModel::predict(const std::vector<std::vector<double>>& rows) const {
  const auto* model = dynamic_cast<const train::TrainedModel*>(model_.get());
  if (!model)
    throw Error(text::cat("predict takes rows of numbers, for a model of a table; this is a ", model_->kind(), ": ",
                          model_->target() ? "predict a file with predict_file"
                                           : "load it with talweg::load_factorization, or predict a file"));
  Pool pool(1, model->kernels());
  std::vector<std::string> notes;
  Predictions out;
  add(*model, models::read_outputs(model->head, model->outputs(table_of(*model, rows), pool, notes)), out);
  return out;
}

Predictions LoadedModel::predict_file(const std::string& path) const {
  Predictions out;
  model_->predict({.file = path}, [&](const models::Predictions& p) { add(*model_, p, out); });
  return out;
}

Predictions LoadedModel::predict_table(const data::Table& table) const {
  Predictions out;
  // Not owned: the rows are read before this returns.
  const std::shared_ptr<const data::Table> rows(std::shared_ptr<const data::Table>(), &table);
  model_->predict({.file = rows}, [&](const models::Predictions& p) { add(*model_, p, out); });
  return out;
}

std::string LoadedModel::spec() const { return model_->text(); }

std::string LoadedModel::kind() const { return std::string(model_->kind()); }

std::vector<std::string> LoadedModel::features() const { return model_->inputs(); }

std::vector<std::string> LoadedModel::classes() const { return model_->classes(); }

void LoadedModel::save(const std::string& path) const { model_->save(path); }

void LoadedModel::export_to(const std::string& path, std::string_view format) const {
  api::export_model(*model_, path, format);
}

LoadedModel load_model(const std::string& path) { return LoadedModel(train::load_model(path)); }

}  // namespace talweg
