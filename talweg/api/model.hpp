#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg {

namespace models {
class SavedModel;
}
namespace data {
struct Table;
}

/// Predictions of a model, one for each row. For a regression `p[i]` is the number in the target's unit; for classes it
/// is the class as a number where the classes are numbers, and its index otherwise.
struct Predictions {
  std::vector<double> values;
  std::vector<std::string> labels;                 ///< (rows) the classes as the training file wrote them
  std::vector<std::vector<double>> probabilities;  ///< (rows, classes); empty for regression

  double operator[](std::size_t row) const { return values[row]; }
  std::size_t size() const { return values.size(); }
  auto begin() const { return values.begin(); }
  auto end() const { return values.end(); }
};

/// A trained model, read from a file or just trained: a network or a linear model, on a table or a stream, or a
/// factorisation. A value: copies share the parameters, which nobody changes.
class TALWEG_API LoadedModel {
 public:
  /// What a training learned: LoadedModel(train(request).model). Not nullptr.
  explicit LoadedModel(std::shared_ptr<const models::SavedModel> model) : model_(std::move(model)) {}

  /// For raw rows: the features in the order of the training file, without the target; NaN where a value is missing.
  /// Throws Error for rows of another length, and when the model has a text column, was trained on a stream or is a
  /// factorisation (predict a file then).
  Predictions predict(const std::vector<std::vector<double>>& rows) const;
  Predictions predict_file(const std::string& path) const;
  /// For a table in memory, as for a file of these rows: columns are found by name.
  Predictions predict_table(const data::Table& table) const;

  std::string spec() const;                   ///< "mlp:64,32"
  std::string kind() const;                   ///< "model", "sparse model" or "factorization"
  std::vector<std::string> features() const;  ///< the columns that it predicts from
  std::vector<std::string> classes() const;
  /// Writes the same file again.
  void save(const std::string& path) const;
  /// Writes the model for other programs, preprocessing included: `format` is "onnx", "npz" or "json"; empty: by the
  /// ending of the path. Throws Error for another one, for what the format cannot hold (ONNX no hashed features), and
  /// where the file cannot be written; then nothing is left.
  void export_to(const std::string& path, std::string_view format = "") const;
  const models::SavedModel& details() const { return *model_; }

 private:
  std::shared_ptr<const models::SavedModel> model_;
};

/// Reads a model file of any kind. Throws Error naming the file and the entry when anything is missing or damaged.
TALWEG_API LoadedModel load_model(const std::string& path);

}  // namespace talweg
