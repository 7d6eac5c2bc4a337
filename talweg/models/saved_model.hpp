#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/base/export.hpp"
#include "talweg/data/input.hpp"
#include "talweg/data/target.hpp"
#include "talweg/models/head.hpp"

namespace talweg::models {

/// What a model says of itself: "loss", "huber".
struct Fact {
  std::string name;
  std::variant<std::string, std::int64_t, double> value;
};

/// Rows, or pairs of user and item.
struct RowsToPredict {
  data::Input file;
  std::string columns = {};  ///< of pairs: where user and item stand; empty: as in training
  int threads = 2;           ///< of a model of streams: 2 read ahead
  /// Of classes: whether their probabilities are written; nullopt: where the model has some.
  std::optional<bool> probabilities = {};
  /// Takes the cells that `file.reading` wants kept, before the predictions for these rows are taken.
  std::function<void(const std::vector<data::KeptColumn>&)> take_kept = {};
};

/// What is said of a row whose prediction would be infinite or NaN, behind its place.
inline constexpr std::string_view no_finite_output =
    ": the model's output for this row is no finite number; its values are far from all that the model was trained on: "
    "correct them, or leave the row out";
/// The same of a row whose loss would be.
inline constexpr std::string_view no_finite_loss =
    ": the loss of this row is no finite number; its target is far from all that the model predicts: correct it, or "
    "leave the row out";

struct PredictedRows {
  std::size_t rows = 0;
  std::vector<std::string> notes;  ///< categories never seen in training, and such
};

/// A trained model with all that its file holds, of any kind: a network or a linear model on a table, a linear model on
/// a stream, a factorisation. `train::load_model` reads one.
class TALWEG_API SavedModel {
 public:
  virtual ~SavedModel() = default;
  virtual std::string_view kind() const = 0;            ///< of its file: "model", "sparse model", "factorization"
  virtual std::string text() const = 0;                 ///< "mlp:64,32"
  virtual std::vector<std::string> inputs() const = 0;  ///< the columns that it predicts from
  virtual const data::Target* target() const { return nullptr; }  ///< nullptr: ratings
  virtual const Head* output_head() const { return nullptr; }     ///< nullptr: ratings
  virtual bool single() const = 0;                                ///< numbers are floats
  virtual std::vector<Fact> describe() const = 0;

  /// Predictions for all rows of a file, a piece of them at a time and in their order. Columns are found by name.
  virtual PredictedRows predict(const RowsToPredict& rows,
                                const std::function<void(const Predictions&)>& take) const = 0;

  virtual Archive archive() const = 0;
  void save(const std::string& path) const { archive().save(path); }

  /// Labels of the classes; none where numbers are predicted.
  std::vector<std::string> classes() const { return target() ? target()->classes : std::vector<std::string>{}; }
  bool has_probabilities() const { return output_head() && output_head()->has_probabilities(); }

 protected:
  SavedModel() = default;
  SavedModel(const SavedModel&) = default;
  SavedModel(SavedModel&&) = default;
  SavedModel& operator=(const SavedModel&) = default;
  SavedModel& operator=(SavedModel&&) = default;
};

}  // namespace talweg::models
